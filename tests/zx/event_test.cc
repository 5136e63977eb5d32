// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Events and pairs of events: their signals, who may change which, and how a peer's end is told.

#include <zircon/rights.h>
#include <zircon/syscalls.h>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

TEST(EventTest, IsMadeWithItsDefaultRightsAndNoSignal) {
  const zx_handle_t event = MakeEvent();
  const zx_info_handle_basic_t info = BasicInfo(event);
  EXPECT_EQ(info.type, ZX_OBJ_TYPE_EVENT);
  EXPECT_EQ(info.rights, ZX_RIGHTS_BASIC | ZX_RIGHT_SIGNAL);
  EXPECT_EQ(info.related_koid, ZX_KOID_INVALID);
  EXPECT_GE(info.koid, ZX_KOID_FIRST);
  EXPECT_EQ(SignalsOf(event), 0u);
}

TEST(EventTest, KnowsNoOptions) {
  zx_handle_t event = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_event_create(1, &event), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(event, ZX_HANDLE_INVALID);
}

TEST(EventTest, EachUserSignalAndItsOwnCanBeSetAndCleared) {
  const zx_handle_t event = MakeEvent();
  for (uint32_t bit = 0; bit < 32; ++bit) {
    const zx_signals_t signal = 1u << bit;
    if ((ZX_EVENT_SIGNAL_MASK & signal) == 0) continue;
    EXPECT_EQ(zx_object_signal(event, 0, signal), ZX_OK) << bit;
    EXPECT_EQ(SignalsOf(event), signal) << bit;
    EXPECT_EQ(zx_object_signal(event, signal, 0), ZX_OK) << bit;
    EXPECT_EQ(SignalsOf(event), 0u) << bit;
  }
}

TEST(EventTest, TheOtherSignalsAreNotTheUsers) {
  const zx_handle_t event = MakeEvent();
  for (uint32_t bit = 0; bit < 32; ++bit) {
    const zx_signals_t signal = 1u << bit;
    if ((ZX_EVENT_SIGNAL_MASK & signal) != 0) continue;
    EXPECT_EQ(zx_object_signal(event, 0, signal), ZX_ERR_INVALID_ARGS) << bit;
    EXPECT_EQ(zx_object_signal(event, signal, 0), ZX_ERR_INVALID_ARGS) << bit;
    EXPECT_EQ(zx_object_signal(event, 0, signal | ZX_EVENT_SIGNALED), ZX_ERR_INVALID_ARGS) << bit;
  }
  EXPECT_EQ(SignalsOf(event), 0u);
}

TEST(EventTest, SignalsAreClearedFirstAndThenSet) {
  const zx_handle_t event = MakeEvent();
  EXPECT_EQ(zx_object_signal(event, ZX_USER_SIGNAL_0, ZX_USER_SIGNAL_0 | ZX_USER_SIGNAL_1), ZX_OK);
  EXPECT_EQ(SignalsOf(event), ZX_USER_SIGNAL_0 | ZX_USER_SIGNAL_1);
  EXPECT_EQ(zx_object_signal(event, ZX_USER_SIGNAL_ALL, ZX_USER_SIGNAL_7), ZX_OK);
  EXPECT_EQ(SignalsOf(event), ZX_USER_SIGNAL_7);
}

TEST(EventTest, SignallingNeedsTheRight) {
  const zx_handle_t event = Without(MakeEvent(), ZX_RIGHT_SIGNAL);
  EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(SignalsOf(event), 0u);
}

TEST(EventTest, WaitingNeedsTheRight) {
  const zx_handle_t event = Without(MakeEvent(), ZX_RIGHT_WAIT);
  zx_signals_t observed = 7;
  EXPECT_EQ(zx_object_wait_one(event, ZX_EVENT_SIGNALED, 0, &observed), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(observed, 7u);
}

TEST(EventTest, HasNoPeerToSignal) {
  const zx_handle_t event = MakeEvent();
  EXPECT_EQ(zx_object_signal_peer(event, 0, ZX_USER_SIGNAL_0), ZX_ERR_ACCESS_DENIED);
}

TEST(EventTest, AHandleWithFewerRightsLeadsToTheSameSignals) {
  const zx_handle_t event = MakeEvent();
  const zx_handle_t watcher = Duplicate(event, ZX_RIGHT_WAIT | ZX_RIGHT_INSPECT);
  EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_OK);
  EXPECT_EQ(SignalsOf(watcher), ZX_EVENT_SIGNALED);
  EXPECT_EQ(KoidOf(watcher), KoidOf(event));
}

TEST(EventPairTest, IsMadeWithItsDefaultRightsAndEachEndKnowsTheOther) {
  const Pair ends = MakeEventPair();
  const zx_info_handle_basic_t first = BasicInfo(ends.first);
  const zx_info_handle_basic_t second = BasicInfo(ends.second);
  for (const zx_info_handle_basic_t& info : {first, second}) {
    EXPECT_EQ(info.type, ZX_OBJ_TYPE_EVENTPAIR);
    EXPECT_EQ(info.rights, ZX_RIGHTS_BASIC | ZX_RIGHT_SIGNAL | ZX_RIGHT_SIGNAL_PEER);
  }
  EXPECT_NE(first.koid, second.koid);
  EXPECT_EQ(first.related_koid, second.koid);
  EXPECT_EQ(second.related_koid, first.koid);
}

TEST(EventPairTest, KnowsNoOptions) {
  Pair ends;
  EXPECT_EQ(zx_eventpair_create(1, &ends.first, &ends.second), ZX_ERR_NOT_SUPPORTED);
}

TEST(EventPairTest, ASignalGoesToTheNamedEndAlone) {
  const Pair ends = MakeEventPair();
  EXPECT_EQ(zx_object_signal(ends.first, 0, ZX_USER_SIGNAL_0), ZX_OK);
  EXPECT_EQ(zx_object_signal_peer(ends.first, 0, ZX_EVENTPAIR_SIGNALED), ZX_OK);
  EXPECT_EQ(SignalsOf(ends.first), ZX_USER_SIGNAL_0);
  EXPECT_EQ(SignalsOf(ends.second), ZX_EVENTPAIR_SIGNALED);
  EXPECT_EQ(zx_object_signal_peer(ends.second, ZX_USER_SIGNAL_0, ZX_USER_SIGNAL_1), ZX_OK);
  EXPECT_EQ(SignalsOf(ends.first), ZX_USER_SIGNAL_1);
  EXPECT_EQ(SignalsOf(ends.second), ZX_EVENTPAIR_SIGNALED);
}

TEST(EventPairTest, UsersCannotSetPeerClosed) {
  const Pair ends = MakeEventPair();
  EXPECT_EQ(zx_object_signal(ends.first, 0, ZX_EVENTPAIR_PEER_CLOSED), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_object_signal_peer(ends.first, 0, ZX_EVENTPAIR_PEER_CLOSED), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(SignalsOf(ends.first) | SignalsOf(ends.second), 0u);
}

TEST(EventPairTest, SignallingThePeerNeedsItsOwnRight) {
  const Pair ends = MakeEventPair();
  const zx_handle_t no_peer = Duplicate(ends.first, ZX_RIGHTS_BASIC | ZX_RIGHT_SIGNAL);
  EXPECT_EQ(zx_object_signal_peer(no_peer, 0, ZX_USER_SIGNAL_0), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_object_signal(no_peer, 0, ZX_USER_SIGNAL_0), ZX_OK);
  const zx_handle_t only_peer = Duplicate(ends.first, ZX_RIGHT_SIGNAL_PEER);
  EXPECT_EQ(zx_object_signal(only_peer, 0, ZX_USER_SIGNAL_1), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_object_signal_peer(only_peer, 0, ZX_USER_SIGNAL_1), ZX_OK);
  EXPECT_EQ(SignalsOf(ends.first), ZX_USER_SIGNAL_0);
  EXPECT_EQ(SignalsOf(ends.second), ZX_USER_SIGNAL_1);
}

TEST(EventPairTest, TheLastHandleOfAnEndClosesIt) {
  const Pair ends = MakeEventPair();
  const zx_handle_t copy = Duplicate(ends.second);
  EXPECT_EQ(zx_handle_close(ends.second), ZX_OK);
  EXPECT_EQ(SignalsOf(ends.first), 0u);
  EXPECT_EQ(zx_handle_close(copy), ZX_OK);
  EXPECT_EQ(SignalsOf(ends.first), ZX_EVENTPAIR_PEER_CLOSED);
}

TEST(EventPairTest, AClosedPeerCannotBeSignalledAndTheKoidStays) {
  const Pair ends = MakeEventPair();
  const zx_koid_t peer = KoidOf(ends.second);
  EXPECT_EQ(zx_object_signal(ends.first, 0, ZX_USER_SIGNAL_3), ZX_OK);
  EXPECT_EQ(zx_handle_close(ends.second), ZX_OK);
  EXPECT_EQ(zx_object_signal_peer(ends.first, 0, ZX_USER_SIGNAL_0), ZX_ERR_PEER_CLOSED);
  EXPECT_EQ(zx_object_signal(ends.first, 0, ZX_USER_SIGNAL_0), ZX_OK);
  EXPECT_EQ(SignalsOf(ends.first), ZX_EVENTPAIR_PEER_CLOSED | ZX_USER_SIGNAL_3 | ZX_USER_SIGNAL_0);
  EXPECT_EQ(BasicInfo(ends.first).related_koid, peer);
}

TEST(EventPairTest, APeersCloseWakesWhoWaitsForIt) {
  const Pair ends = MakeEventPair();
  const zx_handle_t thread = StartThread(
      [](uint64_t end) {
        zx_nanosleep(zx_deadline_after(ZX_MSEC(1)));
        zx_handle_close(static_cast<zx_handle_t>(end));
      },
      ends.second);
  zx_signals_t observed = 0;
  EXPECT_EQ(zx_object_wait_one(ends.first, ZX_EVENTPAIR_PEER_CLOSED, ZX_TIME_INFINITE, &observed),
            ZX_OK);
  EXPECT_EQ(observed, ZX_EVENTPAIR_PEER_CLOSED);
  AwaitEnd(thread);
}

// What cannot be waited for cannot be signalled either.
TEST(SignalTest, ObjectsWithoutSignalsSayNotSupported) {
  const zx_handle_t port = MakePort();
  EXPECT_EQ(zx_object_signal(port, 0, ZX_USER_SIGNAL_0), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_object_wait_one(port, ZX_USER_SIGNAL_0, 0, nullptr), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_object_signal(zx_vmar_root_self(), 0, ZX_USER_SIGNAL_0), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_object_signal(kNoHandle, 0, ZX_USER_SIGNAL_0), ZX_ERR_BAD_HANDLE);
}

TEST(SignalTest, EveryObjectWithSignalsHasTheEightOfTheUsers) {
  const zx_handle_t job = MakeJob();
  for (const zx_handle_t handle : {MakeChannel().first, MakeTimer(), MakeVmo(1), job}) {
    const zx_signals_t before = SignalsOf(handle);
    EXPECT_EQ(zx_object_signal(handle, 0, ZX_USER_SIGNAL_ALL), ZX_OK);
    EXPECT_EQ(SignalsOf(handle), before | ZX_USER_SIGNAL_ALL);
    EXPECT_EQ(zx_object_signal(handle, ZX_USER_SIGNAL_ALL, 0), ZX_OK);
    EXPECT_EQ(zx_object_signal(handle, 0, ZX_OBJECT_SIGNAL_3), ZX_ERR_INVALID_ARGS);
  }
}

}  // namespace
}  // namespace sirocco::zxtest
