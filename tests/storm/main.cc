// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The program that the tests of this folder have in the shell's place: `EXPERIMENT ARGUMENTS...`.

#include "tests/storm/lab.h"

int main() {
  using namespace sirocco::storm;
  struct Experiment {
    std::string_view name;
    int (*run)();
  };
  constexpr Experiment kExperiments[] = {
      {"exceptions", &RunExceptions}, {"storm", &RunStorm},     {"pairs", &RunPairs},
      {"blocked", &RunBlocked},       {"reclaim", &RunReclaim}, {"abandon", &RunAbandon},
  };
  InitLab();
  for (const Experiment& experiment : kExperiments) {
    if (experiment.name == Word(0)) return experiment.run();
  }
  Print("no such experiment\n");
  return 2;
}
