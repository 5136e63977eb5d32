// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The waits of objects against what ends them, in all orders their executor allows.
#include <gtest/gtest.h>
#include <zircon/errors.h>
#include <zircon/syscalls/port.h>

#include <array>
#include <iostream>
#include <memory>
#include <set>
#include <utility>

#include "kernel/async/cancel.h"
#include "kernel/async/deadline.h"
#include "kernel/async/select.h"
#include "kernel/async/task.h"
#include "kernel/base/ref_ptr.h"
#include "kernel/base/units.h"
#include "kernel/objects/event.h"
#include "kernel/objects/handle_changes.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/port.h"
#include "tests/support/explorer.h"
#include "tests/unit/objects/quiet_fake.h"

namespace sirocco {
namespace {

using sched::Explorer;

void ExpectComplete(const Explorer::Report& report) {
  EXPECT_TRUE(report.is_complete) << report.ToString();
  std::cout << "explorer: " << report.ToString() << "\n";
}

/// A process's handles, without the process.
class Handles {
 public:
  Handles() : table_(HandleTable::Create(0x123456789).value()) {}
  ~Handles() {
    for (bool has_more = true; has_more;) {
      CloseList list;
      has_more = table_->CloseSome(list, 32);
    }
    table_.reset();
    while (sched::ReclaimRetired() != 0) {
    }
  }

  HandleValue Install(RefPtr<KernelObject> object, Side side = Side::kFirst) {
    HandleReservation place = table_->Reserve(1).value();
    const zx_rights_t rights = object->info().default_rights;
    return place.Install(Handle(std::move(object), side, rights));
  }
  HandleSlot SlotOf(HandleValue value) { return table_->Find(value).value().slot; }
  void Close(HandleValue value) { static_cast<void>(table_->Remove(value)); }

 private:
  RefPtr<HandleTable> table_;
};

/// What every program has: one wait, counted, that a source may cancel.
struct Wait {
  Handles handles;
  async::CancelSource source;
  zx_status_t status = ZX_ERR_INTERNAL;
  int outcome_count = 0;

  void End(zx_status_t outcome) {
    status = outcome;
    ++outcome_count;
  }
};

Task<zx_status_t> Cancel(Wait& wait) {
  wait.source.Cancel();
  co_return ZX_OK;
}

Task<zx_status_t> Close(Wait& wait, HandleValue value) {
  wait.handles.Close(value);
  co_return ZX_OK;
}

// --- A port's packet is taken or still there. ---

struct PortWait : Wait {
  RefPtr<Port> port = Port::Create(0).value();
  HandleValue handle = handles.Install(port);
  bool has_packet = false;
};

Task<zx_status_t> Dequeue(PortWait& state, HandleSlot slot) {
  DequeueOp dequeue(*state.port, slot);
  auto waiting =
      async::WithDeadlineAndCancel(dequeue, Instant::Infinite(), Nanoseconds(0), state.source);
  auto status = co_await waiting;
  if (status == ZX_OK) state.has_packet = dequeue.packet().key == 7;
  state.End(status);
  co_return status;
}

Task<zx_status_t> Queue(PortWait& state) {
  std::unique_ptr<PortPacket> packet = Port::CreateUser();
  packet->content.key = 7;
  co_return state.port->QueueUser(std::move(packet));
}

void ExpectOnePacket(Explorer& explorer, PortWait& state) {
  explorer.Expect(state.outcome_count == 1, "the wait completed other than once");
  PortPacket* left = state.port->TryTake();
  if (left != nullptr) state.port->Consume(*left);
  explorer.Expect(state.has_packet == (state.status == ZX_OK), "a success without its packet");
  explorer.Expect(state.has_packet == (left == nullptr), "the packet was lost or came twice");
}

TEST(ExploredWaitsTest, APacketAgainstCancelIsTakenOrStaysInAnyOrder) {
  std::set<zx_status_t> seen;
  const auto report = Explorer::Exhaust([&seen](Explorer& explorer) {
    PortWait& state = explorer.Make<PortWait>();
    explorer.Spawn(Dequeue(state, state.handles.SlotOf(state.handle)));
    explorer.Spawn(Queue(state));
    explorer.Spawn(Cancel(state));
    explorer.Run();
    ExpectOnePacket(explorer, state);
    seen.insert(state.status);
  });
  ExpectComplete(report);
  EXPECT_EQ(seen, (std::set<zx_status_t>{ZX_ERR_CANCELED, ZX_OK}));
}

// --- Waiting for one of several. ---

struct WaitMany : Wait {
  std::array<RefPtr<Event>, 2> events = {Event::Create().value(), Event::Create().value()};
  std::array<HandleValue, 2> values = {handles.Install(events[0]), handles.Install(events[1])};
  zx_signals_t observed = 0;
};

Task<zx_status_t> WaitForOne(WaitMany& state, HandleSlot first, HandleSlot second) {
  KernelObject::SignalWait a = state.events[0]->WaitSignals(ZX_EVENT_SIGNALED, first);
  KernelObject::SignalWait b = state.events[1]->WaitSignals(ZX_EVENT_SIGNALED, second);
  auto select = async::Select(a, b);
  auto waiting =
      async::WithDeadlineAndCancel(select, Instant::Infinite(), Nanoseconds(0), state.source);
  auto result = co_await waiting;
  state.observed = a.observed();
  state.End(result.status);
  co_return result.status;
}

Task<zx_status_t> Signal(WaitMany& state) {
  state.events[0]->UpdateSignals(Side::kFirst, 0, ZX_EVENT_SIGNALED);
  co_return ZX_OK;
}

TEST(ExploredWaitsTest, SignalCloseAndCancelEndAWaitForSeveralOnceInAnyOrder) {
  std::set<zx_status_t> seen;
  const auto report = Explorer::Exhaust([&seen](Explorer& explorer) {
    WaitMany& state = explorer.Make<WaitMany>();
    explorer.Spawn(WaitForOne(state, state.handles.SlotOf(state.values[0]),
                              state.handles.SlotOf(state.values[1])));
    explorer.Spawn(Signal(state));
    explorer.Spawn(Close(state, state.values[1]));
    explorer.Spawn(Cancel(state));
    explorer.Run();
    explorer.Expect(state.outcome_count == 1, "the wait completed other than once");
    explorer.Expect(state.status != ZX_OK || (state.observed & ZX_EVENT_SIGNALED) != 0,
                    "a success that saw no signal");
    seen.insert(state.status);
  });
  ExpectComplete(report);
  EXPECT_EQ(seen, (std::set<zx_status_t>{ZX_ERR_CANCELED, ZX_OK}));
}

}  // namespace
}  // namespace sirocco
