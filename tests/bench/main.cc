// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// bench [OP...]: the figures of docs/performance.md, from inside the system. Nothing here is known
// to the kernel: these are the calls of any program.
#include <zircon/process.h>

#include <string_view>
#include <vector>

#include "tests/bench/sampler.h"
#include "tests/bench/server.h"

int main(int argc, char** argv) {
  using namespace sirocco::bench;
  std::vector<std::string_view> words(argv + 1, argv + argc);
  FillHandleTable();
  if (words.size() == 2 && words[0] == "--serve") {
    Serve(words[1], zx_take_startup_handle(kServerChannel));
    return 0;
  }
  Report report(std::move(words));
  MeasureCalls(report);
  MeasureThreads(report);
  MeasureChannels(report);
  MeasureProcesses(report);
  MeasureMemory(report);
  report.Print();
  return 0;
}
