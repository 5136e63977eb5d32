// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Relacy runs a small program of threads and atomics in many interleavings, and lets loads see
// every value the C++ memory model allows. It is C++98: so are the models. Each model states the
// protocol as the kernel has it, and once more with a planted fault that it must find: a model that
// cannot fail shows nothing.

#include <iostream>
#include <relacy/relacy.hpp>
#include <streambuf>

// Relacy keeps its contexts to the end; a leak checker need not know.
extern "C" int __lsan_is_turned_off() { return 1; }

namespace model {

/// Keeps the report of a failure in place: Relacy owns the heap while it runs.
class Report : public std::streambuf {
 public:
  Report() { setp(text_, text_ + sizeof(text_) - 1); }
  const char* text() {
    *pptr() = 0;
    return text_;
  }

 private:
  virtual int overflow(int c) { return c; }  // What does not fit is dropped.
  char text_[1 << 16];
};

/// The fault planted in this run; 0: none. No template parameter: Relacy compiles slowly.
static int planted = 0;

/// Runs `Suite` in `iterations` random schedules, then in all with at most `switches` forced
/// switches (0: skipped). Without a `fault` none may fail; with one, one must. Returns whether that
/// was so.
template <typename Suite>
bool Check(const char* name, int fault, unsigned iterations, unsigned switches) {
  planted = fault;
  const bool is_sound = fault == 0;
  const rl::scheduler_type_e kinds[] = {rl::sched_random, rl::sched_bound};
  bool has_failed = false;
  unsigned long long runs = 0;
  for (int i = 0; i < (switches != 0 ? 2 : 1) && !has_failed; ++i) {
    static Report report;
    std::ostream output(&report);
    rl::test_params params;
    params.iteration_count = iterations;
    params.search_type = kinds[i];
    params.context_bound = switches;
    params.execution_depth_limit = 2000;
    params.output_stream = &output;
    params.progress_stream = &output;
    rl::simulate<Suite>(params);
    runs += params.stop_iteration;
    has_failed = params.test_result != rl::test_result_success;
    if (has_failed && is_sound) std::cout << report.text();
    if (has_failed) std::cout << name << ": " << rl::test_result_str(params.test_result);
  }
  if (!has_failed) std::cout << name << ": holds";
  std::cout << " after " << runs << " schedules\n";
  return has_failed != is_sound;
}

}  // namespace model
