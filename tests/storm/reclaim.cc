// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// reclaim: a process maps, touches and unmaps without end; tells the most that was there of it.

#include <zircon/syscalls.h>

#include <algorithm>

#include "tests/storm/lab.h"
#include "tests/storm/victims.h"

namespace sirocco::storm {

int RunReclaim() {
  constexpr int kSamples = 50;
  const VictimMaker maker;
  const Ledger before = TakeSteadyLedger();
  constexpr Deed kDeeds[] = {Deed::kFault};
  {
    const Victim victim = maker.Start(zx_job_default(), kDeeds);
    int64_t most_vmos = 0;
    int64_t most_pages = 0;
    for (int i = 0; i < kSamples; ++i) {
      zx_nanosleep(zx_deadline_after(ZX_MSEC(40)));
      const Ledger now = TakeLedger();
      most_vmos = std::max(most_vmos, now.Of("vmo") - before.Of("vmo"));
      most_pages = std::max(most_pages, now.Of("pages") - before.Of("pages"));
    }
    Print("vmos %lld pages %lld\n", static_cast<long long>(most_vmos),
          static_cast<long long>(most_pages));
    KillAndWait(victim);
  }
  const Ledger after = AwaitLedger(before);
  Print(after == before ? "ledger exact\n" : "ledger differs\n");
  after.PrintChangesSince(before);
  return 0;
}

}  // namespace sirocco::storm
