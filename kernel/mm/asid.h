// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

#include "kernel/arch/hart.h"
#include "kernel/arch/page_table.h"

namespace sirocco::mm {

class AddressSpace;

/// A space's number on one hart; of an older generation it means nothing.
struct Asid {
  uint32_t generation = 0;
  uint32_t value = 0;
};

/// What a hart knows of spaces. ASIDs are given out hart by hart: TLBs are not shared, so no hart
/// ever asks another, and a roll-over flushes one.
struct alignas(64) HartSpace {
  AddressSpace* current = nullptr;  // Whose table satp has; null: the kernel's.
  uint32_t generation = 1;
  uint32_t last_asid = 0;  // 0 is the kernel's own.

  /// Makes `asid` valid on this hart; returns whether it is a new number.
  bool Renew(Asid& asid);
};

/// The harts' books.
class HartSpaces {
 public:
  static HartSpace& Here() { return spaces_[arch::ThisHart().index]; }
  /// At most this many bits of the hardware's are used: the boot option `asid-bits`, so that
  /// roll-over can be tested.
  static void LimitAsidBits(uint32_t bits) { limit_bits_ = bits; }
  static uint32_t max_asid() {
    const uint32_t bits = arch::Mmu::asid_bits();
    return (uint32_t{1} << (bits < limit_bits_ ? bits : limit_bits_)) - 1;
  }
  /// Tests only, after the number of bits has changed: no number of this hart is valid any more.
  static void StartOver() {
    ++Here().generation;
    Here().last_asid = 0;
    arch::Mmu::FenceAll();
  }

 private:
  static inline constinit std::array<HartSpace, arch::kMaxHarts> spaces_{};
  static inline constinit uint32_t limit_bits_ = 16;
};

inline bool HartSpace::Renew(Asid& asid) {
  if (asid.generation == generation) [[likely]]
    return false;
  if (last_asid >= HartSpaces::max_asid()) {
    // Nobody's number is valid any more, and nothing of them is left in the TLB.
    ++generation;
    last_asid = 0;
    arch::Mmu::FenceAll();
  }
  // With no ASID bits at all every space has number 0, and each entry is a roll-over.
  if (HartSpaces::max_asid() != 0) ++last_asid;
  asid = {generation, last_asid};
  return true;
}

}  // namespace sirocco::mm
