// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace sirocco::elf {

inline constexpr uint64_t kPageSize = 4096;
inline constexpr size_t kMaxSegments = 16;
/// The most memory that an image may ask for.
inline constexpr uint64_t kMaxImageSize = uint64_t{1} << 30;
inline constexpr uint64_t kDefaultStackSize = 256 * 1024;
inline constexpr uint64_t kMaxStackSize = uint64_t{1} << 28;

enum class Access { kRead, kReadWrite, kReadExecute };

/// Whole pages of the image, [offset, offset + size) from its base. The file's bytes
/// [file_offset, file_offset + file_size) stand at `data_offset` in them, the rest is zero.
struct Segment {
  uint64_t offset = 0;
  uint64_t size = 0;
  uint64_t data_offset = 0;
  uint64_t file_offset = 0;
  uint64_t file_size = 0;
  Access access = Access::kRead;
};

/// Where everything goes, relative to the image's base, which may be any page.
struct Plan {
  uint64_t image_size = 0;
  uint64_t entry = 0;
  uint64_t stack_size = kDefaultStackSize;
  size_t segment_count = 0;
  Segment segments[kMaxSegments];

  std::span<const Segment> used() const { return {segments, segment_count}; }
};

/// Plans the loading of a position-independent RISC-V program. Whatever the file's bytes are, a
/// plan that comes out is consistent: its segments ascend without a shared page, lie inside the
/// image, take their bytes from inside the file, and none can be written and executed.
/// Errors: ZX_ERR_IO_DATA_INTEGRITY no ELF file, or one that contradicts itself;
/// ZX_ERR_NOT_SUPPORTED another machine, a fixed address, an interpreter, an executable stack, a
/// segment that is writable and executable, too many segments; ZX_ERR_OUT_OF_RANGE an image or a
/// stack beyond the limits above.
zx_status_t PlanImage(std::span<const std::byte> file, Plan& plan);

/// The same for a shared object such as the vDSO, which has no entry, from the front of its file:
/// `head` has the headers, `file_size` is the size of all. The plan's entry is 0.
zx_status_t PlanLibrary(std::span<const std::byte> head, uint64_t file_size, Plan& plan);

}  // namespace sirocco::elf
