// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstdint>
#include <utility>

#include "kernel/base/list.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/kernel_object.h"
#include "kernel/objects/port.h"

namespace sirocco {

/// What zx_object_wait_async registers: on the source's list until a signal comes, then a packet of
/// the port until it is taken. One allocation for both.
///
///   kWaiting -> kQueued   under the source's and the port's lock
///   kWaiting -> kTaken    the same, when somebody waits for a packet
///   kQueued  -> kTaken    under the port's lock
/// Who takes or cancels it deletes it, under no lock.
class PortObserver final : public SignalObserver,
                           public PortPacket,
                           public ListNode<PortObserver, RegistrationTag> {
 public:
  /// **Errors** ZX_ERR_NO_MEMORY; ZX_ERR_BAD_HANDLE: one of the handles has just been closed.
  static zx_status_t Register(Port& port, KernelObject& source, HandleSlot slot,
                              zx_signals_t signals, uint64_t key, uint32_t options);

  /// Takes those that match, waiting or queued, from wherever they are; the caller deletes them.
  static List<PortObserver, RegistrationTag> Withdraw(Port& port, KernelObject& source, Side side,
                                                      uint64_t key);

  uint64_t key() const { return content.key; }
  const RefPtr<KernelObject>& source() const { return source_; }
  bool is_queued() const { return state_ == State::kQueued; }
  bool is_taken() const { return state_ == State::kTaken; }

  static void NoteTaken(PortPacket& packet) {
    if (packet.kind == Kind::kSignal) static_cast<PortObserver&>(packet).state_ = State::kTaken;
  }

 private:
  enum class State : uint8_t { kWaiting, kQueued, kTaken };

  PortObserver(RefPtr<Port> port, RefPtr<KernelObject> source, HandleSlot slot,
               zx_signals_t signals, const zx_port_packet_t& content, uint32_t options);

  // Under the source's lock.
  zx_status_t Begin();
  void Deliver(zx_signals_t now);
  static bool OnOutcome(SignalObserver& observer, zx_status_t outcome, zx_signals_t now);
  static void OnDispose(SignalObserver& observer);

  const RefPtr<Port> port_;
  const RefPtr<KernelObject> source_;
  const RefPtr<HandleTable> table_;  // The slot's: a late pass asks it whether we are retired.
  const uint32_t options_;
  State state_ = State::kWaiting;  // Written under the port's lock.
};

}  // namespace sirocco
