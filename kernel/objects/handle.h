// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/rights.h>
#include <zircon/types.h>

#include <cstdint>
#include <utility>

#include "kernel/base/atomic.h"
#include "kernel/base/kassert.h"
#include "kernel/base/ref_ptr.h"
#include "kernel/objects/kernel_object.h"

namespace sirocco {

/// Ends whose last handle is gone, waiting for OnZeroHandles. Draining is iterative: what an end
/// owned is appended, never closed from within.
class CloseList {
 public:
  /// What one close does before it returns; the rest goes to the reaper.
  static constexpr uint32_t kMaxSteps = 64;

  CloseList() = default;
  CloseList(const CloseList&) = delete;
  CloseList& operator=(const CloseList&) = delete;
  /// Runs up to kMaxSteps and hands what is left to the reaper. Context: no lock held.
  ~CloseList();

  bool is_empty() const { return head_ == 0; }

  /// Takes the reference that the end's handles owned.
  void Push(KernelObject& object, Side side);
  void Append(CloseList& other);
  /// Returns whether something is left.
  bool Run(uint32_t max_steps);

 private:
  // An end is (object | side): objects are at least 8-aligned.
  KernelObject::End& EndOf(uintptr_t entry);
  void PushEntry(uintptr_t entry);

  uintptr_t head_ = 0;
  uintptr_t tail_ = 0;
};

/// One handle, owned: it counts at its end, wherever it lies (a table, a message, a local).
class [[nodiscard]] Handle {
 public:
  Handle() = default;
  /// Takes over the caller's reference. `object`'s end may have had handles before, or none.
  Handle(RefPtr<KernelObject> object, Side side, zx_rights_t rights)
      : object_(object.release()), rights_(rights), side_(side) {
    KASSERT(object_ != nullptr);
    // The first handle brings the end's reference; the others need none.
    if (object_->handle_counts_[Index(side)].fetch_add(1, std::memory_order_relaxed) != 0) {
      object_->Release();
    }
    ledger.HandleOpened();
  }
  /// The first one to a new object, which nobody else has.
  static Handle OfNew(RefPtr<KernelObject> object, Side side, zx_rights_t rights) {
    KASSERT(object->handle_count(side) == 0);
    StoreRelaxed(object->handle_counts_[Index(side)], 1u);
    ledger.HandleOpened();
    return Handle(object.release(), side, rights);
  }
  Handle(Handle&& other) noexcept
      : object_(std::exchange(other.object_, nullptr)),
        rights_(other.rights_),
        side_(other.side_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(object_, other.object_);
    std::swap(rights_, other.rights_);
    std::swap(side_, other.side_);
    return *this;
  }
  ~Handle() {
    if (object_ != nullptr && DropCount(*object_, side_)) CloseEnd(*object_, side_);
  }

  /// Another handle to what `other` leads to.
  static Handle Duplicate(const Handle& other, zx_rights_t rights) {
    return Duplicate(*other.object_, other.side_, rights);
  }
  /// The same, to an end that has a handle and keeps it meanwhile.
  static Handle Duplicate(KernelObject& object, Side side, zx_rights_t rights) {
    Count(object, side);
    return Handle(&object, side, rights);
  }

  /// Gives the handle up: the table's way to keep it as words. Adopt takes it up again, Count makes
  /// another one, CloseLast closes it.
  KernelObject* Release() { return std::exchange(object_, nullptr); }
  static Handle Adopt(KernelObject* object, Side side, zx_rights_t rights) {
    return Handle(object, side, rights);
  }
  static void Count(KernelObject& object, Side side) {
    object.handle_counts_[Index(side)].fetch_add(1, std::memory_order_relaxed);
    ledger.HandleOpened();
  }
  /// Closes it as the last act of a plain call: sched::EndPlainCall. ZX_OK: a call that ends with
  /// it needs no frame.
  static zx_status_t CloseLast(KernelObject& object, Side side) {
    return DropCount(object, side) ? CloseLastEnd(object, side) : ZX_OK;
  }

  /// Closes it; what follows from that is left in `list`.
  void CloseInto(CloseList& list) {
    if (object_ == nullptr) return;
    if (DropCount(*object_, side_)) list.Push(*object_, side_);
    object_ = nullptr;
  }

  explicit operator bool() const { return object_ != nullptr; }
  KernelObject* object() const { return object_; }
  Side side() const { return side_; }
  zx_rights_t rights() const { return rights_; }
  void set_rights(zx_rights_t rights) { rights_ = rights; }
  bool has_rights(zx_rights_t needed) const { return (rights_ & needed) == needed; }

 private:
  Handle(KernelObject* object, Side side, zx_rights_t rights)
      : object_(object), rights_(rights), side_(side) {}

  // True: it was the end's last.
  static bool DropCount(KernelObject& object, Side side) {
    ledger.HandleClosed();
    return object.handle_counts_[Index(side)].fetch_sub(1, std::memory_order_acq_rel) == 1;
  }
  // What follows when it was.
  static void CloseEnd(KernelObject& object, Side side);
  static zx_status_t CloseLastEnd(KernelObject& object, Side side);

  KernelObject* object_ = nullptr;
  zx_rights_t rights_ = 0;
  Side side_ = Side::kFirst;
};
static_assert(sizeof(Handle) == 16);

}  // namespace sirocco
