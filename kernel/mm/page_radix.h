// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "kernel/base/units.h"
#include "kernel/mm/heap.h"

namespace sirocco::mm {

/// The pages of a VMO by their index: a tree with 64 branches a node, as high as its largest index
/// asks for, with nodes only where pages are. Not locked.
class PageRadix {
 public:
  static constexpr uint32_t kNodeShift = 6;
  static constexpr size_t kFanOut = size_t{1} << kNodeShift;

  PageRadix() = default;
  PageRadix(const PageRadix&) = delete;
  ~PageRadix() { KASSERT(root_ == nullptr); }

  /// The frame at `index`, or address 0.
  PhysAddr Find(uint64_t index) const {
    if (root_ == nullptr || (index >> (kNodeShift * height_)) != 0) return PhysAddr();
    const Node* node = root_;
    for (uint32_t level = height_ - 1; level != 0; --level) {
      node = NodeIn(node->words[IndexOf(index, level)]);
      if (node == nullptr) return PhysAddr();
    }
    return PhysAddr(node->words[IndexOf(index, 0)]);
  }

  /// Where the frame at `index` is kept, 0 if there is none; null when there is no memory.
  /// A word left at 0 is a node kept too long: store, or Forget.
  uint64_t* WordFor(uint64_t index);
  void Forget(uint64_t index) { FreeEmptyNodes(index); }

  /// Calls `take(index, frame)` for up to `max` frames of [first, end) and takes them out. Returns
  /// the index to go on with, `end` when done. Looks at a few hundred words at most.
  template <typename Take>
  uint64_t TakeRange(uint64_t first, uint64_t end, uint32_t max, Take take);

  bool is_empty() const { return root_ == nullptr; }

 private:
  struct Node : HeapAllocated {
    std::array<uint64_t, kFanOut> words{};  // Frames in a leaf, nodes above.
  };
  static constexpr uint32_t kMaxWordsLookedAt = 512;
  static constexpr uint32_t kMaxHeight = 9;  // 54 bits of index.

  static size_t IndexOf(uint64_t index, uint32_t level) {
    return (index >> (kNodeShift * level)) & (kFanOut - 1);
  }
  static Node* NodeIn(uint64_t word) { return reinterpret_cast<Node*>(word); }
  void FreeEmptyNodes(uint64_t index);

  Node* root_ = nullptr;
  uint32_t height_ = 0;  // Levels; 0 without a root.
};

template <typename Take>
uint64_t PageRadix::TakeRange(uint64_t first, uint64_t end, uint32_t max, Take take) {
  uint32_t looked_at = 0;
  uint64_t at = first;
  while (at < end && max != 0 && looked_at < kMaxWordsLookedAt) {
    if (root_ == nullptr || (at >> (kNodeShift * height_)) != 0) return end;
    Node* node = root_;
    uint32_t level = height_ - 1;
    for (; level != 0; --level) {
      Node* next = NodeIn(node->words[IndexOf(at, level)]);
      if (next == nullptr) break;
      node = next;
    }
    if (level != 0) {  // Nothing below: behind what this word covers.
      ++looked_at;
      at = ((at >> (kNodeShift * level)) + 1) << (kNodeShift * level);
      continue;
    }
    const uint64_t leaf_start = at & ~(kFanOut - 1);
    for (size_t i = at - leaf_start; i < kFanOut && at < end && max != 0; ++i) {
      ++looked_at;
      const uint64_t frame = node->words[i];
      if (frame != 0) {
        node->words[i] = 0;
        take(at, PhysAddr(frame));
        --max;
      }
      ++at;
    }
    FreeEmptyNodes(leaf_start);
  }
  return at < end ? at : end;
}

}  // namespace sirocco::mm
