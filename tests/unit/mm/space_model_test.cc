// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Random operations on a space, against a model in which a page is a byte and a permission.

#include <array>
#include <optional>
#include <random>
#include <vector>

#include "tests/unit/mm/space_test.h"

namespace sirocco::mm {
namespace {

constexpr uint64_t kPages = 64;
constexpr int kVmos = 4;
constexpr uint64_t kVmoPages = 24;

struct ModelPage {
  int vmo;
  uint64_t page;
  uint32_t permissions;
};

class SpaceModelTest : public SpaceTest {
 protected:
  SpaceModelTest() : random_(2026) {
    for (auto& vmo : vmos_) {
      vmo = VmoStorage::CreatePaged(kVmoPages * kPageSize, VmoStorage::Sizing::kResizable).value();
    }
    sizes_.fill(kVmoPages);
  }

  uint64_t Random(uint64_t below) { return random_() % below; }
  VirtAddr AddressOf(uint64_t page) const { return root_->base() + page * kPageSize; }
  uint32_t RandomPermissions() {
    static constexpr uint32_t kChoices[] = {0, kRead, kReadWrite, kReadWrite};
    return kChoices[Random(4)];
  }

  void DoMap() {
    const uint64_t first = Random(kPages);
    const uint64_t count = 1 + Random(std::min<uint64_t>(kPages - first, 12));
    const int vmo = static_cast<int>(Random(kVmos));
    const uint64_t vmo_page = Random(kVmoPages);
    const uint32_t permissions = RandomPermissions();
    const bool is_over = Random(2) == 0;
    const MapRequest request(
        is_over ? Over(first * kPageSize, count) : At(first * kPageSize, count), vmos_[vmo],
        vmo_page * kPageSize, permissions, kReadWrite);
    bool is_free = true;
    for (uint64_t i = first; i < first + count; ++i) is_free &= !pages_[i].has_value();
    const zx_status_t status = is_over ? Await(space_->MapOver(root_, request)).status()
                                       : space_->Map(*root_, request).status();
    ASSERT_EQ(status, is_over || is_free ? ZX_OK : ZX_ERR_ALREADY_EXISTS);
    if (status != ZX_OK) return;
    for (uint64_t i = 0; i < count; ++i) {
      pages_[first + i] = ModelPage{vmo, vmo_page + i, permissions};
    }
  }

  void DoUnmap() {
    const uint64_t first = Random(kPages);
    const uint64_t count = 1 + Random(kPages - first);
    ASSERT_EQ(Unmap(AddressOf(first), count), ZX_OK);
    for (uint64_t i = first; i < first + count; ++i) pages_[i].reset();
  }

  void DoProtect() {
    const uint64_t first = Random(kPages);
    const uint64_t count = 1 + Random(std::min<uint64_t>(kPages - first, 6));
    const uint32_t permissions = RandomPermissions();
    bool is_whole = true;
    for (uint64_t i = first; i < first + count; ++i) is_whole &= pages_[i].has_value();
    ASSERT_EQ(Protect(AddressOf(first), count, permissions), is_whole ? ZX_OK : ZX_ERR_NOT_FOUND);
    if (!is_whole) return;
    for (uint64_t i = first; i < first + count; ++i) pages_[i]->permissions = permissions;
  }

  void DoAccess() {
    const uint64_t page = Random(kPages);
    const bool writes = Random(2) == 0;
    const VirtAddr at = AddressOf(page) + Random(kPageSize);
    zx_status_t expected = ZX_OK;
    if (!pages_[page].has_value()) {
      expected = ZX_ERR_NOT_FOUND;
    } else if ((pages_[page]->permissions & (writes ? arch::kPageWrite : kRead)) == 0) {
      expected = ZX_ERR_ACCESS_DENIED;
    } else if (pages_[page]->page >= sizes_[pages_[page]->vmo]) {
      expected = ZX_ERR_OUT_OF_RANGE;
    }
    const auto byte = Touch(at & ~(kPageSize - 1), writes ? Access::kWrite : Access::kRead);
    ASSERT_EQ(byte.status(), expected);
    if (!byte.ok()) return;
    uint8_t& model = bytes_[pages_[page]->vmo][pages_[page]->page];
    is_there_[pages_[page]->vmo][pages_[page]->page] = true;
    if (writes) {
      model = static_cast<uint8_t>(1 + Random(255));
      *byte.value() = std::byte{model};
    } else {
      ASSERT_EQ(static_cast<uint8_t>(*byte.value()), model);
    }
  }

  void DoDrop() {
    const int vmo = static_cast<int>(Random(kVmos));
    const uint64_t first = Random(kVmoPages);
    const uint64_t count = 1 + Random(kVmoPages - first);
    const bool fits = first + count <= sizes_[vmo];
    const zx_status_t status =
        Random(2) == 0 ? Await(vmos_[vmo]->Decommit(first * kPageSize, count * kPageSize))
                       : Await(vmos_[vmo]->Zero(first * kPageSize, count * kPageSize));
    ASSERT_EQ(status, fits ? ZX_OK : ZX_ERR_OUT_OF_RANGE);
    if (fits) Forget(vmo, first, first + count);
  }

  void DoResize() {
    const int vmo = static_cast<int>(Random(kVmos));
    const uint64_t size = Random(kVmoPages + 1);
    ASSERT_EQ(Await(vmos_[vmo]->SetSize(size * kPageSize)), ZX_OK);
    sizes_[vmo] = size;
    Forget(vmo, size, 2 * kVmoPages);
  }

  void Forget(int vmo, uint64_t first, uint64_t end) {
    for (uint64_t i = first; i < end; ++i) {
      bytes_[vmo][i] = 0;
      is_there_[vmo][i] = false;
    }
  }

  void Check() {
    space_->Audit();
    uint64_t mapped = 0;
    for (const auto& page : pages_) mapped += page.has_value() ? kPageSize : 0;
    ASSERT_EQ(space_->usage().mapped, mapped);
    for (int vmo = 0; vmo < kVmos; ++vmo) {
      uint64_t there = 0;
      for (const bool is_there : is_there_[vmo]) there += is_there;
      ASSERT_EQ(vmos_[vmo]->committed_pages(), there);
    }
  }

  std::mt19937_64 random_;
  std::array<RefPtr<VmoStorage>, kVmos> vmos_;
  std::array<uint64_t, kVmos> sizes_;
  std::array<std::optional<ModelPage>, kPages> pages_;
  std::array<std::array<uint8_t, 2 * kVmoPages>, kVmos> bytes_{};
  std::array<std::array<bool, 2 * kVmoPages>, kVmos> is_there_{};
};

TEST_F(SpaceModelTest, ItAgreesWithTheModelForAHundredThousandSteps) {
  for (int step = 0; step < 100000 && !HasFatalFailure(); ++step) {
    // A program's hart enters its space after every call.
    space_->Enter();
    const uint64_t choice = Random(100);
    if (choice < 70) {
      DoAccess();
    } else if (choice < 80) {
      DoMap();
    } else if (choice < 86) {
      DoUnmap();
    } else if (choice < 94) {
      DoProtect();
    } else if (choice < 98) {
      DoDrop();
    } else {
      DoResize();
    }
    if (step % 500 == 0) Check();
  }
  Check();
}

}  // namespace
}  // namespace sirocco::mm
