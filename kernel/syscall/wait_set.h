// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <memory>
#include <span>

#include "kernel/async/select.h"
#include "kernel/base/ref_ptr.h"
#include "kernel/base/result.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/kernel_object.h"

namespace sirocco {

/// The waits of one zx_object_wait_many: too many for a coroutine's frame, so one block from the
/// heap, taken before anything is waited for.
class WaitSet {
 public:
  /// **Errors** ZX_ERR_NO_MEMORY.
  static Result<WaitSet> Create(size_t count);
  WaitSet(WaitSet&& other) noexcept;
  WaitSet& operator=(WaitSet&&) = delete;
  ~WaitSet();

  std::span<zx_wait_item_t> items() const { return {items_, count_}; }

  /// Looks every item's handle up. **Errors** ZX_ERR_BAD_HANDLE, ZX_ERR_ACCESS_DENIED: no WAIT;
  /// ZX_ERR_NOT_SUPPORTED: an object without signals.
  zx_status_t Resolve(HandleTable& handles);
  std::span<const async::AnyOperation> operations() const { return {operations_, count_}; }

  /// The items' `pending` after the waits are over.
  void StorePending();

 private:
  struct Entry {
    RefPtr<KernelObject> object;
    KernelObject::SignalWait wait;
  };

  explicit WaitSet(size_t count) : count_(count) {}

  size_t count_;
  size_t resolved_ = 0;
  void* block_ = nullptr;
  // In block_, count_ of each.
  Entry* entries_ = nullptr;
  async::AnyOperation* operations_ = nullptr;
  zx_wait_item_t* items_ = nullptr;
};

}  // namespace sirocco
