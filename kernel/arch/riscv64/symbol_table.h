// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sirocco::arch {

/// What tools/symbols/symbolise.py appends to the linked image; the linked header itself says that
/// there is nothing. Offsets count from the header, addresses from __image_start.
struct SymbolTableHeader {
  uint64_t magic;
  uint32_t size_bytes;  // All of it.
  uint32_t function_count;
  uint32_t functions;  // SymbolFunction[function_count + 1], ascending; the last is an end.
  uint32_t files;      // uint32_t[]: names of source files, as offsets from `strings`.
  uint32_t strings;    // NUL-terminated.
  uint32_t streams;    // What SymbolFunction's offsets are relative to.
};

struct SymbolFunction {
  uint32_t start;
  uint32_t name;    // From `strings`.
  uint32_t lines;   // Rows of LineAt, or kNoRows.
  uint32_t frames;  // Rows of FindFrameRule, or kNoRows.
};

inline constexpr uint32_t kNoRows = ~uint32_t{0};
inline constexpr uint64_t kSymbolMagic = 0x316d79732d636f72;  // "roc-sym1"

extern const SymbolTableHeader symbol_table_header;

/// A function of the kernel and a place in it.
struct SymbolPlace {
  std::string_view function;
  uint32_t offset = 0;    // From the function's start.
  std::string_view file;  // Empty if unknown.
  uint32_t line = 0;
};

/// Nothing for addresses outside the kernel's text, or when the image has no symbols.
std::optional<SymbolPlace> FindSymbol(uint64_t address);

/// How to find the caller's frame at an instruction: the canonical frame address is sp or s0 plus
/// `cfa_offset`, and ra and s0 lie that far below it, if they have been saved.
struct FrameRule {
  bool cfa_is_s0 = false;
  uint32_t cfa_offset = 0;
  uint32_t ra_below = 0;  // 0: still in the register.
  uint32_t s0_below = 0;
};

std::optional<FrameRule> FindFrameRule(uint64_t address);

}  // namespace sirocco::arch
