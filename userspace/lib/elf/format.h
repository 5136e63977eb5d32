// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// The parts of the ELF64 format that a loader reads. Source: System V ABI, chapters 4 and 5;
// RISC-V ELF psABI 1.0, section 8.

namespace sirocco::elf {

struct FileHeader {
  uint8_t ident[16];
  uint16_t type;
  uint16_t machine;
  uint32_t version;
  uint64_t entry;
  uint64_t program_headers_offset;
  uint64_t section_headers_offset;
  uint32_t flags;
  uint16_t header_size;
  uint16_t program_header_size;
  uint16_t program_header_count;
  uint16_t section_header_size;
  uint16_t section_header_count;
  uint16_t section_names_index;
};
static_assert(sizeof(FileHeader) == 64);

struct ProgramHeader {
  uint32_t type;
  uint32_t flags;
  uint64_t offset;
  uint64_t address;
  uint64_t physical_address;
  uint64_t file_size;
  uint64_t memory_size;
  uint64_t alignment;
};
static_assert(sizeof(ProgramHeader) == 56);

inline constexpr uint8_t kIdent[] = {0x7f,         'E',           'L',
                                     'F',          /*64 bits*/ 2, /*little endian*/ 1,
                                     /*version*/ 1};
inline constexpr uint16_t kTypeDynamic = 3;
inline constexpr uint16_t kMachineRiscV = 243;
inline constexpr uint32_t kVersion = 1;

// e_flags that a machine with rv64gc and lp64d cannot run: the quad float ABI and RV64E.
inline constexpr uint32_t kFlagFloatMask = 0x6;
inline constexpr uint32_t kFlagFloatQuad = 0x6;
inline constexpr uint32_t kFlagRve = 0x8;

inline constexpr uint32_t kSegmentLoad = 1;
inline constexpr uint32_t kSegmentInterpreter = 3;
inline constexpr uint32_t kSegmentGnuStack = 0x6474e551;

inline constexpr uint32_t kExecute = 1;
inline constexpr uint32_t kWrite = 2;
inline constexpr uint32_t kRead = 4;

}  // namespace sirocco::elf
