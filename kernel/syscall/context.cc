// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/syscall/context.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "kernel/arch/user_window.h"
#include "kernel/async/task_op.h"
#include "kernel/sched/parked_wait.h"

namespace sirocco {

namespace {

size_t LeftInPage(uint64_t address) { return kPageSize - (address & (kPageSize - 1)); }

// How a call hears of a page that a fault could not bring.
zx_status_t ArgumentStatus(zx_status_t fault) {
  return fault == ZX_ERR_NO_MEMORY ? fault : ZX_ERR_INVALID_ARGS;
}

}  // namespace

std::byte* SyscallContext::Translate(uint64_t address, arch::Access access) {
  if (std::byte* byte = arch::UserWindow::Find(address)) return byte;
  std::byte* byte = space().Translate(address, access);
  if (byte == nullptr) {
    missing_address_ = address;
    missing_access_ = access;
  }
  return byte;
}

zx_status_t SyscallContext::CopyBytesIn(UserPtr<const void> from, std::span<std::byte> to) {
  if (to.empty()) return ZX_OK;
  uint64_t address = from.address();
  if (const std::byte* whole = FindWhole(address, to.size(), arch::Access::kRead)) [[likely]] {
    std::memcpy(to.data(), whole, to.size());
    return ZX_OK;
  }
  if (!mm::IsUserRange(address, to.size())) return ZX_ERR_INVALID_ARGS;
  while (!to.empty()) {
    const size_t size = std::min(to.size(), LeftInPage(address));
    const std::byte* source = Translate(address, arch::Access::kRead);
    if (source == nullptr) return MissingStatus();
    std::memcpy(to.data(), source, size);
    to = to.subspan(size);
    address += size;
  }
  return ZX_OK;
}

zx_status_t SyscallContext::HoldPieces(uint64_t address, size_t size_bytes, std::byte** first,
                                       std::byte** second, size_t* first_size) {
  if (!mm::IsUserRange(address, size_bytes)) return ZX_ERR_INVALID_ARGS;
  *first = Translate(address, arch::Access::kWrite);
  if (*first == nullptr) return MissingStatus();
  *first_size = std::min(size_bytes, LeftInPage(address));
  if (*first_size == size_bytes) return ZX_OK;
  *second = Translate(address + *first_size, arch::Access::kWrite);
  return *second == nullptr ? MissingStatus() : ZX_OK;
}

Result<HeldBytes> SyscallContext::HoldBytes(UserOut<void> out, size_t size_bytes) {
  HeldBytes held;
  uint64_t address = out.address();
  if (size_bytes == 0) return held;
  if (std::byte* whole = FindWhole(address, size_bytes, arch::Access::kWrite)) [[likely]] {
    held.size_bytes_ = held.first_size_ = size_bytes;
    held.pieces_[0] = whole;
    return held;
  }
  if (!mm::IsUserRange(address, size_bytes)) return Error{ZX_ERR_INVALID_ARGS};
  held.size_bytes_ = size_bytes;
  held.first_size_ = std::min(size_bytes, LeftInPage(address));
  size_t left = size_bytes;
  for (size_t piece = 0; left != 0; ++piece) {
    KASSERT(piece < HeldBytes::kMaxPieces);
    held.pieces_[piece] = Translate(address, arch::Access::kWrite);
    if (held.pieces_[piece] == nullptr) return Error{MissingStatus()};
    const size_t size = std::min(left, LeftInPage(address));
    address += size;
    left -= size;
  }
  return held;
}

void HeldBytes::CopyFrom(std::span<const std::byte> source, size_t offset) const {
  KASSERT(RangeFits(offset, source.size(), size_bytes_));
  while (!source.empty()) {
    const bool in_first = offset < first_size_;
    const size_t behind = in_first ? 0 : offset - first_size_;
    const size_t piece = in_first ? 0 : 1 + behind / kPageSize;
    const size_t begin = in_first ? offset : behind % kPageSize;
    const size_t room = (in_first ? first_size_ : kPageSize) - begin;
    const size_t size = std::min(source.size(), room);
    std::memcpy(pieces_[piece] + begin, source.data(), size);
    source = source.subspan(size);
    offset += size;
  }
}

std::byte* SyscallContext::FindInOtherPage(uint64_t address, arch::Access access) {
  const uint64_t changes = space().table().changes_before_walk();
  std::byte* const byte = space().Translate(address, access);
  if (byte == nullptr) return nullptr;
  const uint64_t offset = address & (kPageSize - 1);
  const uint64_t page = address - offset;
  const KnownPage found = {page | (access == arch::Access::kWrite ? 0 : KnownPage::kReadOnly),
                           byte - offset};
  // The one before stays, unless the table has changed, or it is this one, as it could be read.
  const bool is_known_before =
      changes == pages_seen_ && (known_pages_[0].word & ~KnownPage::kReadOnly) != page;
  known_pages_[1] = is_known_before ? known_pages_[0] : found;
  known_pages_[0] = found;
  pages_seen_ = changes;
  return byte;
}

// What the page that was missing turns out to be. An address that nothing is mapped at, or not for
// this access, is a bad argument.
zx_status_t SyscallContext::TryMissing() {
  const zx_status_t status = space().TryFault(missing_address_, missing_access_);
  if (status == ZX_OK || status == kStatusPageMissing || status == ZX_ERR_NO_MEMORY) return status;
  return ZX_ERR_INVALID_ARGS;
}

zx_status_t SyscallContext::MissingStatus() const {
  const auto refused = std::span(refused_).first(refused_count_);
  const bool is_refused = refused_count_ == refused_.size() ||
                          std::ranges::find(refused, missing_address_) != refused.end();
  return is_refused ? refused_status_ : kStatusPageMissing;
}

void SyscallContext::RefuseMissing(zx_status_t status) {
  if (refused_count_ < refused_.size()) refused_[refused_count_++] = missing_address_;
  refused_status_ = status;
}

Task<zx_status_t> SyscallContext::CopyBytesInAsync(UserPtr<const void> from,
                                                   std::span<std::byte> to) {
  uint64_t address = from.address();
  if (!mm::IsUserRange(address, to.size())) co_return ZX_ERR_INVALID_ARGS;
  while (!to.empty()) {
    // Each byte is read once: a page that comes late continues behind what is copied.
    const size_t size = std::min(to.size(), LeftInPage(address));
    auto status = CopyBytesIn(UserPtr<const void>(address), to.first(size));
    if (status == kStatusPageMissing) {
      status = co_await space().Fault(address, arch::Access::kRead);
      if (status != ZX_OK) co_return ArgumentStatus(status);
      continue;
    }
    if (status != ZX_OK) co_return status;
    to = to.subspan(size);
    address += size;
  }
  co_return ZX_OK;
}

Task<zx_status_t> SyscallContext::PrepareOut(uint64_t address, size_t size_bytes) {
  if (!mm::IsUserRange(address, size_bytes)) co_return ZX_ERR_INVALID_ARGS;
  const uint64_t end = address + size_bytes;
  // From the start again after each suspension: what was there may have gone meanwhile.
  for (uint64_t at = address; at < end;) {
    if (Translate(at, arch::Access::kWrite) != nullptr) {
      at += LeftInPage(at);
      continue;
    }
    auto status = TryMissing();
    if (status == ZX_OK) continue;
    if (status != kStatusPageMissing) co_return status;
    status = co_await space().Fault(at, arch::Access::kWrite);
    if (status != ZX_OK) co_return ArgumentStatus(status);
    at = address;
  }
  co_return ZX_OK;
}

uint64_t SyscallContext::StartCall(Task<zx_status_t> call) {
  KASSERT(!call_.has_value());
  call_.emplace(std::move(call));
  if (!call_->Start(start_)) return kEntryPending;
  const zx_status_t status = call_->TakeResult();
  call_.reset();
  return ToResult(status);
}

void SyscallContext::OnCallFinished(async::TaskStart& start) {
  SyscallContext& ctx = static_cast<CallStart&>(start).context;
  const zx_status_t status = ctx.call_->TakeResult();
  ctx.call_.reset();
  // Last: another hart may have the thread in its next call when this returns.
  ctx.vcpu().FinishCall(ToResult(status));
}

class SyscallContext::PageWait final : public sched::ParkedWait {
 public:
  PageWait(SyscallContext& ctx, Thunk thunk, const Arguments& arguments)
      : ParkedWait(ctx.vcpu()),
        ctx_(ctx),
        thunk_(thunk),
        arguments_(arguments),
        fault_(ctx.space().Fault(ctx.missing_address_, ctx.missing_access_)) {
    fault_.set_waiter(*this);
  }

  [[nodiscard]] bool Start() { return Begin(fault_, Instant::Infinite()); }
  // What became of the page. The wait is gone afterwards.
  zx_status_t Take() {
    const zx_status_t status = fault_.await_resume();
    SyscallContext& ctx = ctx_;
    this->~PageWait();
    ctx.arena_.Free(this, sizeof(PageWait));
    return status;
  }

 private:
  ~PageWait() = default;

  // Nothing ends it but the page: its vCPU is not interruptible.
  void CancelOperation(zx_status_t) override {}
  uint64_t End() override {
    SyscallContext& ctx = ctx_;
    const Thunk thunk = thunk_;
    const Arguments arguments = arguments_;
    return ctx.Retry(thunk, arguments, Take());
  }

  SyscallContext& ctx_;
  const Thunk thunk_;
  const Arguments arguments_;
  async::TaskOp<zx_status_t> fault_;
};

uint64_t SyscallContext::RetryAfterPage(Thunk thunk, uint64_t a0, uint64_t a1, uint64_t a2,
                                        uint64_t a3, uint64_t a4, uint64_t a5, uint64_t a6,
                                        uint64_t a7) {
  if (is_retrying_) {  // Called by Retry's thunk: the loop is there.
    missed_again_ = true;
    return 0;
  }
  return Retry(thunk, {a0, a1, a2, a3, a4, a5, a6, a7}, TryMissing());
}

uint64_t SyscallContext::Retry(Thunk thunk, const Arguments& a, zx_status_t status) {
  for (;;) {
    if (status == kStatusPageMissing) {
      auto& wait = *new (arena_.Allocate(sizeof(PageWait))) PageWait(*this, thunk, a);
      if (wait.Start()) {
        Vcpu::Park(wait, false);
        return kEntryPending;
      }
      status = wait.Take();
    }
    if (status != ZX_OK) RefuseMissing(ArgumentStatus(status));
    is_retrying_ = true;
    missed_again_ = false;
    const uint64_t result = thunk(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
    is_retrying_ = false;
    if (!missed_again_) {
      refused_count_ = 0;
      return result;
    }
    status = TryMissing();
  }
}

}  // namespace sirocco
