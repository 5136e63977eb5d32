// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/riscv64/symbol_table.h"

#include <algorithm>
#include <span>

namespace sirocco::arch {

// The tool rewrites this segment, so the compiler must not take these values for granted.
[[gnu::section(".symbols"), gnu::used]] const SymbolTableHeader symbol_table_header = {
    .magic = kSymbolMagic,
    .size_bytes = sizeof(SymbolTableHeader),
    .function_count = 0,
    .functions = 0,
    .files = 0,
    .strings = 0,
    .streams = 0,
};

namespace {

extern "C" const char __image_start[];

const SymbolTableHeader& Header() {
  const SymbolTableHeader* header = &symbol_table_header;
  asm("" : "+r"(header));
  return *header;
}

template <typename T>
const T* At(uint32_t offset) {
  return reinterpret_cast<const T*>(reinterpret_cast<const std::byte*>(&Header()) + offset);
}

std::string_view StringAt(uint32_t offset) { return At<char>(Header().strings + offset); }

// Bytes written by the tool at build time: trusted as the text itself is.
class Stream {
 public:
  explicit Stream(uint32_t offset) : at_(At<uint8_t>(Header().streams + offset)) {}

  // **Source** LEB128, DWARF 5, 7.6.
  uint64_t Unsigned() {
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const uint8_t byte = *at_++;
      value |= uint64_t{byte & 0x7fu} << shift;
      if ((byte & 0x80) == 0) return value;
    }
  }
  int64_t Signed() {
    const uint64_t zigzag = Unsigned();
    return static_cast<int64_t>(zigzag >> 1) ^ -static_cast<int64_t>(zigzag & 1);
  }

 private:
  const uint8_t* at_;
};

const SymbolFunction* FunctionAt(uint64_t address) {
  const SymbolTableHeader& header = Header();
  const uint64_t start = reinterpret_cast<uint64_t>(__image_start);
  if (header.magic != kSymbolMagic || address < start) return nullptr;
  const uint64_t offset = address - start;
  const std::span functions(At<SymbolFunction>(header.functions), header.function_count);
  if (functions.empty() || offset >= functions.data()[functions.size()].start) return nullptr;
  const auto above = std::ranges::upper_bound(functions, offset, {}, &SymbolFunction::start);
  return above == functions.begin() ? nullptr : &*(above - 1);
}

uint32_t OffsetIn(const SymbolFunction& function, uint64_t address) {
  const uint64_t start = reinterpret_cast<uint64_t>(__image_start) + function.start;
  return static_cast<uint32_t>(address - start);
}

// Rows (advance * 2 + file changes, [file], line delta) apply from their address on. The advance
// counts 2 bytes; a row that does not advance, but for the first, ends the function.
void LineAt(const SymbolFunction& function, SymbolPlace& place) {
  if (function.lines == kNoRows) return;
  Stream stream(function.lines);
  uint64_t row_offset = 0;
  uint64_t file = 0;
  int64_t line = 0;
  for (bool is_first = true;; is_first = false) {
    const uint64_t head = stream.Unsigned();
    row_offset += (head >> 1) * 2;
    if (row_offset > place.offset || (!is_first && head >> 1 == 0)) break;
    if ((head & 1) != 0) file = stream.Unsigned();
    line += stream.Signed();
  }
  place.file = StringAt(At<uint32_t>(Header().files)[file]);
  place.line = static_cast<uint32_t>(line);
}

}  // namespace

std::optional<SymbolPlace> FindSymbol(uint64_t address) {
  const SymbolFunction* function = FunctionAt(address);
  if (function == nullptr) return std::nullopt;
  SymbolPlace place;
  place.function = StringAt(function->name);
  place.offset = OffsetIn(*function, address);
  LineAt(*function, place);
  return place;
}

// Rows (advance * 2 + CFA is s0, CFA offset, ra below, s0 below); the end as in LineAt.
std::optional<FrameRule> FindFrameRule(uint64_t address) {
  const SymbolFunction* function = FunctionAt(address);
  if (function == nullptr || function->frames == kNoRows) return std::nullopt;
  const uint32_t offset = OffsetIn(*function, address);
  Stream stream(function->frames);
  std::optional<FrameRule> rule;
  uint64_t row_offset = 0;
  for (bool is_first = true;; is_first = false) {
    const uint64_t head = stream.Unsigned();
    row_offset += (head >> 1) * 2;
    if (row_offset > offset || (!is_first && head >> 1 == 0)) return rule;
    rule.emplace();
    rule->cfa_is_s0 = (head & 1) != 0;
    rule->cfa_offset = static_cast<uint32_t>(stream.Unsigned());
    rule->ra_below = static_cast<uint32_t>(stream.Unsigned());
    rule->s0_below = static_cast<uint32_t>(stream.Unsigned());
  }
}

}  // namespace sirocco::arch
