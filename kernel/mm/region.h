// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "kernel/base/list.h"
#include "kernel/base/ref_ptr.h"
#include "kernel/mm/heap.h"
#include "kernel/mm/ordered_tree.h"
#include "kernel/mm/vmo_storage.h"

namespace sirocco::mm {

class AddressSpace;
class Region;

/// What a Region contains: other Regions and Mappings. Everything here is guarded by the space's
/// lock.
class RegionNode : public OrderedTreeNode<RegionNode> {
 public:
  VirtAddr base() const { return base_; }
  uint64_t size() const { return size_; }
  VirtAddr end() const { return base_ + size_; }
  bool is_region() const { return is_region_; }
  Region* parent() const { return parent_; }

 protected:
  RegionNode(bool is_region, VirtAddr base, uint64_t size)
      : base_(base), size_(size), is_region_(is_region) {}
  ~RegionNode() = default;

  friend class AddressSpace;
  friend class RegionWalk;

  VirtAddr base_;
  uint64_t size_;
  Region* parent_ = nullptr;  // Null: the root, or not in the tree any more.
  const bool is_region_;
};

/// A range of a space that shows a VMO. Its place is written under the space's and the VMO's lock,
/// so either suffices to read it; the rest is guarded by the space's.
class Mapping final : public RegionNode, public ListNode<Mapping>, public HeapAllocated {
 public:
  Mapping(AddressSpace& space, VirtAddr base, uint64_t size, RefPtr<VmoStorage> vmo,
          uint64_t vmo_offset, uint32_t permissions, uint32_t allowed)
      : RegionNode(false, base, size),
        space_(space),
        vmo_(std::move(vmo)),
        vmo_offset_(vmo_offset),
        permissions_(permissions),
        allowed_(allowed) {}

  AddressSpace& space() const { return space_; }
  const RefPtr<VmoStorage>& vmo() const { return vmo_; }
  uint64_t vmo_offset() const { return vmo_offset_; }
  uint64_t OffsetOf(VirtAddr address) const { return vmo_offset_ + (address - base_); }

  /// What its pages may be used for now, and what the handles allowed when it was made:
  /// arch::kPage*.
  uint32_t permissions() const { return permissions_; }
  uint32_t allowed() const { return allowed_; }
  bool is_vdso_code() const { return is_vdso_code_; }

  /// For the VMO, under its lock: takes the leaf of the page at `offset` out. Returns whether some
  /// hart may still use it.
  bool ForgetPage(uint64_t offset);

 private:
  friend class AddressSpace;

  AddressSpace& space_;
  const RefPtr<VmoStorage> vmo_;
  uint64_t vmo_offset_;
  uint32_t permissions_;
  const uint32_t allowed_;
  bool is_vdso_code_ = false;
};

/// A part of a space that is handed out as a VMAR. Its parent owns a reference.
class Region final : public RefCounted, public RegionNode, public HeapAllocated {
 public:
  /// `can_map` of arch::kPage* bits; `can_place`: ZX_VM_SPECIFIC is allowed.
  Region(VirtAddr base, uint64_t size, uint32_t can_map, bool can_place)
      : RegionNode(true, base, size), can_map_(can_map), can_place_(can_place) {}

  uint32_t can_map() const { return can_map_; }
  bool can_place() const { return can_place_; }

 private:
  friend class AddressSpace;
  friend class RegionWalk;

  const uint32_t can_map_;
  const bool can_place_;
  bool is_destroyed_ = false;
  uint32_t region_count_ = 0;  // Of its children.
  OrderedTree<RegionNode> children_;
};

}  // namespace sirocco::mm
