// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Everything but VictimCode is copied to other processes: it calls only within its own section and
// through VictimMemory, and has no constants elsewhere.

#include "tests/storm/victim.h"

#define VICTIM [[gnu::section("victim_code"), gnu::noinline]]

namespace sirocco::storm {
namespace {

constexpr uint64_t kPage = 4096;
constexpr uint64_t kTouchedPages = 16;

VICTIM void WaitForEver(VictimMemory& my) {
  zx_handle_t event;
  my.event_create(0, &event);
  my.object_wait_one(event, ZX_EVENT_SIGNALED, ZX_TIME_INFINITE, nullptr);
}

VICTIM bool Use(VictimMemory& my) {
  zx_handle_t ends[2];
  zx_handle_t pair[2];
  uint64_t words[2];
  words[0] = words[1] = 5;
  bool is_good = my.channel_create(0, &ends[0], &ends[1]) == ZX_OK;
  is_good = is_good && my.eventpair_create(0, &pair[0], &pair[1]) == ZX_OK;
  is_good = is_good && my.channel_write(ends[0], 0, words, 16, &pair[1], 1) == ZX_OK;
  words[0] = words[1] = 0;
  is_good =
      is_good && my.channel_read(ends[1], 0, words, &pair[1], 16, 1, nullptr, nullptr) == ZX_OK;
  is_good = is_good && words[1] == 5;
  for (int i = 0; i < 2; ++i) {
    is_good = is_good && my.handle_close(ends[i]) == ZX_OK && my.handle_close(pair[i]) == ZX_OK;
  }
  return is_good;
}

VICTIM void Call(VictimMemory& my) {
  zx_handle_t ends[2];
  uint64_t request;
  uint64_t reply;
  zx_channel_call_args_t args;
  uint32_t bytes;
  uint32_t handles;
  request = 0;
  args.wr_bytes = &request;
  args.wr_handles = nullptr;
  args.rd_bytes = &reply;
  args.rd_handles = nullptr;
  args.wr_num_bytes = args.rd_num_bytes = 8;
  args.wr_num_handles = args.rd_num_handles = 0;
  my.channel_create(0, &ends[0], &ends[1]);
  my.channel_call(ends[0], 0, ZX_TIME_INFINITE, &args, &bytes, &handles);
}

VICTIM void WaitOnPort(VictimMemory& my) {
  zx_handle_t port;
  zx_handle_t event;
  zx_port_packet_t packet;
  my.port_create(0, &port);
  my.event_create(0, &event);
  my.object_wait_async(event, port, 1, ZX_EVENT_SIGNALED, 0);
  my.port_wait(port, ZX_TIME_INFINITE, &packet);
}

VICTIM void Fault(VictimMemory& my) {
  for (;;) {
    zx_handle_t vmo;
    zx_vaddr_t at;
    my.vmo_create(kTouchedPages * kPage, 0, &vmo);
    if (my.vmar_map(my.handles[1], ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo, 0,
                    kTouchedPages * kPage, &at) != ZX_OK) {
      my.process_exit(1);
    }
    my.handle_close(vmo);
    for (uint64_t page = 0; page < kTouchedPages; ++page) {
      *reinterpret_cast<volatile uint64_t*>(at + page * kPage) = 1;
    }
    my.vmar_unmap(my.handles[1], at, kTouchedPages * kPage);
  }
}

// Each channel has its neighbour's end in a message, so that one's end closes the next.
VICTIM void FillChannels(VictimMemory& my) {
  zx_handle_t carried;
  uint64_t words[4];
  words[0] = words[1] = words[2] = words[3] = 1;
  my.event_create(0, &carried);
  for (uint32_t i = 0; i < kVictimChannels; ++i) {
    zx_handle_t near;
    zx_handle_t far;
    my.channel_create(0, &near, &far);
    my.channel_write(near, 0, words, sizeof(words), &carried, 1);
    my.channel_write(far, 0, words, sizeof(words), nullptr, 0);
    carried = far;
  }
}

VICTIM void Stay(VictimMemory& my, Deed deed) {
  if (deed == Deed::kCall) Call(my);
  if (deed == Deed::kPort) WaitOnPort(my);
  if (deed == Deed::kFutex) my.futex_wait(&my.futex, 0, ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
  if (deed == Deed::kSpin) {
    for (;;) asm volatile("");
  }
  if (deed == Deed::kFault) Fault(my);
  if (deed == Deed::kChurn) {
    while (Use(my)) {
    }
  }
  WaitForEver(my);
}

VICTIM void StartOthers(VictimMemory& my, zx_handle_t channel, uintptr_t where) {
  uint32_t count;
  my.channel_read(channel, 0, nullptr, my.handles, 0, 2 + kMaxVictimThreads, nullptr, &count);
  my.handle_close(channel);
  for (uint32_t i = 1; i < my.thread_count; ++i) {
    my.thread_start(my.handles[1 + i], my.entry, my.stacks[i], 0, where + i);
  }
}

VICTIM void VictimMain(zx_handle_t channel, uintptr_t where) {
  const uintptr_t number = where % kPage;
  auto& my = *reinterpret_cast<VictimMemory*>(where - number);
  const Deed deed = my.deeds[number];
  if (number == 0) StartOthers(my, channel, where);
  if (deed == Deed::kExit) my.process_exit(kVictimCode);
  if (deed == Deed::kUse) my.process_exit(Use(my) ? kVictimCode : 1);
  if (deed == Deed::kChannels) FillChannels(my);
  if (number == 0) my.object_signal(my.handles[0], 0, ZX_USER_SIGNAL_0);
  Stay(my, deed);
}

}  // namespace

extern "C" const std::byte __start_victim_code[], __stop_victim_code[];

std::span<const std::byte> VictimCode() { return {__start_victim_code, __stop_victim_code}; }

size_t VictimEntry() {
  return reinterpret_cast<uintptr_t>(&VictimMain) -
         reinterpret_cast<uintptr_t>(__start_victim_code);
}

}  // namespace sirocco::storm
