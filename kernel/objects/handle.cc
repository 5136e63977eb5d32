// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/handle.h"

#include "kernel/objects/reaper.h"
#include "kernel/sched/quiet.h"

namespace sirocco {

constinit Reaper reaper;

namespace {

constexpr uintptr_t kSideMask = 1;

KernelObject& ObjectOf(uintptr_t entry) {
  return *reinterpret_cast<KernelObject*>(entry & ~kSideMask);
}
Side SideOf(uintptr_t entry) { return static_cast<Side>(entry & kSideMask); }

}  // namespace

CloseList::~CloseList() {
  if (head_ == 0) return;
  if (Run(kMaxSteps)) reaper.Take(*this);
}

KernelObject::End& CloseList::EndOf(uintptr_t entry) {
  return ObjectOf(entry).ends_[Index(SideOf(entry))];
}

void Handle::CloseEnd(KernelObject& object, Side side) {
  // Most ends have nothing to do, and own nothing.
  CloseList list;
  if (object.OnZeroHandles(side, list) == CloseStep::kMore) {
    list.Push(object, side);
  } else {
    object.Release();
  }
}

zx_status_t Handle::CloseLastEnd(KernelObject& object, Side side) {
  CloseEnd(object, side);
  sched::EndPlainCall();
  return ZX_OK;
}

void CloseList::Push(KernelObject& object, Side side) {
  PushEntry(reinterpret_cast<uintptr_t>(&object) | Index(side));
}

void CloseList::PushEntry(uintptr_t entry) {
  EndOf(entry).close_next = 0;
  (head_ == 0 ? head_ : EndOf(tail_).close_next) = entry;
  tail_ = entry;
}

void CloseList::Append(CloseList& other) {
  if (other.head_ == 0) return;
  (head_ == 0 ? head_ : EndOf(tail_).close_next) = other.head_;
  tail_ = other.tail_;
  other.head_ = other.tail_ = 0;
}

bool CloseList::Run(uint32_t max_steps) {
  for (uint32_t step = 0; step < max_steps && head_ != 0; ++step) {
    const uintptr_t entry = head_;
    head_ = EndOf(entry).close_next;
    KernelObject& object = ObjectOf(entry);
    if (object.OnZeroHandles(SideOf(entry), *this) == CloseStep::kMore) {
      PushEntry(entry);
    } else {
      object.Release();
    }
  }
  return head_ != 0;
}

void Reaper::Take(CloseList& list) {
  {
    Guard guard(lock_);
    pending_.Append(list);
    if (is_posted_) return;
    is_posted_ = true;
  }
  async::CurrentExecutor().Post(*this);
}

void Reaper::Continue(Runnable& runnable) {
  auto& self = static_cast<Reaper&>(runnable);
  CloseList batch;
  {
    Guard guard(self.lock_);
    batch.Append(self.pending_);
    self.is_posted_ = false;
  }
  // ~CloseList does one batch, and comes back to Take with the rest.
}

}  // namespace sirocco
