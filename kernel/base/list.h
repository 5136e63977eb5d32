// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <iterator>
#include <utility>

#include "kernel/base/kassert.h"

namespace sirocco {

template <typename T, typename Tag>
class List;

/// Membership of a T in one List at a time; a T that can be in several lists at once derives from
/// one ListNode a list, told apart by Tag. Nothing here locks: the list's lock guards its nodes.
template <typename T, typename Tag = void>
class ListNode {
 public:
  constexpr ListNode() = default;
  ListNode(const ListNode&) = delete;
  ListNode& operator=(const ListNode&) = delete;
  constexpr ~ListNode() { KASSERT(!is_linked()); }

  [[nodiscard]] constexpr bool is_linked() const { return next_ != nullptr; }

 private:
  friend class List<T, Tag>;

  void LinkBefore(ListNode& next) {
    KASSERT(!is_linked());
    previous_ = next.previous_;
    next_ = &next;
    previous_->next_ = this;
    next.previous_ = this;
  }
  void Unlink() {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    next_ = nullptr;
    previous_ = nullptr;
  }

  ListNode* next_ = nullptr;
  ListNode* previous_ = nullptr;
};

/// Doubly linked, intrusive, does not own. Every operation but iteration, TakeIf and clear is O(1).
template <typename T, typename Tag = void>
class List {
  using Node = ListNode<T, Tag>;

 public:
  constexpr List() { MakeEmpty(); }
  List(List&& other) noexcept {
    MakeEmpty();
    Append(other);
  }
  List& operator=(List&& other) noexcept {
    KASSERT(is_empty() || this == &other);
    if (this != &other) Append(other);
    return *this;
  }
  List(const List&) = delete;
  List& operator=(const List&) = delete;
  constexpr ~List() {
    KASSERT(is_empty());
    head_.next_ = nullptr;  // Lets ~ListNode see an unlinked head.
  }

  [[nodiscard]] constexpr bool is_empty() const { return head_.next_ == &head_; }
  [[nodiscard]] T* Front() const { return is_empty() ? nullptr : FromNode(head_.next_); }
  [[nodiscard]] T* Back() const { return is_empty() ? nullptr : FromNode(head_.previous_); }

  void PushBack(T& element) { ToNode(element).LinkBefore(head_); }
  void PushFront(T& element) { ToNode(element).LinkBefore(*head_.next_); }
  void InsertBefore(T& position, T& element) { ToNode(element).LinkBefore(ToNode(position)); }

  /// Null when empty.
  T* PopFront() {
    T* front = Front();
    if (front != nullptr) ToNode(*front).Unlink();
    return front;
  }

  /// Returns whether `element` was linked; the caller knows that it can only be in this list.
  bool Remove(T& element) {
    Node& node = ToNode(element);
    if (!node.is_linked()) return false;
    node.Unlink();
    return true;
  }

  /// Moves every element of `other` behind ours, in order.
  void Append(List& other) {
    if (other.is_empty()) return;
    Node* first = other.head_.next_;
    Node* last = other.head_.previous_;
    other.MakeEmpty();
    first->previous_ = head_.previous_;
    head_.previous_->next_ = first;
    last->next_ = &head_;
    head_.previous_ = last;
  }
  void Append(List&& other) { Append(other); }

  /// Leaves this list empty.
  [[nodiscard]] List TakeAll() { return std::move(*this); }

  /// Unlinks the elements for which `wanted(element)` holds; they keep their order in the result.
  template <typename Predicate>
  [[nodiscard]] List TakeIf(Predicate wanted) {
    List taken;
    for (Node* node = head_.next_; node != &head_;) {
      Node* next = node->next_;
      if (wanted(*FromNode(node))) {
        node->Unlink();
        node->LinkBefore(taken.head_);
      }
      node = next;
    }
    return taken;
  }

  /// The element behind `element`, or null at the end.
  [[nodiscard]] T* Next(const T& element) const {
    Node* next = static_cast<const Node&>(element).next_;
    return next == &head_ ? nullptr : FromNode(next);
  }

  /// Valid while the element it stands on is linked.
  class Iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = T*;
    using reference = T&;
    using iterator_category = std::forward_iterator_tag;

    Iterator() = default;
    explicit Iterator(Node* node) : node_(node) {}
    T& operator*() const { return *FromNode(node_); }
    T* operator->() const { return FromNode(node_); }
    Iterator& operator++() {
      node_ = node_->next_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator old = *this;
      ++*this;
      return old;
    }
    bool operator==(const Iterator&) const = default;

   private:
    Node* node_ = nullptr;
  };
  Iterator begin() const { return Iterator(head_.next_); }
  Iterator end() const { return Iterator(const_cast<Node*>(&head_)); }

 private:
  static Node& ToNode(T& element) { return static_cast<Node&>(element); }
  static T* FromNode(Node* node) { return static_cast<T*>(node); }
  constexpr void MakeEmpty() { head_.next_ = head_.previous_ = &head_; }

  Node head_;
};

}  // namespace sirocco
