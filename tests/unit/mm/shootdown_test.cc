// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// TLBs and ASIDs: what other harts remember (AS1, AS2, AS3). One thread can be several harts in
// turn, so the orders of a race are chosen, not hoped for.

#include <atomic>
#include <memory>
#include <random>
#include <vector>

#include "kernel/arch/host/this_hart.h"
#include "tests/unit/mm/space_test.h"

namespace sirocco::mm {
namespace {

using arch::SoftwareMmu;

/// Runs `what` as another hart, which has no executor: hart 0 is asked for no quiet point by it.
template <typename What>
void AsHart(uint32_t hart, What what) {
  arch::BecomeHart(hart);
  what();
  arch::BecomeHart(0);
}

class ShootdownTest : public SpaceTest {
 protected:
  ShootdownTest() { arch::SetHartCount(3); }
  ~ShootdownTest() override {
    for (const uint32_t hart : {1u, 2u}) {
      AsHart(hart, [] { AddressSpace::LeaveUser(); });
    }
    arch::SetHartCount(1);
    SetAsidBits(16);
  }

  static void SetAsidBits(uint32_t bits) {
    AddressSpace::LeaveUser();
    SoftwareMmu::SetAsidBits(bits);
    HartSpaces::StartOver();
  }
};

TEST_F(ShootdownTest, TheTlbNeverForgetsByItself) {
  // What all tests here rest on: a leaf changed behind mm's back is used, and found out.
  const VirtAddr at = Map(Anywhere(1), Vmo(1)).value();
  ASSERT_EQ(Store(at, 1), ZX_OK);
  PageTable table;
  ASSERT_EQ(table.Init(), ZX_OK);
  Page* page = AllocateZeroedPage(PageKind::kOther);
  table.Set(*table.LeafSlot(at), physical.AddressOf(*page), kRead);
  arch::Mmu::Enter(arch::Mmu::Table(table.root(), 77));
  EXPECT_FALSE(SoftwareMmu::Translate(at, Access::kRead).is_stale);
  table.Clear(at);
  EXPECT_TRUE(SoftwareMmu::Translate(at, Access::kRead).is_stale);
  arch::Mmu::FencePage(77, at);
  EXPECT_EQ(SoftwareMmu::Translate(at, Access::kRead).byte, nullptr);
  PageList freed;
  table.Prune(at, freed);
  physical.FreeAll(std::move(freed));
  physical.Free(*page);
  AddressSpace::LeaveUser();
  space_->Enter();
}

TEST_F(ShootdownTest, AnotherHartForgetsAtItsNextQuietPoint) {
  const RefPtr<VmoStorage> vmo = Vmo(1);  // Its frame stays: hart 1 uses it after the fact.
  const VirtAddr at = Map(Anywhere(1), vmo).value();
  ASSERT_EQ(Store(at, 1), ZX_OK);
  AsHart(1, [&] {
    space_->Enter();
    EXPECT_NE(SoftwareMmu::Translate(at, Access::kRead).byte, nullptr);
  });
  EXPECT_EQ(Unmap(at, 1), ZX_OK);  // Hart 1 has no executor: nobody waits for it here.
  AsHart(1, [&] {
    EXPECT_TRUE(SoftwareMmu::Translate(at, Access::kRead).is_stale);
    AddressSpace::PassQuietPoint();
    EXPECT_EQ(SoftwareMmu::Translate(at, Access::kRead).byte, nullptr);
  });
}

TEST_F(ShootdownTest, AHartThatComesBackSeesTheNewTable) {
  const VirtAddr at = Map(Anywhere(1), Vmo(1)).value();
  ASSERT_EQ(Store(at, 1), ZX_OK);
  AsHart(1, [&] {
    space_->Enter();
    EXPECT_NE(SoftwareMmu::Translate(at, Access::kRead).byte, nullptr);
    AddressSpace::LeaveUser();
  });
  EXPECT_EQ(Unmap(at, 1), ZX_OK);
  AsHart(1, [&] {
    space_->Enter();
    EXPECT_EQ(SoftwareMmu::Translate(at, Access::kRead).byte, nullptr);
  });
}

TEST_F(ShootdownTest, AHartInTheSpaceSeesTheChangeWhenItEntersAgain) {
  const VirtAddr at = Map(Anywhere(1), Vmo(1)).value();
  ASSERT_EQ(Store(at, 1), ZX_OK);
  AsHart(1, [&] {
    space_->Enter();
    EXPECT_NE(SoftwareMmu::Translate(at, Access::kWrite).byte, nullptr);
  });
  EXPECT_EQ(Protect(at, 1, kRead), ZX_OK);
  AsHart(1, [&] {
    space_->Enter();
    EXPECT_EQ(SoftwareMmu::Translate(at, Access::kWrite).byte, nullptr);
    EXPECT_NE(SoftwareMmu::Translate(at, Access::kRead).byte, nullptr);
  });
}

TEST_F(ShootdownTest, TheHartThatUnmapsForgetsAtOnce) {
  const VirtAddr at = Map(Anywhere(3), Vmo(3)).value();
  for (int i = 0; i < 3; ++i) ASSERT_EQ(Store(at + i * kPageSize, 1), ZX_OK);
  SoftwareMmu::ResetCounters();
  EXPECT_EQ(Unmap(at + kPageSize, 1), ZX_OK);
  EXPECT_EQ(SoftwareMmu::counters().page_fences, 1u);
  EXPECT_EQ(SoftwareMmu::counters().asid_fences, 0u);
  EXPECT_EQ(SoftwareMmu::Translate(at + kPageSize, Access::kRead).byte, nullptr);
  // Its last pages: the tables go too, and a fence by address does not cover those.
  EXPECT_EQ(Unmap(at, 3), ZX_OK);
  EXPECT_GE(SoftwareMmu::counters().asid_fences, 1u);
}

TEST_F(ShootdownTest, ADecommitReachesSpacesThatAreActiveElsewhere) {
  RefPtr<VmoStorage> vmo = Vmo(1);
  const VirtAddr at = Map(Anywhere(1), vmo).value();
  ASSERT_EQ(Store(at, 6), ZX_OK);
  AsHart(1, [&] {
    space_->Enter();
    EXPECT_NE(SoftwareMmu::Translate(at, Access::kRead).byte, nullptr);
  });
  EXPECT_EQ(Await(vmo->Decommit(0, kPageSize)), ZX_OK);
  AsHart(1, [&] {
    AddressSpace::PassQuietPoint();
    EXPECT_EQ(SoftwareMmu::Translate(at, Access::kRead).byte, nullptr);
  });
}

TEST_F(ShootdownTest, EnteringTheSameSpaceAgainWritesNothing) {
  SoftwareMmu::ResetCounters();
  for (int i = 0; i < 10; ++i) space_->Enter();
  EXPECT_EQ(SoftwareMmu::counters().enters, 0u);
  EXPECT_EQ(SoftwareMmu::counters().asid_fences, 0u);
}

TEST_F(ShootdownTest, SwitchingBetweenTwoSpacesFencesNothing) {
  RefPtr<AddressSpace> other = AddressSpace::Create().value();
  other->Enter();
  space_->Enter();
  SoftwareMmu::ResetCounters();
  for (int i = 0; i < 10; ++i) {
    other->Enter();
    space_->Enter();
  }
  const SoftwareMmu::Counters counters = SoftwareMmu::counters();
  EXPECT_EQ(counters.enters, 20u);
  EXPECT_EQ(counters.asid_fences + counters.full_fences + counters.page_fences, 0u);
  EXPECT_EQ(Await(other->TearDown()), ZX_OK);
}

TEST_F(ShootdownTest, RollOverOfTwoAsidBitsNeverMixesSpaces) {
  SetAsidBits(2);
  constexpr int kSpaces = 9;
  std::vector<RefPtr<AddressSpace>> spaces;
  std::vector<VirtAddr> places;
  // All at one address, each with its own byte.
  const VirtAddr at = arch::kUserBase;
  for (int i = 0; i < kSpaces; ++i) {
    spaces.push_back(AddressSpace::Create().value());
    RefPtr<Region> root = spaces.back()->root();
    RefPtr<VmoStorage> vmo = Vmo(1);
    *vmo->ForWrite(0).value().data() = static_cast<std::byte>(i + 1);
    ASSERT_TRUE(spaces.back()->Map(*root, MapRequest(At(0, 1), vmo, 0, kReadWrite, kAll)).ok());
    ASSERT_EQ(spaces.back()->TryFault(at, Access::kRead), ZX_OK);
  }
  SoftwareMmu::ResetCounters();
  for (int step = 0; step < 1000; ++step) {
    const int i = (step * 7 + step / 5) % kSpaces;
    spaces[i]->Enter();
    const SoftwareMmu::Outcome outcome = SoftwareMmu::Translate(at, Access::kRead);
    ASSERT_FALSE(outcome.is_stale);
    ASSERT_EQ(static_cast<int>(*outcome.byte), i + 1);
  }
  EXPECT_GT(SoftwareMmu::counters().full_fences, 100u);
  for (RefPtr<AddressSpace>& space : spaces) EXPECT_EQ(Await(space->TearDown()), ZX_OK);
  SetAsidBits(16);
  space_->Enter();
}

TEST_F(ShootdownTest, WithoutAsidBitsEverySwitchForgets) {
  SetAsidBits(0);
  RefPtr<AddressSpace> other = AddressSpace::Create().value();
  const VirtAddr at = Map(At(0, 1), Vmo(1)).value();
  for (int i = 0; i < 4; ++i) {
    space_->Enter();
    ASSERT_EQ(Store(at, static_cast<uint8_t>(i)), ZX_OK);
    other->Enter();
    EXPECT_EQ(SoftwareMmu::Translate(at, Access::kRead).byte, nullptr);
  }
  EXPECT_EQ(Await(other->TearDown()), ZX_OK);
  SetAsidBits(16);
  space_->Enter();
}

TEST_F(ShootdownTest, ADeadSpaceWaitsForTheHartsThatAreInIt) {
  RefPtr<AddressSpace> other = AddressSpace::Create().value();
  AsHart(1, [&] { other->Enter(); });
  struct Ending : async::TaskStart {
    Ending() : TaskStart([](TaskStart& start) { static_cast<Ending&>(start).has_come = true; }) {}
    bool has_come = false;
  } ending;
  Task<zx_status_t> task = other->TearDown();
  ASSERT_FALSE(task.Start(ending));
  for (int i = 0; i < 20; ++i) harts().executor(0).Turn(false);
  EXPECT_FALSE(ending.has_come);
  AsHart(1, [] { AddressSpace::PassQuietPoint(); });
  EXPECT_FALSE(other->is_active());
  for (int i = 0; i < 20; ++i) harts().executor(0).Turn(false);
  EXPECT_TRUE(ending.has_come);
  EXPECT_EQ(task.TakeResult(), ZX_OK);
}

TEST_F(ShootdownTest, ADeadSpaceThatNobodyIsInNeedsNoGracePeriod) {
  RefPtr<AddressSpace> other = AddressSpace::Create().value();
  RefPtr<Region> root = other->root();
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(other->Map(*root, MapRequest(Anywhere(2), Vmo(2), 0, kReadWrite, kAll)).ok());
  }
  struct Ending : async::TaskStart {
    Ending() : TaskStart([](TaskStart&) {}) {}
  } ending;
  Task<zx_status_t> task = other->TearDown();
  EXPECT_TRUE(task.Start(ending));
  EXPECT_EQ(task.TakeResult(), ZX_OK);
}

TEST_F(ShootdownTest, ADeadSpaceOfManyMappingsGoesInSteps) {
  RefPtr<AddressSpace> other = AddressSpace::Create().value();
  RefPtr<Region> root = other->root();
  RefPtr<VmoStorage> vmo = Vmo(600);
  for (int i = 0; i < 40; ++i) {
    Place place = Anywhere(600);
    const VirtAddr base = other->Map(*root, MapRequest(place, vmo, 0, kReadWrite, kAll)).value();
    ASSERT_EQ(other->TryFault(base, Access::kWrite), ZX_OK);
    ASSERT_EQ(other->TryFault(base + 599 * kPageSize, Access::kWrite), ZX_OK);
  }
  struct Ending : async::TaskStart {
    Ending() : TaskStart([](TaskStart& start) { static_cast<Ending&>(start).has_come = true; }) {}
    bool has_come = false;
  } ending;
  Task<zx_status_t> task = other->TearDown();
  ASSERT_FALSE(task.Start(ending));
  int turns = 0;
  for (; !ending.has_come && turns < 1000; ++turns) harts().executor(0).Turn(false);
  EXPECT_GT(turns, 40 / 8 - 1);
  EXPECT_EQ(task.TakeResult(), ZX_OK);
  EXPECT_EQ(vmo->mapping_count(), 0u);
}

// --- Four harts at once: what no order of ours finds, TSan and the frame check may. ---

class RaceTest : public SpaceTest {
 protected:
  RaceTest() : SpaceTest(4) {}
};

constexpr int kRacePages = 24;

// A program on a hart: reads and writes random pages for one turn, then goes behind its equals.
class Program : public async::Runnable {
 public:
  Program(AddressSpace& space, VirtAddr base, uint32_t seed)
      : Runnable(&RunSome), space_(space), base_(base), random_(seed) {}
  std::atomic<uint64_t> accesses{0};
  std::atomic<bool> is_ending{false};
  std::atomic<bool> has_ended{false};

 private:
  static void RunSome(Runnable& runnable) {
    auto& self = static_cast<Program&>(runnable);
    self.space_.Enter();
    for (int i = 0; i < 20; ++i) self.Access();
    if (self.is_ending.load()) {
      self.has_ended.store(true);
    } else {
      async::CurrentExecutor().Post(self);
    }
  }
  void Access() {
    random_ = random_ * 1664525 + 1013904223;
    const VirtAddr at = base_ + (random_ >> 16) % kRacePages * kPageSize;
    const bool writes = (random_ & 4096) != 0;
    const auto outcome =
        SoftwareMmu::Translate(at, writes ? mm::Access::kWrite : mm::Access::kRead);
    if (outcome.byte == nullptr) {
      static_cast<void>(space_.TryFault(at, writes ? mm::Access::kWrite : mm::Access::kRead));
      return;
    }
    std::atomic_ref<uint8_t> byte(reinterpret_cast<uint8_t&>(*outcome.byte));
    if (writes) {
      byte.store(1, std::memory_order_relaxed);
    } else {
      static_cast<void>(byte.load(std::memory_order_relaxed));
    }
    accesses.fetch_add(1, std::memory_order_relaxed);
  }

  AddressSpace& space_;
  const VirtAddr base_;
  uint32_t random_;
};

TEST_F(RaceTest, HartsThatFaultWhileOthersUnmapUseNoFreedFrame) {
  RefPtr<VmoStorage> vmo = Vmo(kRacePages);
  const VirtAddr base = MapOver(0, kRacePages, vmo).value();
  std::vector<std::unique_ptr<Program>> programs;
  for (uint32_t i = 0; i < 4; ++i) {
    programs.push_back(std::make_unique<Program>(*space_, base, i * 77 + 1));
    harts().PostTo(i, *programs.back());
  }
  std::mt19937 random(9);
  for (int step = 0; step < 100; ++step) {
    const uint64_t first = random() % kRacePages;
    const uint64_t count = 1 + random() % (kRacePages - first);
    switch (random() % 4) {
      case 0:
        ASSERT_EQ(Await(vmo->Decommit(first * kPageSize, count * kPageSize)), ZX_OK);
        break;
      case 1:
        ASSERT_EQ(Unmap(base + first * kPageSize, count), ZX_OK);
        break;
      case 2:
        ASSERT_EQ(Protect(base, kRacePages, kRead), ZX_OK);
        break;
      default:
        break;
    }
    ASSERT_TRUE(MapOver(0, kRacePages, vmo).ok());
  }
  uint64_t accesses = 0;
  for (auto& program : programs) {
    program->is_ending.store(true);
    while (!program->has_ended.load()) harts().executor(0).Turn(false);
    accesses += program->accesses.load();
  }
  EXPECT_GT(accesses, 0u);
}

}  // namespace
}  // namespace sirocco::mm
