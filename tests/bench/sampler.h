// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace sirocco::bench {

inline constexpr size_t kWarmUps = 16;
inline constexpr size_t kSamples = 400;

/// Retired instructions: what `cycle` counts under QEMU's -icount.
inline uint64_t Counter() {
  uint64_t value;
  asm volatile("rdcycle %0" : "=r"(value)::"memory");
  return value;
}

/// Between two readings with nothing between them: the second one itself.
inline constexpr uint64_t kEmptyPair = 1;

/// Ends the program: an operation that fails is not worth a figure.
[[noreturn]] void Fail(std::string_view what, zx_status_t status);

inline void Check(zx_status_t status, std::string_view what) {
  if (status != ZX_OK) Fail(what, status);
}

template <typename T>
uint64_t ArgumentWord(T value) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<uint64_t>(value);
  } else {
    return std::bit_cast<uint64_t>(value);  // A pointer.
  }
}

/// Calls `function` with its arguments in place; returns the instructions from the jal to its
/// return, both included. `result` gets what it returned.
template <typename Function, typename... Arguments>
inline uint64_t TimeCall(uint64_t& result, Function* function, Arguments... arguments) {
  static_assert(sizeof...(Arguments) <= 8);
  const std::array<uint64_t, 8> words = {ArgumentWord(arguments)...};
  register uint64_t a0 asm("a0") = words[0];
  register uint64_t a1 asm("a1") = words[1];
  register uint64_t a2 asm("a2") = words[2];
  register uint64_t a3 asm("a3") = words[3];
  register uint64_t a4 asm("a4") = words[4];
  register uint64_t a5 asm("a5") = words[5];
  register uint64_t a6 asm("a6") = words[6];
  register uint64_t a7 asm("a7") = words[7];
  register auto target asm("s2") = function;
  register uint64_t start asm("s3");
  register uint64_t end asm("s4");
  asm volatile(
      "rdcycle %[start]\n"
      "jalr %[target]\n"
      "rdcycle %[end]\n"
      : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a4), "+r"(a5), "+r"(a6),
        "+r"(a7), [start] "=&r"(start), [end] "=&r"(end)
      : [target] "r"(target)
      : "ra", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "memory");
  result = a0;
  return end - start - kEmptyPair;
}

/// The same for a call whose result must be ZX_OK.
template <typename Function, typename... Arguments>
inline uint64_t TimeOk(Function* function, Arguments... arguments) {
  uint64_t result = 0;
  const uint64_t cost = TimeCall(result, function, arguments...);
  Check(static_cast<zx_status_t>(result), "a timed call");
  return cost;
}

/// What the command line asked for, and the figures, which are printed at the end: a console that
/// works while something is measured would be measured too.
class Report {
 public:
  explicit Report(std::vector<std::string_view> wanted) : wanted_(std::move(wanted)) {}

  bool Wants(std::string_view op) const;

  /// Warms up, samples and keeps what `sample` returns, if the op is wanted.
  void Measure(std::string_view op, const std::function<uint64_t()>& sample,
               size_t samples = kSamples);

  void Add(std::string_view op, std::string_view unit, std::vector<uint64_t> samples);

  void Print() const;

 private:
  std::vector<std::string_view> wanted_;
  std::string lines_;
};

// The groups of operations, one a file.
void MeasureCalls(Report& report);
void MeasureThreads(Report& report);
void MeasureChannels(Report& report);
void MeasureProcesses(Report& report);
void MeasureMemory(Report& report);

}  // namespace sirocco::bench
