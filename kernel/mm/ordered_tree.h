// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "kernel/base/kassert.h"
#include "kernel/base/units.h"

namespace sirocco::mm {

template <typename T>
class OrderedTree;

/// A range of addresses in one OrderedTree. T has base() and end().
template <typename T>
class OrderedTreeNode {
 public:
  OrderedTreeNode() = default;
  OrderedTreeNode(const OrderedTreeNode&) = delete;

 private:
  friend class OrderedTree<T>;

  T* left_ = nullptr;
  T* right_ = nullptr;
  uint32_t priority_ = 0;
  // Of the subtree: its bounds, and its largest gap between neighbours.
  VirtAddr first_ = 0;
  VirtAddr last_ = 0;
  uint64_t gap_ = 0;
};

/// Disjoint ranges in the order of their addresses: a treap, so that no order of insertion makes it
/// deep, whoever chooses it. Intrusive, does not own. Every operation is O(log n) expected.
/// Not locked.
template <typename T>
class OrderedTree {
 public:
  OrderedTree() = default;
  OrderedTree(const OrderedTree&) = delete;
  ~OrderedTree() { KASSERT(is_empty()); }

  bool is_empty() const { return root_ == nullptr; }

  /// The first range that ends above `address`, or null.
  T* FirstEndingAbove(VirtAddr address) const {
    T* best = nullptr;
    for (T* node = root_; node != nullptr;) {
      if (node->end() > address) {
        best = node;
        node = node->left_;
      } else {
        node = node->right_;
      }
    }
    return best;
  }
  /// The range that `address` is in, or null.
  T* Find(VirtAddr address) const {
    T* node = root_;
    while (node != nullptr && (address < node->base() || address >= node->end())) {
      node = address < node->base() ? node->left_ : node->right_;
    }
    return node;
  }
  bool Overlaps(VirtAddr begin, VirtAddr end) const {
    const T* next = FirstEndingAbove(begin);
    return next != nullptr && next->base() < end;
  }
  T* First() const {
    T* node = root_;
    while (node != nullptr && node->left_ != nullptr) node = node->left_;
    return node;
  }

  /// `random` need not be good, only unknown to who chooses the addresses.
  void Insert(T& node, uint32_t random) {
    node.priority_ = random;
    node.left_ = node.right_ = nullptr;
    root_ = Insert(root_, node);
  }
  void Remove(T& node) { root_ = Remove(root_, node); }

  /// The first gap of at least `size` bytes, aligned, within [low, high); its start in `*start`,
  /// and in `*room` how far it reaches. False: there is none.
  bool FindGap(VirtAddr low, VirtAddr high, uint64_t size, uint64_t alignment, VirtAddr* start,
               uint64_t* room) const {
    GapSearch search{low, high, size, alignment, low, start, room};
    if (Search(root_, search)) return true;
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
    if (Search(node->left_, search) || search.Try(node->base())) return true;
    search.cursor = std::max(search.cursor, node->end());
    return Search(node->right_, search);
  }

  static void Update(T& node) {
    node.first_ = node.base();
    node.last_ = node.end();
    node.gap_ = 0;
    if (T* left = node.left_) {
      node.first_ = left->first_;
      node.gap_ = std::max(left->gap_, node.base() - left->last_);
    }
    if (T* right = node.right_) {
      node.last_ = right->last_;
      node.gap_ = std::max({node.gap_, right->gap_, right->first_ - node.end()});
    }
  }
  // Both return the new top of the subtree `top`. It was not above `node` by its priority: then
  // `node` is the top, and what was there lies on both sides of it.
  static T* Insert(T* top, T& node) {
    if (top == nullptr || top->priority_ < node.priority_) {
      Split(top, node.base(), &node.left_, &node.right_);
      Update(node);
      return &node;
    }
    T*& side = node.base() < top->base() ? top->left_ : top->right_;
    side = Insert(side, node);
    Update(*top);
    return top;
  }
  static T* Remove(T* top, T& node) {
    KASSERT(top != nullptr);
    if (top == &node) return Merge(node.left_, node.right_);
    T*& side = node.base() < top->base() ? top->left_ : top->right_;
    side = Remove(side, node);
    Update(*top);
    return top;
  }
  // Nodes below `key` into `*low`, the others into `*high`.
  static void Split(T* node, VirtAddr key, T** low, T** high) {
    if (node == nullptr) {
      *low = *high = nullptr;
    } else if (node->base() < key) {
      T* rest = nullptr;
      Split(node->right_, key, &rest, high);
      node->right_ = rest;
      *low = node;
      Update(*node);
    } else {
      T* rest = nullptr;
      Split(node->left_, key, low, &rest);
      node->left_ = rest;
      *high = node;
      Update(*node);
    }
  }
  static T* Merge(T* low, T* high) {
    if (low == nullptr) return high;
    if (high == nullptr) return low;
    if (low->priority_ >= high->priority_) {
      low->right_ = Merge(low->right_, high);
      Update(*low);
      return low;
    }
    high->left_ = Merge(low, high->left_);
    Update(*high);
    return high;
  }

  T* root_ = nullptr;
};

}  // namespace sirocco::mm
