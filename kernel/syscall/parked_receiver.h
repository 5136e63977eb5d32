// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/objects/direct_receiver.h"
#include "kernel/sched/vcpu.h"
#include "kernel/syscall/channel_io.h"
#include "kernel/syscall/context.h"

namespace sirocco {

/// The buffers of a ParkedCall that waits for a message. They are looked up when the message comes,
/// as they are then: whatever is not there, or reaches over the end of a page, goes the other way.
///
/// The sender writes through the direct map, on a hart that may never have been in the receiver's
/// space: pages and tables that are taken away meanwhile outlive its quiet point.
class ParkedReceiver final : public DirectReceiver {
 public:
  enum class Kind : uint8_t { kCaller, kServer };

  /// `target` is the call's, and lives as long as this.
  ParkedReceiver(SyscallContext& ctx, const MessageTarget& target, Kind kind)
      : ctx_(ctx), target_(target), kind_(kind) {}

  bool TryClaim(const sched::Vcpu& sender, uint32_t size_bytes) override;

  /// Ends the call of a thread that was claimed with this message, whose first four bytes are
  /// `txid` whatever they are in memory. This is gone then; returns the thread.
  sched::Vcpu& Take(std::span<const std::byte> bytes, zx_txid_t txid);

 private:
  SyscallContext& ctx_;
  const MessageTarget& target_;
  const Kind kind_;
  // From TryClaim to Take.
  std::byte* bytes_ = nullptr;  // Null: it goes to the registers.
  std::byte* actual_bytes_ = nullptr;
  std::byte* actual_handles_ = nullptr;
};

}  // namespace sirocco
