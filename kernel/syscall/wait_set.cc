// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/syscall/wait_set.h"

#include <new>
#include <utility>

namespace sirocco {

Result<WaitSet> WaitSet::Create(size_t count) {
  WaitSet set(count);
  const size_t entries = count * sizeof(Entry);
  const size_t operations = count * sizeof(async::AnyOperation);
  set.block_ = ::operator new(entries + operations + count * sizeof(zx_wait_item_t), std::nothrow);
  if (set.block_ == nullptr) return Error(ZX_ERR_NO_MEMORY);
  auto* bytes = static_cast<std::byte*>(set.block_);
  set.entries_ = reinterpret_cast<Entry*>(bytes);
  set.operations_ = reinterpret_cast<async::AnyOperation*>(bytes + entries);
  set.items_ = reinterpret_cast<zx_wait_item_t*>(bytes + entries + operations);
  std::uninitialized_default_construct_n(set.operations_, count);
  return set;
}

WaitSet::WaitSet(WaitSet&& other) noexcept
    : count_(other.count_),
      resolved_(std::exchange(other.resolved_, 0)),
      block_(std::exchange(other.block_, nullptr)),
      entries_(other.entries_),
      operations_(other.operations_),
      items_(other.items_) {}

WaitSet::~WaitSet() {
  std::destroy_n(entries_, resolved_);
  ::operator delete(block_);
}

zx_status_t WaitSet::Resolve(HandleTable& handles) {
  for (const zx_wait_item_t& item : items()) {
    TRY(const Found<> found, handles.Get<KernelObject>(item.handle, ZX_RIGHT_WAIT));
    if (!found.object.info().is_waitable) return ZX_ERR_NOT_SUPPORTED;
    if (!found.object.TryAddRef()) return ZX_ERR_BAD_HANDLE;
    new (&entries_[resolved_]) Entry{
        AdoptRef(&found.object), KernelObject::SignalWait(found.object, item.waitfor, found.slot)};
    operations_[resolved_] = async::AnyOperation(entries_[resolved_].wait);
    ++resolved_;
  }
  return ZX_OK;
}

void WaitSet::StorePending() {
  for (size_t i = 0; i < count_; ++i) {
    const Entry& entry = entries_[i];
    // Those behind one that was met at once were never started.
    items_[i].pending = entry.wait.is_done() ? entry.wait.observed()
                                             : entry.object->signals(entry.wait.slot().side());
  }
}

}  // namespace sirocco
