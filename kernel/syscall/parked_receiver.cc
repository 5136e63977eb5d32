// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/syscall/parked_receiver.h"

#include <algorithm>
#include <cstring>

#include "kernel/objects/message.h"
#include "kernel/sched/vcpu_hand_over.h"
#include "kernel/syscall/page_finder.h"
#include "kernel/syscall/user_ptr.h"

namespace sirocco {

bool ParkedReceiver::TryClaim(const sched::Vcpu& sender, uint32_t size_bytes) {
  PageFinder pages(ctx_);
  const bool to_registers = kind_ == Kind::kServer && size_bytes <= RegisterMessage::kMaxBytes;
  if (to_registers) {
    bytes_ = nullptr;  // It may be left from a sender that did not claim it.
  } else {
    if (!target_.HasRoom(size_bytes, 0)) return false;
    bytes_ = pages.Find(target_.bytes.address(), size_bytes, arch::Access::kWrite);
    if (bytes_ == nullptr || !pages.FindOptional(target_.actual_bytes, &actual_bytes_) ||
        !pages.FindOptional(target_.actual_handles, &actual_handles_)) {
      return false;
    }
  }
  return sender.MayHandOverTo(ctx_.vcpu()) && ctx_.vcpu().ClaimParked();
}

sched::Vcpu& ParkedReceiver::Take(std::span<const std::byte> bytes, zx_txid_t txid) {
  sched::Vcpu& vcpu = ctx_.vcpu();
  if (bytes_ != nullptr) {
    std::memmove(bytes_, bytes.data(), bytes.size());  // Both may be one program's.
    CopyWhole<zx_txid_t>(bytes_, &txid);
    StoreOptional(actual_bytes_, static_cast<uint32_t>(bytes.size()));
    StoreOptional(actual_handles_, 0u);
    if (kind_ == Kind::kServer) vcpu.context().set_word_bytes(0);
  } else {
    RegisterMessage message;
    message.size_bytes = static_cast<uint32_t>(bytes.size());
    std::ranges::copy(bytes, message.bytes().data());
    message.set_txid(txid);
    message.CopyTo(vcpu.context());
  }
  vcpu.EndClaimed(SyscallContext::ToResult(ZX_OK));
  return vcpu;
}

}  // namespace sirocco
