// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/mm/page_radix.h"

#include <algorithm>
#include <new>

namespace sirocco::mm {

uint64_t* PageRadix::WordFor(uint64_t index) {
  KASSERT((index >> (kNodeShift * kMaxHeight)) == 0);
  while (root_ == nullptr || (index >> (kNodeShift * height_)) != 0) {
    // An empty tree starts as high as it has to be.
    Node* root = new (std::nothrow) Node();
    if (root == nullptr) {
      FreeEmptyNodes(0);
      return nullptr;
    }
    if (root_ == nullptr) {
      height_ = 1;
      while ((index >> (kNodeShift * height_)) != 0) ++height_;
    } else {
      root->words[0] = reinterpret_cast<uint64_t>(root_);
      ++height_;
    }
    root_ = root;
  }
  Node* node = root_;
  for (uint32_t level = height_ - 1; level != 0; --level) {
    uint64_t& word = node->words[IndexOf(index, level)];
    if (word == 0) {
      Node* below = new (std::nothrow) Node();
      if (below == nullptr) {
        FreeEmptyNodes(index);
        return nullptr;
      }
      word = reinterpret_cast<uint64_t>(below);
    }
    node = NodeIn(word);
  }
  return &node->words[IndexOf(index, 0)];
}

// Frees the nodes on the way to `index` that lead nowhere, from below.
void PageRadix::FreeEmptyNodes(uint64_t index) {
  if (root_ == nullptr) return;
  Node* path[kMaxHeight] = {};
  Node* node = root_;
  uint32_t lowest = height_ - 1;
  path[lowest] = root_;
  while (lowest != 0) {
    node = NodeIn(node->words[IndexOf(index, lowest)]);
    if (node == nullptr) break;
    path[--lowest] = node;
  }
  for (uint32_t level = lowest; level < height_; ++level) {
    const auto& words = path[level]->words;
    if (!std::ranges::all_of(words, [](uint64_t word) { return word == 0; })) return;
    delete path[level];
    if (level + 1 < height_) {
      path[level + 1]->words[IndexOf(index, level + 1)] = 0;
    } else {
      root_ = nullptr;
      height_ = 0;
      return;
    }
  }
}

}  // namespace sirocco::mm
