// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/elf/elf.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "userspace/lib/elf/format.h"

namespace sirocco::elf {
namespace {

using Bytes = std::span<const std::byte>;

constexpr uint64_t PageDown(uint64_t value) { return value & ~(kPageSize - 1); }
constexpr uint64_t PageUp(uint64_t value) { return PageDown(value + kPageSize - 1); }

bool Contains(uint64_t whole, uint64_t offset, uint64_t size) {
  return offset <= whole && size <= whole - offset;
}

// The file may lie at any address: copied, never cast.
template <typename T>
T Copy(Bytes file, uint64_t offset) {
  T value;
  std::memcpy(&value, file.data() + offset, sizeof(T));
  return value;
}

zx_status_t CheckHeader(Bytes file, FileHeader& header) {
  if (file.size() < sizeof(FileHeader)) return ZX_ERR_IO_DATA_INTEGRITY;
  header = Copy<FileHeader>(file, 0);
  if (!std::equal(std::begin(kIdent), std::end(kIdent), header.ident)) {
    return ZX_ERR_IO_DATA_INTEGRITY;
  }
  if (header.type != kTypeDynamic || header.machine != kMachineRiscV ||
      (header.flags & kFlagRve) != 0 || (header.flags & kFlagFloatMask) == kFlagFloatQuad) {
    return ZX_ERR_NOT_SUPPORTED;
  }
  const uint64_t table_size = uint64_t{header.program_header_count} * sizeof(ProgramHeader);
  if (header.version != kVersion || header.program_header_size != sizeof(ProgramHeader) ||
      !Contains(file.size(), header.program_headers_offset, table_size)) {
    return ZX_ERR_IO_DATA_INTEGRITY;
  }
  return ZX_OK;
}

zx_status_t TakeAccess(uint32_t flags, Access& access) {
  if ((flags & kWrite) != 0 && (flags & kExecute) != 0) return ZX_ERR_NOT_SUPPORTED;
  // Mappings always include READ: Zircon knows no other writable or executable ones.
  access = (flags & kWrite) != 0     ? Access::kReadWrite
           : (flags & kExecute) != 0 ? Access::kReadExecute
                                     : Access::kRead;
  return ZX_OK;
}

zx_status_t AddSegment(uint64_t total_size, const ProgramHeader& header, Plan& plan) {
  if (header.memory_size == 0) return ZX_OK;
  if (plan.segment_count == kMaxSegments) return ZX_ERR_NOT_SUPPORTED;
  if (!Contains(total_size, header.offset, header.file_size) ||
      header.file_size > header.memory_size) {
    return ZX_ERR_IO_DATA_INTEGRITY;
  }
  // Both below kMaxImageSize: no sum that follows overflows.
  if (header.address >= kMaxImageSize || header.memory_size > kMaxImageSize) {
    return ZX_ERR_OUT_OF_RANGE;
  }
  const uint64_t alignment = std::max<uint64_t>(header.alignment, 1);
  if (!std::has_single_bit(alignment) || (header.address - header.offset) % alignment != 0) {
    return ZX_ERR_IO_DATA_INTEGRITY;
  }
  // A base is any page: more cannot be promised to an image.
  if (alignment > kPageSize) return ZX_ERR_NOT_SUPPORTED;

  Segment segment;
  segment.offset = PageDown(header.address);
  segment.size = PageUp(header.address + header.memory_size) - segment.offset;
  segment.data_offset = header.address - segment.offset;
  segment.file_offset = header.offset;
  segment.file_size = header.file_size;
  const zx_status_t status = TakeAccess(header.flags, segment.access);
  if (status != ZX_OK) return status;
  // In ascending order, and no page in two of them: it could have one access only.
  if (segment.offset < plan.image_size) return ZX_ERR_IO_DATA_INTEGRITY;
  plan.image_size = segment.offset + segment.size;
  if (plan.image_size > kMaxImageSize) return ZX_ERR_OUT_OF_RANGE;
  plan.segments[plan.segment_count++] = segment;
  return ZX_OK;
}

zx_status_t TakeStack(const ProgramHeader& header, Plan& plan) {
  if ((header.flags & kExecute) != 0) return ZX_ERR_NOT_SUPPORTED;
  if (header.memory_size > kMaxStackSize) return ZX_ERR_OUT_OF_RANGE;
  if (header.memory_size != 0) plan.stack_size = PageUp(header.memory_size);
  return ZX_OK;
}

zx_status_t TakeProgramHeader(uint64_t total_size, const ProgramHeader& header, Plan& plan) {
  switch (header.type) {
    case kSegmentLoad:
      return AddSegment(total_size, header, plan);
    case kSegmentInterpreter:
      return ZX_ERR_NOT_SUPPORTED;
    case kSegmentGnuStack:
      return TakeStack(header, plan);
    default:
      return ZX_OK;
  }
}

// The image starts at its first segment, not at address 0.
void MakeRelative(Plan& plan) {
  const uint64_t base = plan.segments[0].offset;
  for (size_t i = 0; i < plan.segment_count; ++i) plan.segments[i].offset -= base;
  plan.image_size -= base;
  plan.entry -= base;
}

bool IsCode(const Plan& plan, uint64_t address) {
  return std::ranges::any_of(plan.used(), [address](const Segment& segment) {
    return segment.access == Access::kReadExecute && address >= segment.offset &&
           address - segment.offset < segment.size;
  });
}

zx_status_t PlanSegments(Bytes head, uint64_t total_size, Plan& plan) {
  plan = Plan{};
  FileHeader header;
  zx_status_t status = CheckHeader(head, header);
  for (size_t i = 0; status == ZX_OK && i < header.program_header_count; ++i) {
    const uint64_t offset = header.program_headers_offset + i * sizeof(ProgramHeader);
    status = TakeProgramHeader(total_size, Copy<ProgramHeader>(head, offset), plan);
  }
  if (status != ZX_OK) return status;
  plan.entry = header.entry;
  return plan.segment_count == 0 ? ZX_ERR_IO_DATA_INTEGRITY : ZX_OK;
}

}  // namespace

zx_status_t PlanImage(Bytes file, Plan& plan) {
  const zx_status_t status = PlanSegments(file, file.size(), plan);
  if (status != ZX_OK) return status;
  if (!IsCode(plan, plan.entry)) return ZX_ERR_IO_DATA_INTEGRITY;
  MakeRelative(plan);
  return ZX_OK;
}

zx_status_t PlanLibrary(Bytes head, uint64_t file_size, Plan& plan) {
  const zx_status_t status = PlanSegments(head, file_size, plan);
  if (status != ZX_OK) return status;
  MakeRelative(plan);
  plan.entry = 0;
  return ZX_OK;
}

}  // namespace sirocco::elf
