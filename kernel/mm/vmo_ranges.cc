// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// What VmoStorage does to ranges: in steps, suspended between them.

#include <zircon/errors.h>

#include <algorithm>
#include <cstring>

#include "kernel/async/completion.h"
#include "kernel/mm/vmo_storage.h"

namespace sirocco::mm {

Task<zx_status_t> VmoStorage::DropPages(uint64_t first, uint64_t end) {
  bool needs_quiet = false;
  for (uint64_t at = DropSome(first, end, &needs_quiet); at < end;) {
    async::YieldOp yield;
    co_await yield;
    at = DropSome(at, end, &needs_quiet);
  }
  if (needs_quiet) {
    sched::QuietPointOp quiet;
    auto status = co_await quiet;
    co_return status;
  }
  co_return ZX_OK;
}

Task<zx_status_t> VmoStorage::SetSize(uint64_t size_bytes) {
  if (sizing_ != Sizing::kResizable) co_return ZX_ERR_UNAVAILABLE;
  if (size_bytes > kMaxSize) co_return ZX_ERR_OUT_OF_RANGE;
  // A VMO that grew again before all old pages are gone would show them.
  async::Mutex::LockOp turn = resizing_.Lock();
  auto status = co_await turn;
  if (status != ZX_OK) co_return status;
  const uint64_t rounded = RoundUp(size_bytes, kPageSize);
  const uint64_t old = size();
  // Before anything changes: pages that stayed because of a missing frame would come back.
  Task<zx_status_t> drop = DropPages(rounded >> kPageShift, std::max(rounded, old) >> kPageShift);
  if (drop.is_done()) co_return ZX_ERR_NO_MEMORY;
  {
    Guard guard(lock_);
    size_.store(rounded, std::memory_order_release);
    content_size_ = size_bytes;
  }
  status = co_await drop;
  co_return status;
}

zx_status_t VmoStorage::CommitSome(uint64_t* at, uint64_t end) {
  Guard guard(lock_);
  for (uint32_t i = 0; i < kCommitsAtOnce && *at < end; ++i) {
    TRY_STATUS(CommitLocked(*at).status());
    *at += kPageSize;
  }
  return ZX_OK;
}

Task<zx_status_t> VmoStorage::Commit(uint64_t offset, uint64_t size_bytes) {
  if (!RangeFits(offset, size_bytes, size())) co_return ZX_ERR_OUT_OF_RANGE;
  if (kind_ != Kind::kPaged) co_return ZX_OK;
  uint64_t at = RoundDown(offset, kPageSize);
  const uint64_t end = offset + size_bytes;
  for (;;) {
    const zx_status_t result = CommitSome(&at, end);
    if (result != ZX_OK || at >= end) co_return result;
    async::YieldOp yield;
    co_await yield;
  }
}

Task<zx_status_t> VmoStorage::Decommit(uint64_t offset, uint64_t size_bytes) {
  if (kind_ != Kind::kPaged) co_return ZX_ERR_NOT_SUPPORTED;
  if (!IsPageAligned(offset)) co_return ZX_ERR_INVALID_ARGS;
  if (!RangeFits(offset, size_bytes, size())) co_return ZX_ERR_OUT_OF_RANGE;
  const uint64_t first = offset >> kPageShift;
  auto status = co_await DropPages(first, first + PagesFor(size_bytes));
  co_return status;
}

// A part of one page.
zx_status_t VmoStorage::ZeroPart(uint64_t offset, uint64_t size_bytes) {
  Guard guard(lock_);
  if (offset >= size()) return ZX_ERR_OUT_OF_RANGE;
  const PhysAddr frame = FrameLocked(offset);
  if (frame == PhysAddr()) return ZX_OK;
  std::memset(arch::PhysToVirt(frame) + (offset & (kPageSize - 1)), 0, size_bytes);
  return ZX_OK;
}

Task<zx_status_t> VmoStorage::Zero(uint64_t offset, uint64_t size_bytes) {
  if (!RangeFits(offset, size_bytes, size())) co_return ZX_ERR_OUT_OF_RANGE;
  if (kind_ == Kind::kPhysical) co_return ZX_ERR_NOT_SUPPORTED;
  const uint64_t end = offset + size_bytes;
  uint64_t at = offset;
  while (at < end) {
    const uint64_t page_end = RoundDown(at, kPageSize) + kPageSize;
    zx_status_t status = ZX_OK;
    if (kind_ == Kind::kPaged && IsPageAligned(at) && end >= page_end) {
      const uint64_t last = RoundDown(end, kPageSize);
      status = co_await DropPages(at >> kPageShift, last >> kPageShift);
      at = last;
    } else {
      const uint64_t size = std::min(page_end, end) - at;
      status = ZeroPart(at, size);
      at += size;
    }
    if (status != ZX_OK) co_return status;
    if (kind_ == Kind::kPaged) continue;
    async::YieldOp yield;
    co_await yield;
  }
  co_return ZX_OK;
}

}  // namespace sirocco::mm
