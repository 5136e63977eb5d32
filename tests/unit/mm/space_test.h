// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>

#include <utility>

#include "kernel/mm/address_space.h"
#include "tests/unit/mm/memory_test.h"

namespace sirocco::mm {

inline constexpr uint32_t kRead = arch::kPageRead;
inline constexpr uint32_t kReadWrite = arch::kPageRead | arch::kPageWrite;
inline constexpr uint32_t kReadExecute = arch::kPageRead | arch::kPageExecute;
inline constexpr uint32_t kAll = kReadWrite | arch::kPageExecute;
inline constexpr auto kMappings = AddressSpace::Reach::kMappings;
inline constexpr auto kWithRegions = AddressSpace::Reach::kWithRegions;

/// A space that this hart is in, and what a program there does.
class SpaceTest : public MemoryTest {
 protected:
  explicit SpaceTest(uint32_t hart_count = 1) : MemoryTest(hart_count) {
    space_ = AddressSpace::Create().value();
    root_ = space_->root();
    space_->Enter();
  }
  ~SpaceTest() override {
    if (space_) {
      space_->Audit();
      EXPECT_EQ(Await(space_->TearDown()), ZX_OK);
    }
    root_.reset();
    space_.reset();
  }

  static Place At(uint64_t offset, uint64_t pages) {
    return Place{Place::Mode::kAt, offset, pages * kPageSize};
  }
  static Place Over(uint64_t offset, uint64_t pages) {
    return Place{Place::Mode::kOver, offset, pages * kPageSize};
  }
  static Place Anywhere(uint64_t pages) {
    return Place{Place::Mode::kAnywhere, 0, pages * kPageSize};
  }
  static RefPtr<VmoStorage> Vmo(uint64_t pages) {
    return VmoStorage::CreatePaged(pages * kPageSize).value();
  }
  Result<VirtAddr> Map(Place place, RefPtr<VmoStorage> vmo, uint32_t permissions = kReadWrite,
                       uint64_t vmo_offset = 0, uint32_t allowed = kAll) {
    return space_->Map(*root_, MapRequest(place, std::move(vmo), vmo_offset, permissions, allowed));
  }
  Result<VirtAddr> MapOver(uint64_t offset, uint64_t pages, RefPtr<VmoStorage> vmo) {
    return Await(space_->MapOver(
        root_, MapRequest(Over(offset, pages), std::move(vmo), 0, kReadWrite, kAll)));
  }
  zx_status_t Unmap(VirtAddr address, uint64_t pages, AddressSpace::Reach reach = kMappings) {
    return Await(space_->Unmap(root_, address, pages * kPageSize, reach));
  }
  zx_status_t Protect(VirtAddr address, uint64_t pages, uint32_t permissions,
                      AddressSpace::Reach reach = kMappings) {
    return Await(space_->Protect(root_, address, pages * kPageSize, permissions, reach));
  }
  RefPtr<Region> Allocate(Region& parent, Place place, uint32_t can_map = kAll) {
    return space_->Allocate(parent, place, can_map, true).value();
  }

  /// One access of the program, its fault served: the byte, or why there is none.
  Result<std::byte*> Touch(VirtAddr address, Access access) {
    for (int faults = 0;; ++faults) {
      const arch::SoftwareMmu::Outcome outcome = arch::SoftwareMmu::Translate(address, access);
      EXPECT_FALSE(outcome.is_stale);
      if (outcome.byte != nullptr) return outcome.byte;
      const zx_status_t status = space_->TryFault(address, access);
      if (status != ZX_OK) return Error{status};
      EXPECT_LT(faults, 2);
      if (faults == 2) return Error{ZX_ERR_INTERNAL};
    }
  }
  zx_status_t Store(VirtAddr address, uint8_t value) {
    const auto byte = Touch(address, Access::kWrite);
    if (byte.ok()) *byte.value() = std::byte{value};
    return byte.status();
  }
  /// -1 when it cannot be read.
  int Load(VirtAddr address) {
    const auto byte = Touch(address, Access::kRead);
    return byte.ok() ? static_cast<int>(*byte.value()) : -1;
  }
  zx_status_t TouchStatus(VirtAddr address, Access access) {
    return Touch(address, access).status();
  }

  RefPtr<AddressSpace> space_;
  RefPtr<Region> root_;
};

}  // namespace sirocco::mm
