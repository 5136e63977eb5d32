// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// abandon: ends, and leaves a process behind that waits for ever.

#include "tests/storm/lab.h"
#include "tests/storm/victims.h"

namespace sirocco::storm {

int RunAbandon() {
  constexpr int kStatus = 7;
  const Deed deeds[] = {Deed::kFirstThatStays};
  const VictimMaker maker;
  const Victim victim = maker.Start(zx_job_default(), deeds);
  MUST(zx_object_wait_one(victim.event.get(), ZX_USER_SIGNAL_0, ZX_TIME_INFINITE, nullptr) ==
       ZX_OK);
  return kStatus;
}

}  // namespace sirocco::storm
