// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernel/base/kassert.h"

namespace sirocco {

/// A place in one Treap.
template <typename T>
class TreapNode {
 public:
  TreapNode() = default;
  TreapNode(const TreapNode&) = delete;

 private:
  template <typename, typename>
  friend class Treap;

  T* left_ = nullptr;
  T* right_ = nullptr;
  uint32_t weight_ = 0;
};

/// Elements in order, no two of them equal. Each has a random weight, and none is below a lighter
/// one, so that no order of insertion makes the tree deep, whoever chooses it. Intrusive, does not
/// own. Every operation is O(log n) expected, and as deep a recursion: some 30 levels for a
/// million. Not locked.
///
///   static bool Order::IsBefore(const T& a, const T& b);
///   static void Order::Update(T& node, const T* left, const T* right);  // What it knows of both.
template <typename T, typename Order>
class Treap {
 public:
  Treap() = default;
  Treap(const Treap&) = delete;
  ~Treap() { KASSERT(is_empty()); }

  bool is_empty() const { return root_ == nullptr; }

  T* First() const {
    T* node = root_;
    while (node != nullptr && node->left_ != nullptr) node = node->left_;
    return node;
  }
  /// The first for which `is_behind` holds, or null. It holds for every element from there on.
  template <typename Predicate>
  T* FirstThat(Predicate is_behind) const {
    T* best = nullptr;
    for (T* node = root_; node != nullptr;) {
      const bool holds = is_behind(*node);
      if (holds) best = node;
      node = holds ? node->left_ : node->right_;
    }
    return best;
  }

  /// `random` need not be good, only unknown to who chooses the order.
  void Insert(T& node, uint32_t random) {
    node.weight_ = random;
    node.left_ = node.right_ = nullptr;
    root_ = InsertBelow(root_, node);
  }
  void Remove(T& node) { root_ = RemoveBelow(root_, node); }

 protected:
  T* root() const { return root_; }
  static T* Left(const T& node) { return node.left_; }
  static T* Right(const T& node) { return node.right_; }

 private:
  static void Update(T& node) { Order::Update(node, node.left_, node.right_); }

  // Both return the new top of the subtree `top`. It was not above `node` by its weight: then
  // `node` is the top, and what was there lies on both sides of it.
  static T* InsertBelow(T* top, T& node) {
    if (top == nullptr || top->weight_ < node.weight_) {
      Split(top, node, &node.left_, &node.right_);
      Update(node);
      return &node;
    }
    T*& side = Order::IsBefore(node, *top) ? top->left_ : top->right_;
    side = InsertBelow(side, node);
    Update(*top);
    return top;
  }
  static T* RemoveBelow(T* top, T& node) {
    KASSERT(top != nullptr);
    if (top == &node) return Merge(node.left_, node.right_);
    T*& side = Order::IsBefore(node, *top) ? top->left_ : top->right_;
    side = RemoveBelow(side, node);
    Update(*top);
    return top;
  }
  // What is before `key` into `*low`, the rest into `*high`.
  static void Split(T* node, const T& key, T** low, T** high) {
    if (node == nullptr) {
      *low = *high = nullptr;
      return;
    }
    const bool is_low = Order::IsBefore(*node, key);
    T*& side = is_low ? node->right_ : node->left_;
    T* rest = nullptr;
    Split(side, key, is_low ? &rest : low, is_low ? high : &rest);
    side = rest;
    *(is_low ? low : high) = node;
    Update(*node);
  }
  static T* Merge(T* low, T* high) {
    if (low == nullptr) return high;
    if (high == nullptr) return low;
    const bool is_low = low->weight_ >= high->weight_;
    T* const top = is_low ? low : high;
    if (is_low) {
      low->right_ = Merge(low->right_, high);
    } else {
      high->left_ = Merge(low, high->left_);
    }
    Update(*top);
    return top;
  }

  T* root_ = nullptr;
};

}  // namespace sirocco
