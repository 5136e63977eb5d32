// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "kernel/base/kassert.h"
#include "kernel/sched/quiet.h"

namespace sirocco::mm {

/// What a page is used for; the rows of ZX_INFO_KMEM_STATS.
enum class PageKind : uint8_t { kFree, kWired, kHeap, kVmo, kPageTable, kIpc, kOther, kCount };

/// One physical page. The array of all of them costs 32 bytes a page. The words belong to whoever
/// owns the page: a free list, the heap, or a list of pages on their way back.
struct Page {
  union Words {
    constexpr Words() : link{} {}
    struct {
      Page* next;
      Page* previous;
    } link;
    struct {
      void* free;  // Chain of free objects.
      Page* next;  // Slab list of the size class, with `chain` the way back.
    } slab;
    sched::RetireNode retire;  // Of the first page of a list that waits for a grace period.
  } words;
  Page* chain;  // The next page of a PageList.
  PageKind kind;
  uint8_t order;       // Of a free block, at its first page.
  uint8_t size_class;  // Of a slab.
  uint8_t is_block;    // First page of a free block: a buddy may merge with it.
  uint32_t count;      // Objects in use of a slab; pages of a run, at its first page; words in use
                       // of a page table, but of its root's only the user's.
};
static_assert(sizeof(Page) == 32);

/// Pages that travel together. Owns nothing: whoever holds a list frees it or passes it on.
class PageList {
 public:
  constexpr PageList() = default;
  PageList(PageList&& other) noexcept
      : head_(std::exchange(other.head_, nullptr)),
        tail_(std::exchange(other.tail_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  PageList& operator=(PageList&& other) noexcept {
    KASSERT(is_empty());
    std::swap(head_, other.head_);
    std::swap(tail_, other.tail_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~PageList() { KASSERT(is_empty()); }

  bool is_empty() const { return head_ == nullptr; }
  size_t size() const { return size_; }

  void Push(Page& page) {
    page.chain = head_;
    if (head_ == nullptr) tail_ = &page;
    head_ = &page;
    ++size_;
  }
  Page* Pop() {
    Page* page = head_;
    if (page == nullptr) return nullptr;
    head_ = page->chain;
    --size_;
    return page;
  }
  void Append(PageList&& other) {
    if (other.is_empty()) return;
    other.tail_->chain = head_;
    if (head_ == nullptr) tail_ = other.tail_;
    head_ = std::exchange(other.head_, nullptr);
    size_ += std::exchange(other.size_, 0);
  }

 private:
  friend class PhysicalAllocator;

  Page* head_ = nullptr;
  Page* tail_ = nullptr;
  size_t size_ = 0;
};

}  // namespace sirocco::mm
