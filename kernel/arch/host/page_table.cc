// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/page_table.h"

#include <array>
#include <atomic>
#include <unordered_map>

#include "kernel/arch/hart.h"
#include "kernel/arch/host/software_mmu.h"
#include "kernel/arch/physical_memory.h"
#include "kernel/base/kassert.h"

namespace sirocco::arch {

namespace {

// One a hart; only its own thread touches it.
struct TlbOfHart {
  PhysAddr root;
  uint32_t asid = 0;
  bool is_user = false;
  std::unordered_map<uint64_t, uint64_t> entries;
};
std::array<TlbOfHart, kMaxHarts> tlbs;

std::atomic<uint32_t> asid_bits_kept{16};
std::atomic<SoftwareMmu::FrameCheck> frame_check{nullptr};
std::atomic<uint64_t> page_fences{0};
std::atomic<uint64_t> asid_fences{0};
std::atomic<uint64_t> full_fences{0};
std::atomic<uint64_t> enters{0};

TlbOfHart& Tlb() { return tlbs[ThisHart().index]; }

uint64_t Key(uint32_t asid, VirtAddr address) {
  return uint64_t{asid} << 40 | address >> kPageShift;
}

// The leaf for `address` as one page, or 0.
uint64_t Walk(PhysAddr root, VirtAddr address) {
  PhysAddr table = root;
  for (uint32_t level = PageEntry::kLevels - 1;; --level) {
    const uint32_t shift = kPageShift + level * PageEntry::kIndexBits;
    const uint64_t index = (address >> shift) & ((1 << PageEntry::kIndexBits) - 1);
    auto* words = reinterpret_cast<std::atomic<uint64_t>*>(PhysToVirt(table));
    const uint64_t entry = words[index].load(std::memory_order_acquire);
    if (entry == 0) return 0;
    if (PageEntry::IsLeaf(entry)) {
      const uint64_t within = address & ((uint64_t{1} << shift) - kPageSize);
      return PageEntry::Leaf(PageEntry::Address(entry) + within, PageEntry::Permissions(entry));
    }
    if (level == 0) return 0;
    table = PageEntry::Address(entry);
  }
}

void Count(std::atomic<uint64_t>& counter) { counter.fetch_add(1, std::memory_order_relaxed); }

}  // namespace

uint32_t Mmu::asid_bits() { return asid_bits_kept.load(std::memory_order_relaxed); }
void Mmu::InitRoot(std::byte*) {}
void Mmu::ClearRoot(std::byte*) {}

void Mmu::Enter(uint64_t table) {
  const uint32_t asid = AsidOf(table);
  KASSERT(asid < (uint32_t{1} << asid_bits()));
  Tlb().root = PhysAddr(table & ((uint64_t{1} << kAsidShift) - 1));
  Tlb().asid = asid;
  Tlb().is_user = true;
  Count(enters);
}
void Mmu::EnterKernel() { Tlb().is_user = false; }

void Mmu::FencePage(uint32_t asid, VirtAddr address) {
  Tlb().entries.erase(Key(asid, address));
  Count(page_fences);
}
void Mmu::FenceAsid(uint32_t asid) {
  std::erase_if(Tlb().entries, [asid](const auto& item) { return item.first >> 40 == asid; });
  Count(asid_fences);
}
void Mmu::FenceAll() {
  Tlb().entries.clear();
  Count(full_fences);
}

SoftwareMmu::Outcome SoftwareMmu::Translate(VirtAddr address, Access access) {
  TlbOfHart& tlb = Tlb();
  if (!tlb.is_user) return {};
  const uint64_t now = Walk(tlb.root, address);
  const auto [it, is_new] = tlb.entries.try_emplace(Key(tlb.asid, address), now);
  if (now == 0 && is_new) {
    tlb.entries.erase(it);
    return {};
  }
  const uint64_t entry = it->second;
  if ((PageEntry::Permissions(entry) & PermissionFor(access)) == 0) return {};
  const bool is_stale = entry != now;
  if (is_stale) {
    const FrameCheck check = frame_check.load(std::memory_order_acquire);
    if (check != nullptr) PANIC_UNLESS(check(PageEntry::Address(entry)));
  }
  return {PhysToVirt(PageEntry::Address(entry)) + (address & (kPageSize - 1)), is_stale};
}

void SoftwareMmu::SetFrameCheck(FrameCheck check) {
  frame_check.store(check, std::memory_order_release);
}
void SoftwareMmu::SetAsidBits(uint32_t bits) {
  asid_bits_kept.store(bits, std::memory_order_relaxed);
}
SoftwareMmu::Counters SoftwareMmu::counters() {
  return {page_fences.load(), asid_fences.load(), full_fences.load(), enters.load()};
}
void SoftwareMmu::ResetCounters() {
  page_fences = 0;
  asid_fences = 0;
  full_fences = 0;
  enters = 0;
}

}  // namespace sirocco::arch
