// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/elf/elf.h"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <random>
#include <vector>

#include "userspace/lib/elf/format.h"

namespace sirocco::elf {
namespace {

constexpr size_t kFileSize = 0x3000;

/// A program as our linker makes it: read-only data, text, data with zeros behind, a stack wish.
struct Program {
  FileHeader header = {};
  std::vector<ProgramHeader> segments;

  Program() {
    std::memcpy(header.ident, kIdent, sizeof(kIdent));
    header.type = kTypeDynamic;
    header.machine = kMachineRiscV;
    header.version = kVersion;
    header.flags = 0x5;  // Compressed instructions, double floats.
    header.entry = 0x1010;
    header.program_headers_offset = sizeof(FileHeader);
    header.program_header_size = sizeof(ProgramHeader);
    segments = {
        {kSegmentLoad, kRead, 0, 0, 0, 0x800, 0x800, 0x1000},
        {kSegmentLoad, kRead | kExecute, 0x1000, 0x1000, 0, 0x900, 0x900, 0x1000},
        {kSegmentLoad, kRead | kWrite, 0x1e00, 0x2e00, 0, 0x200, 0x1300, 0x1000},
        {kSegmentGnuStack, kRead | kWrite, 0, 0, 0, 0, 0, 16},
    };
  }

  std::vector<std::byte> Bytes() {
    header.program_header_count = static_cast<uint16_t>(segments.size());
    std::vector<std::byte> file(kFileSize);
    std::memcpy(file.data(), &header, sizeof(header));
    std::memcpy(file.data() + sizeof(header), segments.data(),
                segments.size() * sizeof(ProgramHeader));
    return file;
  }

  zx_status_t MakePlan(Plan& plan) { return PlanImage(Bytes(), plan); }
  zx_status_t Status() {
    Plan plan;
    return MakePlan(plan);
  }
};

void ExpectConsistent(const Plan& plan, size_t file_size) {
  ASSERT_LE(plan.segment_count, kMaxSegments);
  uint64_t end = 0;
  bool entry_is_code = false;
  for (const Segment& segment : plan.used()) {
    EXPECT_EQ(segment.offset % kPageSize, 0u);
    EXPECT_EQ(segment.size % kPageSize, 0u);
    EXPECT_GE(segment.offset, end);
    end = segment.offset + segment.size;
    EXPECT_LE(segment.data_offset + segment.file_size, segment.size);
    EXPECT_LE(segment.file_offset + segment.file_size, file_size);
    entry_is_code |=
        segment.access == Access::kReadExecute && plan.entry >= segment.offset && plan.entry < end;
  }
  EXPECT_EQ(end, plan.image_size);
  EXPECT_LE(plan.image_size, kMaxImageSize);
  EXPECT_LE(plan.stack_size, kMaxStackSize);
  EXPECT_TRUE(entry_is_code);
}

TEST(ElfTest, AGoodProgramIsPlannedPageByPage) {
  Program program;
  Plan plan;
  ASSERT_EQ(program.MakePlan(plan), ZX_OK);
  ExpectConsistent(plan, kFileSize);
  ASSERT_EQ(plan.segment_count, 3u);
  EXPECT_EQ(plan.image_size, 0x5000u);
  EXPECT_EQ(plan.entry, 0x1010u);
  EXPECT_EQ(plan.segments[0].access, Access::kRead);
  EXPECT_EQ(plan.segments[1].access, Access::kReadExecute);
  EXPECT_EQ(plan.segments[2].access, Access::kReadWrite);
  EXPECT_EQ(plan.segments[2].offset, 0x2000u);
  EXPECT_EQ(plan.segments[2].size, 0x3000u);
  EXPECT_EQ(plan.segments[2].data_offset, 0xe00u);
}

TEST(ElfTest, OffsetsCountFromTheFirstSegment) {
  Program program;
  for (ProgramHeader& segment : program.segments) segment.address += 0x10000;
  program.header.entry += 0x10000;
  Plan plan;
  ASSERT_EQ(program.MakePlan(plan), ZX_OK);
  EXPECT_EQ(plan.segments[0].offset, 0u);
  EXPECT_EQ(plan.image_size, 0x5000u);
  EXPECT_EQ(plan.entry, 0x1010u);
}

TEST(ElfTest, TheStackHasTheDefaultSizeWithoutAWish) {
  Program program;
  program.segments.pop_back();
  Plan plan;
  ASSERT_EQ(program.MakePlan(plan), ZX_OK);
  EXPECT_EQ(plan.stack_size, kDefaultStackSize);
}

TEST(ElfTest, AStackWishIsRoundedUpToPages) {
  Program program;
  program.segments[3].memory_size = 0x12345;
  Plan plan;
  ASSERT_EQ(program.MakePlan(plan), ZX_OK);
  EXPECT_EQ(plan.stack_size, 0x13000u);
}

TEST(ElfTest, AnExecutableStackIsRefused) {
  Program program;
  program.segments[3].flags |= kExecute;
  EXPECT_EQ(program.Status(), ZX_ERR_NOT_SUPPORTED);
}

TEST(ElfTest, AHugeStackIsRefused) {
  Program program;
  program.segments[3].memory_size = UINT64_MAX;
  EXPECT_EQ(program.Status(), ZX_ERR_OUT_OF_RANGE);
}

TEST(ElfTest, EveryTruncationOfTheHeadersIsRefused) {
  Program program;
  const std::vector<std::byte> file = program.Bytes();
  const size_t needed = sizeof(FileHeader) + program.segments.size() * sizeof(ProgramHeader);
  for (size_t size = 0; size < needed; ++size) {
    const std::vector<std::byte> part(file.begin(), file.begin() + size);
    Plan plan;
    EXPECT_EQ(PlanImage(part, plan), ZX_ERR_IO_DATA_INTEGRITY) << size;
  }
}

struct Fault {
  const char* name;
  std::function<void(Program&)> plant;
  zx_status_t status;
};

class ElfFaultTest : public testing::TestWithParam<Fault> {};

TEST_P(ElfFaultTest, IsRefused) {
  Program program;
  GetParam().plant(program);
  EXPECT_EQ(program.Status(), GetParam().status);
}

constexpr zx_status_t kBad = ZX_ERR_IO_DATA_INTEGRITY;
constexpr zx_status_t kUnsupported = ZX_ERR_NOT_SUPPORTED;

INSTANTIATE_TEST_SUITE_P(
    All, ElfFaultTest,
    testing::Values(
        Fault{"Magic", [](Program& p) { p.header.ident[0] = 0; }, kBad},
        Fault{"ThirtyTwoBits", [](Program& p) { p.header.ident[4] = 1; }, kBad},
        Fault{"BigEndian", [](Program& p) { p.header.ident[5] = 2; }, kBad},
        Fault{"IdentVersion", [](Program& p) { p.header.ident[6] = 2; }, kBad},
        Fault{"Version", [](Program& p) { p.header.version = 2; }, kBad},
        Fault{"FixedAddress", [](Program& p) { p.header.type = 2; }, kUnsupported},
        Fault{"OtherMachine", [](Program& p) { p.header.machine = 62; }, kUnsupported},
        Fault{"QuadFloats", [](Program& p) { p.header.flags = 0x7; }, kUnsupported},
        Fault{"EmbeddedIsa", [](Program& p) { p.header.flags |= 0x8; }, kUnsupported},
        Fault{"HeaderSize", [](Program& p) { p.header.program_header_size = 32; }, kBad},
        Fault{"TableOutside", [](Program& p) { p.header.program_headers_offset = kFileSize; },
              kBad},
        Fault{"TableWrapsAround",
              [](Program& p) { p.header.program_headers_offset = UINT64_MAX - 8; }, kBad},
        Fault{"NothingToLoad", [](Program& p) { p.segments.resize(0); }, kBad},
        Fault{"Interpreter", [](Program& p) { p.segments[3].type = kSegmentInterpreter; },
              kUnsupported},
        Fault{"WritableText", [](Program& p) { p.segments[1].flags |= kWrite; }, kUnsupported},
        Fault{"WriteExecuteWithoutRead",
              [](Program& p) { p.segments[1].flags = kWrite | kExecute; }, kUnsupported},
        Fault{"EntryOutside", [](Program& p) { p.header.entry = 0x100000; }, kBad},
        Fault{"EntryInData", [](Program& p) { p.header.entry = 0x2e00; }, kBad},
        Fault{"DataOutsideFile", [](Program& p) { p.segments[2].file_size = 0x1201; }, kBad},
        Fault{"DataWrapsAround", [](Program& p) { p.segments[2].offset = UINT64_MAX - 0x1ff; },
              kBad},
        Fault{"FileLargerThanMemory", [](Program& p) { p.segments[2].memory_size = 0x100; }, kBad},
        Fault{"Descending", [](Program& p) { std::swap(p.segments[0], p.segments[1]); }, kBad},
        Fault{"SharedPage", [](Program& p) { p.segments[1].memory_size = 0x1001; }, kBad},
        Fault{"OddAlignment", [](Program& p) { p.segments[2].alignment = 3; }, kBad},
        Fault{"Misaligned", [](Program& p) { p.segments[2].offset -= 8; }, kBad},
        Fault{"TooAligned",
              [](Program& p) {
                p.segments[1].alignment = 0x200000;
                p.segments[1].offset = 0x1000;
              },
              kUnsupported},
        Fault{"AddressWrapsAround", [](Program& p) { p.segments[2].address = UINT64_MAX - 0x1ff; },
              ZX_ERR_OUT_OF_RANGE},
        Fault{"MemoryWrapsAround", [](Program& p) { p.segments[2].memory_size = UINT64_MAX; },
              ZX_ERR_OUT_OF_RANGE},
        Fault{"ImageTooLarge", [](Program& p) { p.segments[2].memory_size = kMaxImageSize; },
              ZX_ERR_OUT_OF_RANGE},
        Fault{"TooManySegments",
              [](Program& p) {
                for (uint64_t i = 0; i < kMaxSegments; ++i) {
                  p.segments.push_back({kSegmentLoad, kRead, 0, 0x10000 + i * 0x1000, 0, 0, 8, 8});
                }
              },
              kUnsupported}),
    [](const auto& info) { return info.param.name; });

TEST(ElfTest, ASegmentWithoutMemoryIsSkipped) {
  Program program;
  program.segments.push_back({kSegmentLoad, kRead, 0, 0x100, 0, 0, 0, 0x1000});
  Plan plan;
  ASSERT_EQ(program.MakePlan(plan), ZX_OK);
  EXPECT_EQ(plan.segment_count, 3u);
}

TEST(ElfTest, ALibraryIsPlannedFromItsHeadersAndNeedsNoEntry) {
  Program program;
  program.header.entry = 0;
  const std::vector<std::byte> file = program.Bytes();
  Plan plan;
  EXPECT_EQ(PlanImage(file, plan), ZX_ERR_IO_DATA_INTEGRITY);
  ASSERT_EQ(PlanLibrary(std::span(file).first(512), file.size(), plan), ZX_OK);
  EXPECT_EQ(plan.segment_count, 3u);
  EXPECT_EQ(plan.entry, 0u);
}

TEST(ElfTest, ALibrarysSegmentsLieInsideItsWholeFile) {
  Program program;
  const std::vector<std::byte> file = program.Bytes();
  Plan plan;
  EXPECT_EQ(PlanLibrary(std::span(file).first(512), 0x1fff, plan), ZX_ERR_IO_DATA_INTEGRITY);
  EXPECT_EQ(PlanLibrary(std::span(file).first(100), file.size(), plan), ZX_ERR_IO_DATA_INTEGRITY);
}

TEST(ElfTest, FilesAtOddAddressesArePlannedToo) {
  Program program;
  const std::vector<std::byte> file = program.Bytes();
  std::vector<std::byte> shifted(file.size() + 1);
  std::copy(file.begin(), file.end(), shifted.begin() + 1);
  Plan plan;
  EXPECT_EQ(PlanImage(std::span(shifted).subspan(1), plan), ZX_OK);
}

TEST(ElfTest, PlansOfFiftyThousandCorruptedFilesAreConsistent) {
  Program program;
  const std::vector<std::byte> good = program.Bytes();
  const size_t headers = sizeof(FileHeader) + program.segments.size() * sizeof(ProgramHeader);
  std::mt19937 random(20260102);
  size_t accepted = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::vector<std::byte> file = good;
    for (size_t hits = 1 + random() % 4; hits > 0; --hits) {
      file[random() % headers] = static_cast<std::byte>(random() % 3 == 0 ? 0xff : random());
    }
    Plan plan;
    if (PlanImage(file, plan) != ZX_OK) continue;
    ++accepted;
    ExpectConsistent(plan, file.size());
  }
  EXPECT_GT(accepted, 100u);  // Bytes that no loader reads.
}

}  // namespace
}  // namespace sirocco::elf
