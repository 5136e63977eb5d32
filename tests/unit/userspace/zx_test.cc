// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Who owns a handle, and when it is closed: zx:: against calls that keep accounts.
#include <gtest/gtest.h>
#include <lib/zx/channel.h>
#include <lib/zx/debuglog.h>
#include <lib/zx/event.h>
#include <lib/zx/eventpair.h>
#include <lib/zx/handle.h>
#include <lib/zx/interrupt.h>
#include <lib/zx/job.h>
#include <lib/zx/port.h>
#include <lib/zx/process.h>
#include <lib/zx/resource.h>
#include <lib/zx/thread.h>
#include <lib/zx/time.h>
#include <lib/zx/timer.h>
#include <lib/zx/vmar.h>
#include <lib/zx/vmo.h>
#include <zircon/syscalls.h>

#include <cstdint>
#include <map>
#include <set>
#include <type_traits>
#include <utility>

namespace {

std::set<zx_handle_t> open_handles;
zx_handle_t last_handle;
zx_status_t create_status;

zx_handle_t NewHandle() {
  open_handles.insert(last_handle += 4);
  return last_handle;
}

zx_status_t Store(zx_handle_t* out) {
  if (create_status == ZX_OK) *out = NewHandle();
  return create_status;
}

class ZxHandleTest : public testing::Test {
 protected:
  void SetUp() override {
    open_handles.clear();
    last_handle = 3;
    create_status = ZX_OK;
  }
};

TEST_F(ZxHandleTest, ClosesWhatItHoldsAtItsEnd) {
  {
    zx::event event;
    ASSERT_EQ(zx::event::create(0, &event), ZX_OK);
    EXPECT_EQ(open_handles, std::set{event.get()});
  }
  EXPECT_TRUE(open_handles.empty());
}

TEST_F(ZxHandleTest, OnceMovedFromIsEmptyAndClosesNothing) {
  zx::event first(NewHandle());
  const zx_handle_t value = first.get();
  zx::event second(std::move(first));
  EXPECT_FALSE(first.is_valid());
  EXPECT_EQ(second.get(), value);
  first.reset();
  EXPECT_TRUE(open_handles.contains(value));
}

TEST_F(ZxHandleTest, AssignmentClosesWhatWasThere) {
  zx::event first(NewHandle());
  zx::event second(NewHandle());
  const zx_handle_t kept = second.get();
  first = std::move(second);
  EXPECT_EQ(first.get(), kept);
  EXPECT_EQ(open_handles, std::set{kept});
}

TEST_F(ZxHandleTest, AssignedToItselfStaysOpen) {
  zx::event event(NewHandle());
  zx::event& same = event;
  event = std::move(same);
  EXPECT_TRUE(event.is_valid());
  EXPECT_EQ(open_handles, std::set{event.get()});
}

TEST_F(ZxHandleTest, ReleaseGivesOwnershipAway) {
  zx_handle_t value = ZX_HANDLE_INVALID;
  {
    zx::event event(NewHandle());
    value = event.release();
    EXPECT_FALSE(event);
  }
  EXPECT_EQ(open_handles, std::set{value});
}

TEST_F(ZxHandleTest, AnyTypeBecomesAHandleAndComesBackWhenAsked) {
  zx::handle any = zx::event(NewHandle());
  const zx_handle_t value = any.get();
  zx::event event(std::move(any));
  EXPECT_EQ(event.get(), value);
  EXPECT_EQ(open_handles, std::set{value});
}

TEST_F(ZxHandleTest, ReplaceMayGiveBackToTheSameHandle) {
  zx::event event(NewHandle());
  const zx_handle_t old = event.get();
  ASSERT_EQ(event.replace(ZX_RIGHT_NONE, &event), ZX_OK);
  EXPECT_NE(event.get(), old);
  EXPECT_EQ(open_handles, std::set{event.get()});
}

TEST_F(ZxHandleTest, AFailedReplaceLeavesNothing) {
  zx::event event(NewHandle());
  create_status = ZX_ERR_NO_MEMORY;
  EXPECT_EQ(event.replace(ZX_RIGHT_NONE, &event), ZX_ERR_NO_MEMORY);
  EXPECT_FALSE(event.is_valid());
  EXPECT_TRUE(open_handles.empty());
}

TEST_F(ZxHandleTest, DuplicateLeavesTheOriginal) {
  zx::event event(NewHandle());
  zx::event copy;
  ASSERT_EQ(event.duplicate(ZX_RIGHT_SAME_RIGHTS, &copy), ZX_OK);
  EXPECT_EQ(open_handles, (std::set{event.get(), copy.get()}));
}

TEST_F(ZxHandleTest, AFailedDuplicateLeavesWhatTheResultHeld) {
  zx::event event(NewHandle());
  zx::event other(NewHandle());
  create_status = ZX_ERR_ACCESS_DENIED;
  EXPECT_EQ(event.duplicate(ZX_RIGHT_SAME_RIGHTS, &other), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(open_handles.size(), 2u);
}

TEST_F(ZxHandleTest, AFailedPairLeavesWhatBothEndsHeld) {
  zx::channel first(NewHandle());
  zx::channel second(NewHandle());
  create_status = ZX_ERR_NO_MEMORY;
  EXPECT_EQ(zx::channel::create(0, &first, &second), ZX_ERR_NO_MEMORY);
  EXPECT_EQ(open_handles, (std::set{first.get(), second.get()}));
}

TEST_F(ZxHandleTest, APairInOnePlaceLosesOneEndOnly) {
  zx::channel both;
  ASSERT_EQ(zx::channel::create(0, &both, &both), ZX_OK);
  EXPECT_EQ(open_handles, std::set{both.get()});
}

TEST_F(ZxHandleTest, AChildJobMayTakeItsParentsPlace) {
  zx::job job(NewHandle());
  const zx_handle_t parent = job.get();
  ASSERT_EQ(zx::job::create(job, 0, &job), ZX_OK);
  EXPECT_NE(job.get(), parent);
  EXPECT_EQ(open_handles, std::set{job.get()});
}

TEST_F(ZxHandleTest, WhatIsLentIsNeverClosed) {
  zx::event event(NewHandle());
  {
    zx::unowned_event lent(event);
    zx::unowned_event copy = lent;
    zx::unowned_event other(NewHandle());
    other = copy;
    copy = event.borrow();
    EXPECT_EQ(other->get(), event.get());
    EXPECT_EQ(copy->get(), event.get());
  }
  EXPECT_EQ(open_handles.size(), 2u);
}

TEST_F(ZxHandleTest, OrdersByItsValue) {
  std::map<zx::event, int> map;
  zx::event low(NewHandle());
  zx::event high(NewHandle());
  EXPECT_LT(low, high);
  EXPECT_NE(low, high);
  map[std::move(high)] = 2;
  map[std::move(low)] = 1;
  EXPECT_EQ(map.begin()->second, 1);
}

template <typename... T>
constexpr bool kAreAsSmallAsAHandleAndOnlyMove =
    ((sizeof(T) == sizeof(zx_handle_t) && std::is_nothrow_move_constructible_v<T> &&
      std::is_nothrow_move_assignable_v<T> && !std::is_copy_constructible_v<T> &&
      std::is_nothrow_default_constructible_v<T>) &&
     ...);

static_assert(
    kAreAsSmallAsAHandleAndOnlyMove<zx::handle, zx::channel, zx::debuglog, zx::event, zx::eventpair,
                                    zx::interrupt, zx::job, zx::port, zx::process, zx::resource,
                                    zx::thread, zx::timer, zx::vmar, zx::vmo>);

// One type does not pass for another, nor a number for a handle.
static_assert(!std::is_convertible_v<zx::event, zx::channel>);
static_assert(!std::is_convertible_v<zx::handle, zx::channel>);
static_assert(!std::is_convertible_v<zx_handle_t, zx::channel>);
static_assert(std::is_convertible_v<zx::channel, zx::handle>);

template <typename T>
concept Waits = requires(T object) { object.wait_one(0, zx::time(), nullptr); };
template <typename T>
concept HasPeer = requires(T object) { object.signal_peer(0, 0); };
template <typename T>
concept HasChildren = requires(T object, zx::handle* child) { object.get_child(0, 0, child); };
template <typename T>
concept Duplicates = requires(T object) { object.duplicate(0, &object); };

// Methods are there for what an object can do.
static_assert(Waits<zx::event> && Waits<zx::handle> && !Waits<zx::port> && !Waits<zx::vmar>);
static_assert(HasPeer<zx::channel> && HasPeer<zx::eventpair> && !HasPeer<zx::event>);
static_assert(HasChildren<zx::job> && HasChildren<zx::process> && !HasChildren<zx::thread>);
static_assert(Duplicates<zx::vmo> && !Duplicates<zx::channel>);

TEST(ZxTimeTest, SumsSaturate) {
  EXPECT_EQ(zx::time::infinite() + zx::sec(1), zx::time::infinite());
  EXPECT_EQ(zx::time::infinite_past() - zx::nsec(1), zx::time::infinite_past());
  EXPECT_EQ(zx::duration::infinite() * 2, zx::duration::infinite());
  EXPECT_EQ(zx::hour(INT64_MAX), zx::duration::infinite());
  EXPECT_EQ(zx::hour(INT64_MIN), zx::duration::infinite_past());
}

TEST(ZxTimeTest, UnitsConvert) {
  constexpr zx::duration kHour = zx::min(59) + zx::sec(59) + zx::msec(999) + zx::usec(1000);
  static_assert(kHour == zx::hour(1));
  EXPECT_EQ(kHour.to_mins(), 60);
  EXPECT_EQ((kHour - zx::nsec(1)).to_hours(), 0);
  EXPECT_EQ(kHour / zx::msec(1), 3'600'000);
  EXPECT_EQ(kHour % zx::sec(7), zx::sec(2));
  EXPECT_EQ(zx::time(5) - zx::time(7), zx::nsec(-2));
}

static_assert(!std::is_convertible_v<zx::time, zx::time_boot>);
static_assert(!std::is_convertible_v<int64_t, zx::duration>);

}  // namespace

extern "C" {

zx_status_t zx_handle_close(zx_handle_t handle) {
  EXPECT_EQ(open_handles.erase(handle), 1u) << "closed twice: " << handle;
  return ZX_OK;
}
zx_status_t zx_handle_duplicate(zx_handle_t, zx_rights_t, zx_handle_t* out) { return Store(out); }
zx_status_t zx_handle_replace(zx_handle_t handle, zx_rights_t, zx_handle_t* out) {
  open_handles.erase(handle);
  return Store(out);
}
zx_status_t zx_event_create(uint32_t, zx_handle_t* out) { return Store(out); }
zx_status_t zx_job_create(zx_handle_t, uint32_t, zx_handle_t* out) { return Store(out); }
zx_status_t zx_channel_create(uint32_t, zx_handle_t* out0, zx_handle_t* out1) {
  const zx_status_t status = Store(out0);
  return status == ZX_OK ? Store(out1) : status;
}

}  // extern "C"
