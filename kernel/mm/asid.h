// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "kernel/arch/hart.h"
#include "kernel/arch/page_table.h"
#include "kernel/base/units.h"

namespace sirocco::mm {

/// What a space is to one hart: its number there, and whether the hart may remember what is not so
/// any more. Written by the hart, but for the mark.
class Asid {
 public:
  /// Whether a hart that enters has nothing to do first.
  bool IsCurrent(uint64_t generation) const {
    return generation_.load(std::memory_order_relaxed) == generation;
  }
  /// Any hart: what this one remembers of the space is out of date.
  void MarkStale() { generation_.fetch_or(kStale, std::memory_order_release); }
  /// Takes the mark; returns whether there was one.
  bool TakeMark() {
    return (generation_.fetch_and(~kStale, std::memory_order_acq_rel) & kStale) != 0;
  }
  /// Makes the number valid on this hart, for the table at `root`; returns whether it is a new one,
  /// for which the mark may be lost.
  bool Renew(arch::HartBlock& hart, PhysAddr root);

  uint32_t value() const { return arch::Mmu::AsidOf(table_); }
  uint64_t table() const { return table_; }  // For Mmu::Enter.

 private:
  static constexpr uint64_t kStale = uint64_t{1} << 63;

  uint64_t table_ = 0;
  // HartBlock::space_generation, or one that is past, and kStale.
  std::atomic<uint64_t> generation_{0};
};
static_assert(sizeof(Asid) == 16);

/// ASIDs are given out hart by hart: TLBs are not shared, so no hart ever asks another, and a
/// roll-over flushes one.
class HartSpaces {
 public:
  static constexpr uint32_t kAsidBits = 16;

  /// At most this many bits of the hardware's are used, so that roll-over can be tested. Before
  /// the first space is entered.
  static void LimitAsidBits(uint32_t bits) { limit_bits_ = bits; }
  static uint32_t max_asid() {
    const uint32_t bits = arch::Mmu::asid_bits();
    return (uint32_t{1} << (bits < limit_bits_ ? bits : limit_bits_)) - 1;
  }
  /// No number of this hart is valid any more, and nothing of them is left in the TLB. For
  /// roll-over, and for tests, after the number of bits has changed.
  static void StartOver(arch::HartBlock& hart = arch::ThisHart()) {
    ++hart.space_generation;
    hart.last_asid = 0;
    arch::Mmu::FenceAll();
  }

 private:
  static inline constinit uint32_t limit_bits_ = kAsidBits;
};

inline bool Asid::Renew(arch::HartBlock& hart, PhysAddr root) {
  if ((generation_.load(std::memory_order_relaxed) & ~kStale) == hart.space_generation) [[likely]]
    return false;
  if (hart.last_asid >= HartSpaces::max_asid()) HartSpaces::StartOver(hart);
  // With no ASID bits at all every space has number 0, and each entry is a roll-over.
  if (HartSpaces::max_asid() != 0) ++hart.last_asid;
  table_ = arch::Mmu::Table(root, hart.last_asid);
  // Who marked it before is heard.
  generation_.exchange(hart.space_generation, std::memory_order_acq_rel);
  return true;
}

}  // namespace sirocco::mm
