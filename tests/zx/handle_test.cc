// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Handles: values, rights that only shrink, and a value that stays dead once it was closed.

#include <zircon/rights.h>
#include <zircon/syscalls.h>

#include <cstddef>
#include <cstring>
#include <iterator>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

void* const kNowhere = reinterpret_cast<void*>(uintptr_t{0x7000'0000});

TEST(HandleTest, EveryValueHasBothLowBitsSet) {
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(MakeEvent() & ZX_HANDLE_FIXED_BITS_MASK, ZX_HANDLE_FIXED_BITS_MASK);
  }
}

TEST(HandleTest, AValueWithALowBitClearedIsBad) {
  const zx_handle_t event = MakeEvent();
  for (const zx_handle_t bits : {1u, 2u, 3u}) {
    EXPECT_EQ(zx_handle_check_valid(event & ~bits), ZX_ERR_BAD_HANDLE);
    EXPECT_EQ(zx_handle_close(event & ~bits), ZX_ERR_BAD_HANDLE);
    EXPECT_EQ(zx_object_signal(event & ~bits, 0, ZX_EVENT_SIGNALED), ZX_ERR_BAD_HANDLE);
  }
  EXPECT_EQ(zx_handle_close(event), ZX_OK);
}

TEST(HandleTest, ClosingNoneIsFineAndClosingTwiceIsNot) {
  EXPECT_EQ(zx_handle_close(ZX_HANDLE_INVALID), ZX_OK);
  EXPECT_EQ(zx_handle_close(kNoHandle), ZX_ERR_BAD_HANDLE);
  const zx_handle_t event = MakeEvent();
  EXPECT_EQ(zx_handle_close(event), ZX_OK);
  EXPECT_EQ(zx_handle_close(event), ZX_ERR_BAD_HANDLE);
}

TEST(HandleTest, ValidityIsToldInTwoWays) {
  const zx_handle_t event = MakeEvent();
  const auto info = [](zx_handle_t handle) {
    return zx_object_get_info(handle, ZX_INFO_HANDLE_VALID, nullptr, 0, nullptr, nullptr);
  };
  EXPECT_EQ(zx_handle_check_valid(event), ZX_OK);
  EXPECT_EQ(info(event), ZX_OK);
  EXPECT_EQ(zx_handle_close(event), ZX_OK);
  for (const zx_handle_t handle : {event, kNoHandle, ZX_HANDLE_INVALID}) {
    EXPECT_EQ(zx_handle_check_valid(handle), ZX_ERR_BAD_HANDLE);
    EXPECT_EQ(info(handle), ZX_ERR_BAD_HANDLE);
  }
}

TEST(HandleTest, AClosedValueStaysBadWhileItsPlaceIsUsedAgain) {
  const zx_handle_t closed = MakeEvent();
  EXPECT_EQ(zx_handle_close(closed), ZX_OK);
  for (int i = 0; i < 20'000; ++i) {
    const zx_handle_t next = MakeEvent();
    ASSERT_NE(next, closed) << i;
    ASSERT_EQ(zx_handle_check_valid(closed), ZX_ERR_BAD_HANDLE) << i;
    ASSERT_EQ(zx_handle_close(next), ZX_OK) << i;
    ASSERT_EQ(zx_handle_check_valid(next), ZX_ERR_BAD_HANDLE) << i;
  }
}

TEST(HandleTest, AValueMeansNothingInAnotherProcess) {
  const zx_handle_t event = MakeEvent();
  const zx_handle_t process = StartProcess(
      zx_job_default(),
      [](uint64_t, uint64_t value) {
        const auto handle = static_cast<zx_handle_t>(value);
        zx_process_exit(zx_object_signal(handle, 0, ZX_EVENT_SIGNALED));
      },
      ZX_HANDLE_INVALID, event);
  EXPECT_EQ(AwaitReturnCode(process), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(SignalsOf(event), 0u);
}

TEST(HandleTest, TheTypeIsLookedAtBeforeTheRights) {
  const zx_handle_t event = Duplicate(MakeEvent(), 0);
  zx_port_packet_t packet = {};
  EXPECT_EQ(zx_port_queue(event, &packet), ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(zx_object_signal(event, 0, ZX_EVENT_SIGNALED), ZX_ERR_ACCESS_DENIED);
}

TEST(DuplicateTest, GivesTheSameObjectTheSameRights) {
  const zx_handle_t event = MakeEvent();
  const zx_handle_t copy = Duplicate(event);
  EXPECT_NE(copy, event);
  EXPECT_EQ(KoidOf(copy), KoidOf(event));
  EXPECT_EQ(RightsOf(copy), RightsOf(event));
  EXPECT_EQ(HandleCount(event), 2u);
  EXPECT_EQ(zx_handle_close(event), ZX_OK);
  EXPECT_EQ(HandleCount(copy), 1u);
  EXPECT_EQ(zx_object_signal(copy, 0, ZX_EVENT_SIGNALED), ZX_OK);
}

TEST(DuplicateTest, EachRightCanBeLeftOut) {
  const zx_handle_t event = MakeEvent();
  const zx_rights_t all = RightsOf(event);
  for (uint32_t bit = 0; bit < 31; ++bit) {
    const zx_rights_t right = 1u << bit;
    zx_handle_t copy = ZX_HANDLE_INVALID;
    if ((all & right) != 0) {
      EXPECT_EQ(zx_handle_duplicate(event, all & ~right, &copy), ZX_OK);
      EXPECT_EQ(RightsOf(copy), all & ~right);
      EXPECT_EQ(zx_handle_close(copy), ZX_OK);
    } else {
      EXPECT_EQ(zx_handle_duplicate(event, all | right, &copy), ZX_ERR_INVALID_ARGS);
      EXPECT_EQ(zx_handle_duplicate(event, right, &copy), ZX_ERR_INVALID_ARGS);
    }
  }
  EXPECT_EQ(RightsOf(Duplicate(event, ZX_RIGHT_NONE)), ZX_RIGHT_NONE);
}

TEST(DuplicateTest, RightsNeverComeBack) {
  const zx_handle_t event = MakeEvent();
  const zx_handle_t less = Duplicate(event, ZX_RIGHT_DUPLICATE | ZX_RIGHT_WAIT);
  zx_handle_t copy = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_handle_duplicate(less, RightsOf(event), &copy), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(RightsOf(Duplicate(less)), ZX_RIGHT_DUPLICATE | ZX_RIGHT_WAIT);
}

TEST(DuplicateTest, NeedsItsRight) {
  const zx_handle_t event = Without(MakeEvent(), ZX_RIGHT_DUPLICATE);
  zx_handle_t copy = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_handle_duplicate(event, ZX_RIGHT_SAME_RIGHTS, &copy), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_handle_duplicate(event, ZX_RIGHT_WAIT, &copy), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_handle_duplicate(kNoHandle, ZX_RIGHT_SAME_RIGHTS, &copy), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(copy, ZX_HANDLE_INVALID);
}

TEST(DuplicateTest, WithoutAPlaceForTheResultNothingIsMade) {
  const zx_handle_t event = MakeEvent();
  EXPECT_EQ(zx_handle_duplicate(event, ZX_RIGHT_SAME_RIGHTS, static_cast<zx_handle_t*>(kNowhere)),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(HandleCount(event), 1u);
}

TEST(DuplicateTest, AResultMayLieAnywhereAndOverTwoPages) {
  const zx_handle_t event = MakeEvent();
  alignas(4096) static std::byte pages[2 * 4096];
  for (const size_t at : {size_t{0}, size_t{1}, size_t{4092}, size_t{4093}, size_t{4095}}) {
    auto* const out = reinterpret_cast<zx_handle_t*>(&pages[at]);
    zx_handle_t copy = ZX_HANDLE_INVALID;
    ASSERT_EQ(zx_handle_duplicate(event, ZX_RIGHT_SAME_RIGHTS, out), ZX_OK) << at;
    std::memcpy(&copy, out, sizeof(copy));
    EXPECT_EQ(zx_handle_close(copy), ZX_OK) << at;
    ASSERT_EQ(zx_event_create(0, out), ZX_OK) << at;
    std::memcpy(&copy, out, sizeof(copy));
    EXPECT_EQ(zx_handle_close(copy), ZX_OK) << at;
  }
  EXPECT_EQ(zx_handle_close(event), ZX_OK);
}

TEST(ReplaceTest, TakesTheOldHandleAndGivesAnother) {
  const zx_handle_t event = MakeEvent();
  const zx_koid_t koid = KoidOf(event);
  zx_handle_t replaced = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_handle_replace(event, ZX_RIGHT_WAIT | ZX_RIGHT_INSPECT, &replaced), ZX_OK);
  EXPECT_FALSE(IsValid(event));
  EXPECT_EQ(KoidOf(replaced), koid);
  EXPECT_EQ(RightsOf(replaced), ZX_RIGHT_WAIT | ZX_RIGHT_INSPECT);
  EXPECT_EQ(HandleCount(replaced), 1u);
}

TEST(ReplaceTest, WorksOnAChannelWhichHasNoDuplicateRight) {
  const Pair ends = MakeChannel();
  zx_handle_t replaced = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_handle_replace(ends.first, ZX_RIGHT_SAME_RIGHTS, &replaced), ZX_OK);
  EXPECT_EQ(RightsOf(replaced), ZX_DEFAULT_CHANNEL_RIGHTS);
  EXPECT_EQ(SignalsOf(ends.second), ZX_CHANNEL_WRITABLE);
}

TEST(ReplaceTest, TheHandleIsGoneEvenWhenItFails) {
  zx_handle_t replaced = ZX_HANDLE_INVALID;
  zx_handle_t event = MakeEvent();
  EXPECT_EQ(zx_handle_replace(event, ZX_RIGHT_READ, &replaced), ZX_ERR_INVALID_ARGS);
  EXPECT_FALSE(IsValid(event));
  event = MakeEvent();
  EXPECT_EQ(zx_handle_replace(event, ZX_RIGHT_SAME_RIGHTS, static_cast<zx_handle_t*>(kNowhere)),
            ZX_ERR_INVALID_ARGS);
  EXPECT_FALSE(IsValid(event));
  EXPECT_EQ(zx_handle_replace(kNoHandle, ZX_RIGHT_SAME_RIGHTS, &replaced), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(replaced, ZX_HANDLE_INVALID);
}

TEST(CloseManyTest, ClosesAllAndSkipsZeros) {
  const zx_handle_t handles[] = {MakeEvent(), ZX_HANDLE_INVALID, MakeVmo(1), MakePort()};
  EXPECT_EQ(zx_handle_close_many(handles, std::size(handles)), ZX_OK);
  for (const zx_handle_t handle : handles) EXPECT_FALSE(IsValid(handle));
  EXPECT_EQ(zx_handle_close_many(nullptr, 0), ZX_OK);
}

TEST(CloseManyTest, ClosesTheOthersWhenOneIsBad) {
  const zx_handle_t event = MakeEvent();
  const zx_handle_t handles[] = {kNoHandle, event, event, MakeEvent()};
  EXPECT_EQ(zx_handle_close_many(handles, std::size(handles)), ZX_ERR_BAD_HANDLE);
  EXPECT_FALSE(IsValid(handles[1]));
  EXPECT_FALSE(IsValid(handles[3]));
}

TEST(CloseManyTest, AnArrayThatIsNotThereIsInvalidArgs) {
  EXPECT_EQ(zx_handle_close_many(static_cast<zx_handle_t*>(kNowhere), 3), ZX_ERR_INVALID_ARGS);
}

TEST(CloseManyTest, TakesMoreThanAMessageWould) {
  static zx_handle_t handles[3000];
  const zx_handle_t event = MakeEvent();
  for (zx_handle_t& handle : handles) handle = Duplicate(event);
  EXPECT_EQ(HandleCount(event), std::size(handles) + 1);
  EXPECT_EQ(zx_handle_close_many(handles, std::size(handles)), ZX_OK);
  EXPECT_EQ(HandleCount(event), 1u);
}

TEST(HandleTest, AFullTableGivesNoMemoryAndNothingElseSuffers) {
  static zx_handle_t handles[1 << 16];
  const zx_handle_t event = MakeEvent();
  size_t count = 0;
  zx_status_t status = ZX_OK;
  while (count < std::size(handles)) {
    status = zx_handle_duplicate(event, ZX_RIGHT_SAME_RIGHTS, &handles[count]);
    if (status != ZX_OK) break;
    ++count;
  }
  EXPECT_EQ(status, ZX_ERR_NO_MEMORY);
  EXPECT_GT(count, 60'000u);
  EXPECT_EQ(HandleCount(event), count + 1);
  Pair ends;
  EXPECT_EQ(zx_channel_create(0, &ends.first, &ends.second), ZX_ERR_NO_MEMORY);
  // One place is not enough for both ends.
  EXPECT_EQ(zx_handle_close(handles[--count]), ZX_OK);
  EXPECT_EQ(zx_channel_create(0, &ends.first, &ends.second), ZX_ERR_NO_MEMORY);
  EXPECT_EQ(zx_handle_close(handles[--count]), ZX_OK);
  EXPECT_EQ(zx_channel_create(0, &ends.first, &ends.second), ZX_OK);
  EXPECT_EQ(zx_handle_close_many(handles, count), ZX_OK);
  EXPECT_EQ(HandleCount(event), 1u);
}

}  // namespace
}  // namespace sirocco::zxtest
