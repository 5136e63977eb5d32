// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <zircon/types.h>

#include <utility>
#include <vector>

#include "kernel/base/ref_ptr.h"
#include "kernel/objects/handle_changes.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/ledger.h"
#include "tests/support/test_executor.h"
#include "tests/unit/objects/quiet_fake.h"

namespace sirocco {

/// A test that ends with as many objects and handles as it began with.
class ObjectTest : public testing::Test {
 protected:
  ObjectTest() : table_(HandleTable::Create(kSecret).value()), baseline_(ledger.Take()) {}
  ~ObjectTest() override {
    CloseAll(*table_);
    table_.reset();
    Settle();
    EXPECT_EQ(ledger.Take().objects, baseline_.objects);
    EXPECT_EQ(ledger.Take().handles, baseline_.handles);
  }

  /// Everything posted has run, and everything retired is gone.
  void Settle() {
    do {
      executor_.RunUntilStalled();
    } while (sched::ReclaimRetired() != 0);
  }

  static void CloseAll(HandleTable& table) {
    for (bool has_more = true; has_more;) {
      CloseList list;
      has_more = table.CloseSome(list, 32);
    }
  }

  /// A handle in our table to an end of `object`.
  HandleValue Install(RefPtr<KernelObject> object, Side side = Side::kFirst) {
    const zx_rights_t rights = object->info().default_rights;
    return Install(std::move(object), side, rights);
  }
  HandleValue Install(RefPtr<KernelObject> object, Side side, zx_rights_t rights) {
    auto reservation = table_->Reserve(1);
    EXPECT_TRUE(reservation.ok());
    return reservation.value().Install(Handle(std::move(object), side, rights));
  }
  HandleSlot SlotOf(HandleValue value) { return table_->Find(value).value().slot; }
  zx_status_t Close(HandleValue value) {
    auto removed = table_->Remove(value);
    return removed.status();
  }

  static constexpr uint64_t kSecret = 0x123456789abcdef;

  sched::TestExecutor executor_;
  RefPtr<HandleTable> table_;
  Ledger::Snapshot baseline_;
};

}  // namespace sirocco
