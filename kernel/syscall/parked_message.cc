// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/syscall/parked_message.h"

#include <utility>

#include "kernel/syscall/handle_ref.h"
#include "kernel/syscall/parked_call.h"

namespace sirocco {

MessageTarget TargetOf(const ParkedBuffers& buffers, HandleFormat format) {
  return {UserOut<void>(buffers.bytes),
          UserOut<void>(buffers.handles),
          buffers.max_bytes,
          buffers.max_handles,
          format,
          UserOut<uint32_t>(buffers.actual_bytes),
          UserOut<uint32_t>(buffers.actual_handles)};
}

namespace {

ParkedBuffers BuffersOf(const MessageTarget& target, ParkedBuffers::Deliver deliver) {
  return {deliver,
          target.bytes.address(),
          target.handles.address(),
          target.max_bytes,
          target.max_handles,
          target.actual_bytes.address(),
          target.actual_handles.address()};
}

class LateReply {
 public:
  LateReply(const MessageTarget& target, MessagePtr reply)
      : target_(target), reply_(std::move(reply)) {}
  uint64_t End(SyscallContext& ctx) { return FinishCall(ctx, target_, std::move(reply_)); }

 private:
  const MessageTarget target_;
  MessagePtr reply_;
};

class LateRequest {
 public:
  LateRequest(HandleRef<Channel> channel, const MessageTarget& target, MessagePtr request,
              MessageSize needed)
      : channel_(std::move(channel)),
        target_(target),
        request_(std::move(request)),
        needed_(needed) {}
  uint64_t End(SyscallContext& ctx) {
    return FinishServe(ctx, channel_, target_, std::move(request_), needed_);
  }

 private:
  const HandleRef<Channel> channel_;
  const MessageTarget target_;
  MessagePtr request_;
  const MessageSize needed_;
};

}  // namespace

void DeliverReply(ParkedThread& thread, Channel&, MessagePtr message, MessageSize) {
  RestOfCall<LateReply>::Deliver(SyscallContext::Of(thread.vcpu()),
                                 TargetOf(thread.buffers(), HandleFormat::kValue),
                                 std::move(message));
}

void DeliverReplyEtc(ParkedThread& thread, Channel&, MessagePtr message, MessageSize) {
  RestOfCall<LateReply>::Deliver(SyscallContext::Of(thread.vcpu()),
                                 TargetOf(thread.buffers(), HandleFormat::kInfo),
                                 std::move(message));
}

// Its handle is open, so there is a reference to take another one from.
void DeliverRequest(ParkedThread& thread, Channel& channel, MessagePtr message,
                    MessageSize needed) {
  HandleRef<Channel> reference(WrapRef(&channel), thread.slot(), ZX_RIGHT_NONE);
  RestOfCall<LateRequest>::Deliver(SyscallContext::Of(thread.vcpu()), std::move(reference),
                                   TargetOf(thread.buffers(), HandleFormat::kValue),
                                   std::move(message), needed);
}

ParkedBuffers BuffersOfCall(const MessageTarget& target) {
  return BuffersOf(target, target.format == HandleFormat::kInfo ? &DeliverReplyEtc : &DeliverReply);
}

ParkedBuffers BuffersOfServe(const MessageTarget& target) {
  return BuffersOf(target, &DeliverRequest);
}

}  // namespace sirocco
