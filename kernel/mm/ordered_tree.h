// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernel/base/treap.h"
#include "kernel/base/units.h"

namespace sirocco::mm {

template <typename T>
class OrderedTree;

/// A range of addresses in one OrderedTree. T has base() and end().
template <typename T>
class OrderedTreeNode : public TreapNode<T> {
 private:
  friend class OrderedTree<T>;
  friend struct OrderOfRanges;

  // Of the subtree: its bounds, and its largest gap between neighbours.
  VirtAddr first_ = 0;
  VirtAddr last_ = 0;
  uint64_t gap_ = 0;
};

struct OrderOfRanges {
  template <typename T>
  static bool IsBefore(const T& a, const T& b) {
    return a.base() < b.base();
  }
  template <typename T>
  static void Update(T& node, const T* left, const T* right) {
    node.first_ = node.base();
    node.last_ = node.end();
    node.gap_ = 0;
    if (left != nullptr) {
      node.first_ = left->first_;
      node.gap_ = std::max(left->gap_, node.base() - left->last_);
    }
    if (right != nullptr) {
      node.last_ = right->last_;
      node.gap_ = std::max({node.gap_, right->gap_, right->first_ - node.end()});
    }
  }
};

/// Disjoint ranges in the order of their addresses. Intrusive, does not own; not locked.
template <typename T>
class OrderedTree : private Treap<T, OrderOfRanges> {
  using Base = Treap<T, OrderOfRanges>;

 public:
  using Base::First;
  using Base::Insert;
  using Base::is_empty;
  using Base::Remove;

  /// The first range that ends above `address`, or null.
  T* FirstEndingAbove(VirtAddr address) const {
    return Base::FirstThat([&](const T& range) { return range.end() > address; });
  }
  /// The range that `address` is in, or null.
  T* Find(VirtAddr address) const {
    T* node = Base::root();
    while (node != nullptr && (address < node->base() || address >= node->end())) {
      node = address < node->base() ? Base::Left(*node) : Base::Right(*node);
    }
    return node;
  }
  bool Overlaps(VirtAddr begin, VirtAddr end) const {
    const T* next = FirstEndingAbove(begin);
    return next != nullptr && next->base() < end;
  }

  /// The first gap of at least `size` bytes, aligned, within [low, high); its start in `*start`,
  /// and in `*room` how far it reaches. False: there is none.
  bool FindGap(VirtAddr low, VirtAddr high, uint64_t size, uint64_t alignment, VirtAddr* start,
               uint64_t* room) const {
    GapSearch search{low, high, size, alignment, low, start, room};
    if (Search(Base::root(), search)) return true;
    return search.Try(high);
  }

 private:
  struct GapSearch {
    VirtAddr low, high;
    uint64_t size, alignment;
    VirtAddr cursor;  // Everything below was looked at.
    VirtAddr* start;
    uint64_t* room;

    // Whether what lies between the cursor and `next` will do.
    bool Try(VirtAddr next) {
      const VirtAddr end = std::min(next, high);
      VirtAddr begin = 0;
      if (RoundUpOverflow<uint64_t>(cursor, alignment, &begin)) return false;
      if (begin >= end || end - begin < size) return false;
      *start = begin;
      *room = end - begin;
      return true;
    }
  };

  // As deep as the tree, some 30 levels for a million ranges.
  static bool Search(T* node, GapSearch& search) {
    if (node == nullptr || node->last_ <= search.cursor) return false;
    if (node->gap_ < search.size) {  // No gap inside: only the one before it.
      if (search.Try(node->first_)) return true;
      search.cursor = std::max(search.cursor, node->last_);
      return false;
    }
    if (Search(Base::Left(*node), search) || search.Try(node->base())) return true;
    search.cursor = std::max(search.cursor, node->end());
    return Search(Base::Right(*node), search);
  }
};

}  // namespace sirocco::mm
