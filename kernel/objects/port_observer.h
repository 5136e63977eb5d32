// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstdint>
#include <utility>

#include "kernel/base/list.h"
#include "kernel/base/ref_ptr.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/kernel_object.h"
#include "kernel/objects/port.h"

namespace sirocco {

/// What zx_object_wait_async registers: on the source's list until a signal comes, then a packet of
/// the port until it is taken. One allocation for both.
///
/// One of the port's registrations until it is taken or cancelled. Who does that deletes it; it
/// becomes a packet under the source's and the port's lock, and is taken under the port's. What it
/// refers to waits for a quiet point before it goes, so that may be under the source's lock, too.
class PortObserver final : public SignalObserver, public PortPacket {
 public:
  /// **Errors** ZX_ERR_NO_MEMORY; ZX_ERR_BAD_HANDLE: one of the handles has just been closed.
  static zx_status_t Register(Port& port, KernelObject& source, HandleSlot slot,
                              zx_signals_t signals, uint64_t key, uint32_t options);

  /// Takes those that match, waiting or queued, from wherever they are; the caller deletes them.
  static List<PortPacket, RegistrationTag> Withdraw(Port& port, KernelObject& source, Side side,
                                                    uint64_t key);

  uint64_t key() const { return content.key; }
  const RefPtr<KernelObject>& source() const { return source_; }

 private:
  // Takes over a reference to `source`.
  PortObserver(Port& port, KernelObject& source, HandleSlot slot, zx_signals_t signals,
               uint64_t key, uint32_t options)
      : SignalObserver(&OnOutcome, &OnDispose, signals, slot),
        PortPacket(Kind::kSignal),
        port_(port),
        source_(AdoptRef(&source)),
        table_(slot.table() == nullptr ? nullptr : WrapRef(slot.table())),
        options_(options) {
    content = {.key = key, .type = ZX_PKT_TYPE_SIGNAL_ONE, .status = ZX_OK, .signal = {}};
    content.signal.trigger = signals;
    content.signal.count = 1;
  }

  // Under the source's lock.
  zx_status_t Begin();
  void Deliver(zx_signals_t now);
  static bool OnOutcome(SignalObserver& observer, zx_status_t outcome, zx_signals_t now);
  static void OnDispose(SignalObserver& observer);

  Port& port_;  // It does not go before its registrations went.
  const RefPtr<KernelObject> source_;
  const RefPtr<HandleTable> table_;  // The slot's: a late pass asks it whether we are retired.
  const uint32_t options_;
  bool is_met_ = false;  // It is a packet. Guarded by the port's lock.
};

}  // namespace sirocco
