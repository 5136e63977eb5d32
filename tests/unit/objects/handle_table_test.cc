// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/handle_table.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "kernel/objects/event.h"
#include "kernel/objects/event_pair.h"
#include "kernel/objects/handle_changes.h"
#include "tests/unit/objects/object_test.h"

namespace sirocco {
namespace {

using HandleTableTest = ObjectTest;

TEST_F(HandleTableTest, ValuesHaveTheFixedBitsAndAreNotZero) {
  for (int i = 0; i < 100; ++i) {
    const HandleValue value = Install(Event::Create().value());
    EXPECT_EQ(value & ZX_HANDLE_FIXED_BITS_MASK, ZX_HANDLE_FIXED_BITS_MASK);
  }
}

TEST_F(HandleTableTest, AValueLeadsToItsObjectWithItsRights) {
  RefPtr<Event> event = Event::Create().value();
  const HandleValue value = Install(event, Side::kFirst, ZX_RIGHT_WAIT | ZX_RIGHT_SIGNAL);
  auto found = table_->Find(value);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ(&found->object, event.get());
  EXPECT_EQ(found->rights, ZX_RIGHT_WAIT | ZX_RIGHT_SIGNAL);
  EXPECT_EQ(found->side, Side::kFirst);
}

TEST_F(HandleTableTest, TheTwoEndsOfAPairAreToldApart) {
  RefPtr<EventPair> pair = EventPair::Create().value();
  const HandleValue first = Install(pair, Side::kFirst);
  const HandleValue second = Install(pair, Side::kSecond);
  EXPECT_EQ(table_->Find(first)->side, Side::kFirst);
  EXPECT_EQ(table_->Find(second)->side, Side::kSecond);
  EXPECT_EQ(&table_->Find(first)->object, &table_->Find(second)->object);
}

TEST_F(HandleTableTest, AValueWithAFixedBitClearIsBad) {
  const HandleValue value = Install(Event::Create().value());
  EXPECT_EQ(table_->Find(value & ~1u).status(), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(table_->Find(value & ~2u).status(), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(table_->Remove(value & ~1u).status(), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(table_->Find(ZX_HANDLE_INVALID).status(), ZX_ERR_BAD_HANDLE);
}

TEST_F(HandleTableTest, EverySingleBitFlipOfAValueIsBad) {
  const HandleValue value = Install(Event::Create().value());
  for (int bit = 0; bit < 32; ++bit) {
    EXPECT_EQ(table_->Find(value ^ (1u << bit)).status(), ZX_ERR_BAD_HANDLE) << bit;
  }
}

TEST_F(HandleTableTest, TheSameSlotHasDifferentValuesInTablesWithDifferentSecrets) {
  RefPtr<HandleTable> other = HandleTable::Create(kSecret ^ 0x5a5a5a).value();
  RefPtr<Event> event = Event::Create().value();
  const HandleValue value = Install(event);
  auto reservation = other->Reserve(1);
  const HandleValue in_other = reservation.value().Install(Handle(event, Side::kFirst, 0));
  EXPECT_NE(value, in_other);
  EXPECT_EQ(other->Find(value).status(), ZX_ERR_BAD_HANDLE);
  CloseAll(*other);
}

TEST_F(HandleTableTest, GetChecksHandleThenTypeThenRights) {
  const HandleValue value = Install(Event::Create().value(), Side::kFirst, ZX_RIGHT_WAIT);
  EXPECT_EQ(table_->Get<Event>(value, ZX_RIGHT_WAIT).status(), ZX_OK);
  EXPECT_EQ(table_->Get<Event>(value, ZX_RIGHT_WAIT | ZX_RIGHT_SIGNAL).status(),
            ZX_ERR_ACCESS_DENIED);
  // The wrong type, without the right either: the type is what is told.
  EXPECT_EQ(table_->Get<EventPair>(value, ZX_RIGHT_SIGNAL).status(), ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(Close(value), ZX_OK);
  EXPECT_EQ(table_->Get<EventPair>(value, ZX_RIGHT_SIGNAL).status(), ZX_ERR_BAD_HANDLE);
}

TEST_F(HandleTableTest, AnyTypeIsFineForWhoAsksForAnObject) {
  const HandleValue value = Install(Event::Create().value());
  EXPECT_EQ(table_->Get<KernelObject>(value, ZX_RIGHT_WAIT).status(), ZX_OK);
}

TEST_F(HandleTableTest, AClosedValueIsBadAndStaysBadForTheNextTenThousandUsesOfTheSlot) {
  const HandleValue stale = Install(Event::Create().value());
  EXPECT_EQ(Close(stale), ZX_OK);
  EXPECT_EQ(Close(stale), ZX_ERR_BAD_HANDLE);
  RefPtr<Event> event = Event::Create().value();
  for (int i = 0; i < 10'000; ++i) {
    const HandleValue value = Install(event);
    ASSERT_NE(value, stale);
    ASSERT_FALSE(table_->IsValid(stale));
    ASSERT_EQ(Close(value), ZX_OK);
  }
}

TEST_F(HandleTableTest, SlotsAreReusedInTheOrderTheyWereFreed) {
  std::vector<HandleValue> values;
  RefPtr<Event> event = Event::Create().value();
  for (int i = 0; i < 64; ++i) values.push_back(Install(event));
  const auto index = [&](HandleValue value) { return SlotOf(value).index(); };
  const uint16_t freed_first = index(values[7]);
  const uint16_t freed_second = index(values[3]);
  Close(values[7]);
  Close(values[3]);
  EXPECT_EQ(index(Install(event)), freed_first);
  EXPECT_EQ(index(Install(event)), freed_second);
}

TEST_F(HandleTableTest, ATableGrowsToItsLimitAndNoFurther) {
  RefPtr<Event> event = Event::Create().value();
  std::set<HandleValue> values;
  for (uint32_t i = 0; i < HandleTable::kMaxHandles; ++i) values.insert(Install(event));
  EXPECT_EQ(values.size(), HandleTable::kMaxHandles);
  EXPECT_EQ(table_->count(), HandleTable::kMaxHandles);
  EXPECT_EQ(table_->Reserve(1).status(), ZX_ERR_NO_MEMORY);
  for (const HandleValue value : values) ASSERT_TRUE(table_->IsValid(value));
  EXPECT_EQ(event->handle_count(Side::kFirst), HandleTable::kMaxHandles);
}

TEST_F(HandleTableTest, AValueOfASlotThatIsNotThereYetIsBad) {
  RefPtr<Event> event = Event::Create().value();
  std::vector<HandleValue> values;
  for (int i = 0; i < 2200; ++i) values.push_back(Install(event));
  // The same secret: the same values, in order.
  RefPtr<HandleTable> small = HandleTable::Create(kSecret).value();
  for (const size_t size : {0, 1, 63, 64, 65, 128, 129, 2048, 2049}) {
    while (small->count() < size) {
      ASSERT_TRUE(small->Install(Handle(event, Side::kFirst, 0)).ok());
    }
    for (size_t i = 0; i < values.size(); ++i) {
      ASSERT_EQ(small->IsValid(values[i]), i < size) << i << " of " << size;
      ASSERT_EQ(small->Find(values[i]).ok(), i < size) << i << " of " << size;
      ASSERT_EQ(small->Get<Event>(values[i], 0).ok(), i < size) << i << " of " << size;
    }
  }
  CloseAll(*small);
}

TEST_F(HandleTableTest, ALookUpWithoutTheLockFindsTheValuesObjectOrNone) {
  const std::array<RefPtr<Event>, 2> events = {Event::Create().value(), Event::Create().value()};
  // The newest value that leads to each. Relaxed: it is the table that orders what it leads to.
  std::array<std::atomic<HandleValue>, 2> newest{};
  std::atomic<bool> is_over = false;
  std::atomic<uint64_t> wrong = 0;
  std::array<std::atomic<uint64_t>, 2> found{};
  const auto look_up = [&](size_t hart) {
    for (size_t i = 0; !is_over.load(std::memory_order_relaxed); i ^= 1) {
      const auto here = table_->Find(newest[i].load(std::memory_order_relaxed));
      if (!here.ok()) continue;
      found[hart].fetch_add(1, std::memory_order_relaxed);
      if (&here.value().object != events[i].get()) wrong.fetch_add(1, std::memory_order_relaxed);
    }
  };
  std::array<std::thread, 2> harts = {std::thread(look_up, 0), std::thread(look_up, 1)};
  const auto replace = [&](size_t i) {
    const HandleValue value = Install(events[i]);
    newest[i].store(value, std::memory_order_relaxed);
    return value;
  };
  replace(0);
  for (const auto& count : found) {
    while (count.load(std::memory_order_relaxed) == 0) std::this_thread::yield();
  }
  // It grows through all sizes of directory, and then slots change hands.
  for (int i = 0; i < 2200; ++i) replace(i % 2);
  for (int i = 0; i < 20'000; ++i) Close(replace(i % 2));
  is_over = true;
  for (std::thread& hart : harts) hart.join();
  EXPECT_EQ(wrong, 0u);
}

TEST_F(HandleTableTest, AProcessLimitCountsHandlesAndReservations) {
  RefPtr<HandleTable> table = HandleTable::Create(1, 3).value();
  {
    auto two = table->Reserve(2);
    ASSERT_TRUE(two.ok());
    EXPECT_EQ(table->Reserve(2).status(), ZX_ERR_NO_MEMORY);
    two.value().Install(Handle(Event::Create().value(), Side::kFirst, 0));
    EXPECT_TRUE(table->Reserve(1).ok());
    EXPECT_EQ(table->Reserve(2).status(), ZX_ERR_NO_MEMORY);
  }
  EXPECT_TRUE(table->Reserve(2).ok());
  CloseAll(*table);
}

TEST_F(HandleTableTest, AnUnusedReservationIsGivenBack) {
  RefPtr<HandleTable> table = HandleTable::Create(1, 1).value();
  {
    auto reservation = table->Reserve(1);
  }
  EXPECT_TRUE(table->Reserve(1).ok());
}

TEST_F(HandleTableTest, SeveralHandlesAreInstalledInOrder) {
  RefPtr<Event> event = Event::Create().value();
  std::array<Handle, 3> handles = {Handle(event, Side::kFirst, 1), Handle(event, Side::kFirst, 2),
                                   Handle(event, Side::kFirst, 4)};
  std::array<zx_handle_t, 3> values{};
  auto reservation = table_->Reserve(3);
  reservation.value().Install(handles, values.data());
  EXPECT_EQ(table_->Find(values[0])->rights, 1u);
  EXPECT_EQ(table_->Find(values[1])->rights, 2u);
  EXPECT_EQ(table_->Find(values[2])->rights, 4u);
}

TEST_F(HandleTableTest, DuplicateCanOnlyKeepOrDropRights) {
  const zx_rights_t rights = ZX_RIGHT_DUPLICATE | ZX_RIGHT_WAIT;
  const HandleValue value = Install(Event::Create().value(), Side::kFirst, rights);
  auto same = table_->Duplicate(value, ZX_RIGHT_SAME_RIGHTS);
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(table_->Find(same.value())->rights, rights);
  auto less = table_->Duplicate(value, ZX_RIGHT_WAIT);
  ASSERT_TRUE(less.ok());
  EXPECT_EQ(table_->Find(less.value())->rights, ZX_RIGHT_WAIT);
  EXPECT_EQ(table_->Duplicate(value, rights | ZX_RIGHT_SIGNAL).status(), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(table_->Duplicate(less.value(), ZX_RIGHT_WAIT).status(), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(table_->Duplicate(ZX_HANDLE_INVALID, ZX_RIGHT_WAIT).status(), ZX_ERR_BAD_HANDLE);
}

TEST_F(HandleTableTest, AnObjectLivesUntilItsLastHandleIsClosed) {
  const int64_t before = ledger.objects(ZX_OBJ_TYPE_EVENT);
  const HandleValue first = Install(Event::Create().value());
  const HandleValue second = table_->Duplicate(first, ZX_RIGHT_SAME_RIGHTS).value();
  Close(first);
  Settle();
  EXPECT_EQ(ledger.objects(ZX_OBJ_TYPE_EVENT), before + 1);
  Close(second);
  Settle();
  EXPECT_EQ(ledger.objects(ZX_OBJ_TYPE_EVENT), before);
}

TEST_F(HandleTableTest, AnObjectsMemoryStaysUntilTheGracePeriodIsOver) {
  const HandleValue value = Install(Event::Create().value());
  KernelObject& object = table_->Find(value)->object;
  Close(value);
  EXPECT_EQ(object.type(), ZX_OBJ_TYPE_EVENT);  // As a plain call on another hart would read it.
  EXPECT_FALSE(object.TryAddRef());
}

TEST_F(HandleTableTest, AClosedTableTakesNothingMore) {
  Install(Event::Create().value());
  CloseAll(*table_);
  EXPECT_EQ(table_->count(), 0u);
  EXPECT_EQ(table_->Reserve(1).status(), ZX_ERR_NO_MEMORY);
}

TEST_F(HandleTableTest, ClosingATableGoesOnUntilWhatWasReservedIsInOrGivenBack) {
  CloseList list;
  auto reservation = table_->Reserve(1);
  EXPECT_TRUE(table_->CloseSome(list, 64));
  const HandleValue late =
      reservation.value().Install(Handle(Event::Create().value(), Side::kFirst, 0));
  EXPECT_TRUE(table_->IsValid(late));
  CloseAll(*table_);
  EXPECT_FALSE(table_->IsValid(late));
}

TEST_F(HandleTableTest, TheLedgerCountsHandlesWhereverTheyLie) {
  const int64_t before = ledger.handles();
  Handle loose(Event::Create().value(), Side::kFirst, 0);
  EXPECT_EQ(ledger.handles(), before + 1);
  const HandleValue value = Install(Event::Create().value());
  EXPECT_EQ(ledger.handles(), before + 2);
  Handle taken = std::move(table_->Remove(value).value());
  EXPECT_EQ(ledger.handles(), before + 2);
  taken = Handle();
  EXPECT_EQ(ledger.handles(), before + 1);
}

TEST_F(HandleTableTest, HandlesAreCountedByType) {
  Install(Event::Create().value());
  Install(Event::Create().value());
  Install(EventPair::Create().value());
  uint32_t counts[ZX_OBJ_TYPE_UPPER_BOUND] = {};
  uint32_t next = 0;
  while (table_->CountByType(counts, &next)) {
  }
  EXPECT_EQ(counts[ZX_OBJ_TYPE_EVENT], 2u);
  EXPECT_EQ(counts[ZX_OBJ_TYPE_EVENTPAIR], 1u);
  EXPECT_EQ(counts[ZX_OBJ_TYPE_CHANNEL], 0u);
}

TEST_F(HandleTableTest, ASlotIsRetiredByAClose) {
  const HandleValue value = Install(Event::Create().value());
  const HandleSlot slot = SlotOf(value);
  EXPECT_FALSE(slot.is_retired());
  EXPECT_TRUE(slot.MarkWaited());
  EXPECT_TRUE(table_->IsValid(value));  // The mark changes nothing else.
  Close(value);
  EXPECT_TRUE(slot.is_retired());
  EXPECT_FALSE(slot.MarkWaited());
}

TEST_F(HandleTableTest, ALargeTableGoesAtQuietPointsAPartAtEach) {
  constexpr int kHandles = 64 * 100;  // A hundred chunks.
  RefPtr<HandleTable> large = HandleTable::Create(kSecret).value();
  RefPtr<Event> event = Event::Create().value();
  for (int i = 0; i < kHandles; ++i) {
    ASSERT_TRUE(large->Install(Handle(event, Side::kFirst, ZX_RIGHT_NONE)).ok());
  }
  CloseAll(*large);
  Settle();
  large.reset();  // Frees nothing: it may be the last reference under any lock.
  int parts = 0;
  while (sched::ReclaimRetired() != 0) ++parts;
  EXPECT_EQ(parts, 4);
}

}  // namespace
}  // namespace sirocco
