// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/mm/page_table.h"

#include <zircon/errors.h>

#include <utility>

#include "kernel/base/kassert.h"

namespace sirocco::mm {

zx_status_t PageTable::Init() {
  Page* page = AllocateZeroedPage(PageKind::kPageTable);
  if (page == nullptr) return ZX_ERR_NO_MEMORY;
  page->count = 0;
  arch::Mmu::InitRoot(physical.BytesOf(*page));
  root_ = physical.AddressOf(*page);
  root_words_ = TableAt(root_);
  return ZX_OK;
}

PageTable::~PageTable() {
  if (root_words_ == nullptr) return;
  KASSERT(UseCount(*root_words_).load(std::memory_order_relaxed) == 0);
  Page& page = physical.PageAt(root_);
  arch::Mmu::ClearRoot(physical.BytesOf(page));
  physical.FreeZeroed(page);
}

PageTable::Slot* PageTable::LeafSlot(VirtAddr address) {
  KASSERT(address < arch::kUserEnd);
  Slot* table = root_words_;
  for (uint32_t level = kTop; level != 0; --level) {
    Slot& slot = table[IndexOf(address, level)];
    uint64_t entry = slot.load(std::memory_order_relaxed);
    if (entry == 0) [[unlikely]] {
      Page* page = AllocateZeroedPage(PageKind::kPageTable);
      if (page == nullptr) return nullptr;
      page->count = 0;
      entry = Entry::Table(physical.AddressOf(*page));
      UseCount(slot).fetch_add(1, std::memory_order_relaxed);
      slot.store(entry, std::memory_order_release);
    }
    KASSERT(!Entry::IsLeaf(entry));
    table = TableAt(Entry::Address(entry));
  }
  return &table[IndexOf(address, 0)];
}

void PageTable::Set(Slot& slot, PhysAddr frame, uint32_t permissions) {
  KASSERT(permissions != 0);
  const uint64_t old = slot.exchange(Entry::Leaf(frame, permissions), std::memory_order_release);
  if (old == 0) {
    UseCount(slot).fetch_add(1, std::memory_order_relaxed);
  } else {
    NoteChange();
  }
}

void PageTable::ClearSlot(Slot& slot) {
  if (slot.exchange(0, std::memory_order_relaxed) == 0) return;
  NoteChange();
  // The table page may be on its way back by now; its descriptor is there until the grace period
  // ends, and so are we.
  UseCount(slot).fetch_sub(1, std::memory_order_relaxed);
}

bool PageTable::Clear(VirtAddr address) {
  VirtAddr unused = 0;
  Slot* table = LeafTable(address, &unused);
  if (table == nullptr) return false;
  Slot& slot = table[IndexOf(address, 0)];
  if (slot.load(std::memory_order_relaxed) == 0) return false;
  ClearSlot(slot);
  return true;
}

VirtAddr PageTable::UnmapRange(VirtAddr begin, VirtAddr end, uint32_t* budget, PageList& freed,
                               uint64_t* cleared) {
  VirtAddr at = begin;
  while (at < end && *budget != 0) {
    Slot* const table = LeafTable(at, &at);
    if (table == nullptr) {
      --*budget;
      continue;
    }
    const VirtAddr start = at;
    const VirtAddr table_end = RoundDown(at, kLeafTableSpan) + kLeafTableSpan;
    const VirtAddr stop = end < table_end ? end : table_end;
    const std::atomic_ref<uint32_t> in_use = UseCount(*table);
    // Once no word of the table is in use there is nothing more to look for.
    while (at < stop && *budget != 0 && in_use.load(std::memory_order_relaxed) != 0) {
      Slot& slot = table[IndexOf(at, 0)];
      --*budget;
      at += kPageSize;
      if (slot.load(std::memory_order_acquire) == 0) continue;
      ClearSlot(slot);
      ++*cleared;
    }
    if (in_use.load(std::memory_order_relaxed) != 0) continue;
    Prune(start, freed);
    at = stop;
  }
  return at < end ? at : end;
}

void PageTable::ProtectSlot(Slot& slot, uint32_t permissions) {
  if (permissions == 0) return ClearSlot(slot);
  uint64_t old = slot.load(std::memory_order_relaxed);
  // A VMO may clear the leaf meanwhile: it must not come back.
  while (old != 0 &&
         !slot.compare_exchange_weak(old, Entry::Leaf(Entry::Address(old), permissions),
                                     std::memory_order_release, std::memory_order_relaxed)) {
  }
  NoteChange();
}

void PageTable::Detach(Slot& slot, PageList& freed) {
  const uint64_t entry = slot.exchange(0, std::memory_order_relaxed);
  NoteChange();  // Of a dead space: its tables go with their leaves.
  UseCount(slot).fetch_sub(1, std::memory_order_relaxed);
  freed.Push(physical.PageAt(Entry::Address(entry)));
}

void PageTable::Prune(VirtAddr address, PageList& freed) {
  Slot* path[Entry::kLevels] = {};  // The word of each level that leads to `address`.
  Slot* table = root_words_;
  uint32_t level = kTop;
  for (; level != 0; --level) {
    path[level] = &table[IndexOf(address, level)];
    const uint64_t entry = path[level]->load(std::memory_order_relaxed);
    if (entry == 0) break;
    table = TableAt(Entry::Address(entry));
  }
  // `table` is the last one there is; empty ones go, from it upwards.
  for (++level; level <= kTop; ++level) {
    if (path[level]->load(std::memory_order_relaxed) == 0) continue;
    Slot* below = TableAt(Entry::Address(path[level]->load(std::memory_order_relaxed)));
    if (UseCount(*below).load(std::memory_order_relaxed) != 0) return;
    Detach(*path[level], freed);
  }
}

bool PageTable::FreeTables(PageList& freed) {
  for (uint32_t i = 0; i < kTablesAtOnce; ++i) {
    // The first word in use of each table leads down to one that has no tables below. Mostly there
    // is none: tables go with their last leaf.
    if (UseCount(*root_words_).load(std::memory_order_relaxed) == 0) return true;
    Slot* leading = nullptr;
    Slot* table = root_words_;
    size_t entries = user_root_entries();
    for (uint32_t level = kTop; level != 0; --level) {
      Slot* found = nullptr;
      for (size_t index = 0; index < entries && found == nullptr; ++index) {
        if (table[index].load(std::memory_order_relaxed) != 0) found = &table[index];
      }
      if (found == nullptr) break;
      leading = found;
      table = TableAt(Entry::Address(found->load(std::memory_order_relaxed)));
      entries = kEntries;
    }
    if (leading == nullptr) return true;
    Detach(*leading, freed);
  }
  return false;
}

}  // namespace sirocco::mm
