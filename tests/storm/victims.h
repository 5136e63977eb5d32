// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "tests/storm/lab.h"
#include "tests/storm/victim.h"
#include "userspace/lib/elf/elf.h"

namespace sirocco::storm {

struct Victim {
  OwnedHandle process;
  OwnedHandle event;  // Gets ZX_USER_SIGNAL_0 when the first thread is where it stays.
};

/// Makes victims: what they have in common, made once.
class VictimMaker {
 public:
  VictimMaker();

  /// Starts a process in `job` with a thread for each of `deeds`. Context: any thread.
  Victim Start(zx_handle_t job, std::span<const Deed> deeds) const;

 private:
  uintptr_t MapVdso(zx_handle_t root) const;
  void MapMemory(zx_handle_t root, VictimMemory& memory, uintptr_t& base) const;

  OwnedHandle code_;
  uint64_t code_size_ = 0;
  elf::Plan vdso_plan_;
  VictimMemory calls_ = {};  // Offsets in the vDSO in the place of addresses.
};

/// Ends it and waits until it has ended.
void KillAndWait(const Victim& victim);

}  // namespace sirocco::storm
