// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>
#include <zircon/types.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

#include "kernel/arch/upcalls.h"
#include "kernel/arch/user_window.h"
#include "kernel/async/cancel.h"
#include "kernel/async/deadline.h"
#include "kernel/async/task.h"
#include "kernel/base/atomic.h"
#include "kernel/base/kassert.h"
#include "kernel/base/result.h"
#include "kernel/base/way.h"
#include "kernel/mm/address_space.h"
#include "kernel/sched/vcpu.h"
#include "kernel/syscall/arena.h"
#include "kernel/syscall/user_ptr.h"

namespace sirocco {

class HandleTable;
class Process;
class Thread;

using syscall::kEntryPending;

/// A thread in the kernel: its virtual CPU, and what its calls work with. One call at a time, on
/// one hart at a time. The vCPU is its base, so that a call finds the context where the hart has
/// the vCPU.
///
/// A call has three phases: copy in, hold outputs, commit. Only the first two can fail or meet a
/// missing page. A plain call answers kStatusPageMissing then, with nothing done, and is dispatched
/// again; a coroutine uses the forms that are awaited.
class SyscallContext : private sched::Vcpu {
 public:
  SyscallContext(Thread& thread, Process& process, HandleTable& handles, mm::AddressSpace& space)
      : Vcpu(space), thread_(thread), process_(process), handles_(handles) {}
  SyscallContext(const SyscallContext&) = delete;
  SyscallContext& operator=(const SyscallContext&) = delete;
  ~SyscallContext() { KASSERT(!call_.has_value()); }

  /// Of the thread whose call this hart runs.
  static SyscallContext& Current() {
    KASSERT(Vcpu::Current() != nullptr);
    return *static_cast<SyscallContext*>(Vcpu::Current());
  }

  /// Of a thread that is in a call.
  static SyscallContext& Of(sched::Vcpu& vcpu) { return static_cast<SyscallContext&>(vcpu); }

  Thread& thread() const { return thread_; }
  Process& process() const { return process_; }
  HandleTable& handles() const { return handles_; }
  using Vcpu::space;
  CallArena& frame_allocator() { return arena_; }
  sched::Vcpu& vcpu() { return *this; }
  const sched::Vcpu& vcpu() const { return *this; }

  // --- Plain calls: copy in, hold out. INVALID_ARGS: not the caller's to read or write. ---

  zx_status_t CopyBytesIn(UserPtr<const void> from, std::span<std::byte> to);
  template <typename T>
  Result<T> CopyIn(UserPtr<const T> from) {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    if (const std::byte* whole = FindWhole(from.address(), sizeof(T), arch::Access::kRead)) {
      CopyWhole<T>(&value, whole);
      return value;
    }
    const zx_status_t status = CopyIn(from, std::span<T>(&value, 1));
    if (status != ZX_OK) return Error{status};
    return value;
  }
  /// An aligned word that the program may be writing, read at once.
  template <typename T>
  Result<T> LoadIn(UserPtr<const T> from) {
    KASSERT(from.address() % sizeof(T) == 0);
    if (!mm::IsUserRange(from.address(), sizeof(T))) return Error{ZX_ERR_INVALID_ARGS};
    const std::byte* word = Translate(from.address(), arch::Access::kRead);
    if (word == nullptr) return Error{MissingStatus()};
    return __atomic_load_n(reinterpret_cast<const T*>(word), __ATOMIC_RELAXED);
  }
  template <typename T>
  zx_status_t CopyIn(UserPtr<const T> from, std::span<T> to) {
    static_assert(std::is_trivially_copyable_v<T>);
    return CopyBytesIn(from.template As<const void>(), std::as_writable_bytes(to));
  }

  template <Way kWay = Way::kLong, typename T>
  auto Hold(UserOut<T> out)
      -> Result<std::conditional_t<kWay == Way::kShort, HeldWhole<T>, Held<T>>> {
    if constexpr (kWay == Way::kShort) {
      std::byte* const whole = FindWhole<kWay>(out.address(), sizeof(T), arch::Access::kWrite);
      if (whole == nullptr) [[unlikely]]
        return Error{kStatusLongWay};
      return HeldWhole<T>(whole);
    } else {
      return HoldAnywhere(out);
    }
  }
  template <typename T>
  Result<Held<T>> HoldAnywhere(UserOut<T> out) {
    if (std::byte* whole = FindWhole(out.address(), sizeof(T), arch::Access::kWrite)) [[likely]]
      return Held<T>(whole, nullptr, sizeof(T));
    // Words of their own: those of the usual way stay in registers.
    std::byte* first = nullptr;
    std::byte* second = nullptr;
    size_t first_size = 0;
    const zx_status_t status = HoldPieces(out.address(), sizeof(T), &first, &second, &first_size);
    if (status != ZX_OK) return Error{status};
    return Held<T>(first, second, first_size);
  }
  /// A null pointer is fine: nothing is stored then.
  template <typename T>
  Result<Held<T>> HoldOptional(UserOut<T> out) {
    if (out.is_null()) return Held<T>();
    return Hold(out);
  }
  Result<HeldBytes> HoldBytes(UserOut<void> out, size_t size_bytes);

  /// The bytes, if they are in one page and that is there; else null, and nothing is noted. No page
  /// outside of the user's part of the address space is ever there. The short way knows the
  /// pages of the last ones, or says null.
  /// Context: the thread's call, or who ends its wait.
  template <Way kWay = Way::kLong>
  [[gnu::always_inline]] std::byte* FindWhole(uint64_t address, size_t size_bytes,
                                              arch::Access access) {
    KASSERT(access != arch::Access::kExecute);  // A known page says nothing of that.
    if (space().table().changes() == pages_seen_) [[likely]] {
      if (std::byte* byte = FindKnown(address, size_bytes, access)) return byte;
    } else if (std::byte* byte = FindInWindow(address, size_bytes)) {
      return byte;
    }
    if (kWay == Way::kShort || (address & (kPageSize - 1)) + size_bytes > kPageSize) [[unlikely]]
      return nullptr;
    return FindInOtherPage(address, access);
  }
  /// What the short way of FindWhole does, in two parts, the first of which holds for any number of
  /// the second.
  [[gnu::always_inline]] bool KnowsPages() {
    const auto changes = space().table().changes();
    if (changes == pages_seen_) [[likely]]
      return true;
    if constexpr (!arch::UserWindow::kIsUsed) return false;
    known_pages_ = {};  // There is the window.
    pages_seen_ = changes;
    return true;
  }
  [[gnu::always_inline]] std::byte* FindKnown(uint64_t address, size_t size_bytes,
                                              arch::Access access) {
    if (std::byte* byte = FindInWindow(address, size_bytes)) return byte;
    // The second: an address that differs from a page's in nothing but kReadOnly.
    if (size_bytes > kPageSize ||
        (access == arch::Access::kWrite && (address & KnownPage::kReadOnly) != 0)) [[unlikely]] {
      return nullptr;
    }
    for (const KnownPage& known : known_pages_) {
      // In the page, that is the offset; elsewhere it is more. No sum of both: it may overflow.
      const uint64_t offset =
          address ^
          (access == arch::Access::kWrite ? known.word : known.word & ~KnownPage::kReadOnly);
      if (offset > kPageSize - size_bytes) continue;
      if (arch::UserWindow::kIsUsed && known.bytes == nullptr) continue;
      std::byte* const byte = known.bytes + offset;
      if (byte == nullptr) __builtin_unreachable();
      return byte;
    }
    return nullptr;
  }
  template <Way kWay = Way::kLong, typename T>
  std::byte* FindWhole(UserOut<T> out) {
    return FindWhole<kWay>(out.address(), sizeof(T), arch::Access::kWrite);
  }
  template <typename T>
  const std::byte* FindWhole(UserPtr<const T> from) {
    return FindWhole(from.address(), sizeof(T), arch::Access::kRead);
  }
  /// False: it is not there. A null pointer is fine: `*found` is null then.
  template <Way kWay = Way::kLong, typename T>
  bool FindOptional(UserOut<T> out, std::byte** found) {
    *found = nullptr;
    if (out.is_null()) return true;
    *found = FindWhole<kWay>(out);
    return *found != nullptr;
  }

  // --- Coroutine calls: the same, awaiting pages that are missing. ---

  Task<zx_status_t> CopyBytesInAsync(UserPtr<const void> from, std::span<std::byte> to);
  template <typename T>
  Task<zx_status_t> CopyInAsync(UserPtr<const T> from, std::span<T> to) {
    static_assert(std::is_trivially_copyable_v<T>);
    return CopyBytesInAsync(from.template As<const void>(), std::as_writable_bytes(to));
  }
  /// Stores it at once, or kStatusPageMissing with nothing done. A null pointer is fine.
  template <typename T>
  zx_status_t Store(UserOut<T> out, const T& value) {
    TRY(const Held<T> held, HoldOptional(out));
    held.Store(value);
    return ZX_OK;
  }
  template <typename T>
  Task<zx_status_t> StoreAsync(UserOut<T> out, T value) {
    CO_TRY_STATUS(co_await PrepareOut(out));
    auto stored = Store(out, value);
    co_return stored;
  }
  /// Makes [address, address + size) present and writable at this moment. A Hold that follows with
  /// no suspension in between finds all of it.
  Task<zx_status_t> PrepareOut(uint64_t address, size_t size_bytes);
  template <typename T>
  Task<zx_status_t> PrepareOut(UserOut<T> out) {
    return PrepareOut(out.address(), sizeof(T));
  }

  // --- Waiting. ---

  /// `op` until `deadline`, ended with CANCELED when the thread is to die; meanwhile the thread
  /// reports `state`, ZX_THREAD_STATE_BLOCKED_*:
  /// `auto waiting = ctx.Wait(op, deadline); auto status = co_await waiting;`
  template <async::Operation Op>
  async::Bounded<Op> Wait(Op& op, Instant deadline, uint32_t state = Op::kThreadState) {
    StoreRelaxed(blocked_state_, state);
    return async::WithDeadlineAndCancel(op, deadline, Nanoseconds(0), kill_);
  }
  /// The same for a call without a coroutine, whose `wait` has started: what the call returns.
  uint64_t Park(sched::ParkedWait& wait, uint32_t state) {
    StoreRelaxed(blocked_state_, state);
    Vcpu::Park(wait);
    return kEntryPending;
  }
  uint32_t blocked_state() const { return blocked_state_.load(std::memory_order_relaxed); }
  async::CancelSource& kill() { return kill_; }

  /// Whether the call may hand over to another thread: not one that is dispatched again where the
  /// thread's registers are saved.
  bool is_at_door() const { return !is_retrying_; }

  // --- For the generated thunks. ---

  using Thunk = uint64_t (*)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                             uint64_t);

  static constexpr uint64_t ToResult(zx_status_t status) {
    return static_cast<uint64_t>(static_cast<int64_t>(status));
  }
  /// Runs a coroutine call, or what is left of another: its status if it ended at once, else
  /// kEntryPending.
  uint64_t StartCall(Task<zx_status_t> call);
  /// A plain call met a missing page: dispatches it again when it is there.
  uint64_t RetryAfterPage(Thunk thunk, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
                          uint64_t a4, uint64_t a5, uint64_t a6, uint64_t a7);

 private:
  using Arguments = std::array<uint64_t, 8>;

  zx_status_t HoldPieces(uint64_t address, size_t size_bytes, std::byte** first, std::byte** second,
                         size_t* first_size);
  /// The byte at `address` in the direct map, or null: noted as missing.
  std::byte* Translate(uint64_t address, arch::Access access);
  zx_status_t TryMissing();
  // How a call hears of the missing page: kStatusPageMissing, or that it will never be there. Then
  // the call is refused by its own code, which knows the handles that go all the same.
  zx_status_t MissingStatus() const;
  void RefuseMissing(zx_status_t status);
  // The wait for a page that a pager brings.
  class PageWait;
  // Dispatches the call again, with what became of its missing page, until none is missing.
  uint64_t Retry(Thunk thunk, const Arguments& arguments, zx_status_t status);
  static void OnCallFinished(async::TaskStart& start);

  struct CallStart : async::TaskStart {
    explicit CallStart(SyscallContext& context) : TaskStart(&OnCallFinished), context(context) {}
    SyscallContext& context;
  };

  // What FindWhole found last, good as long as the table has changed pages_seen_ times. Any word is
  // somebody's address, so then each is that of a page.
  struct KnownPage {
    static constexpr uint64_t kReadOnly = uint64_t{1} << 63;  // No user address has it.

    uint64_t word = 0;  // Its address, and kReadOnly if it may not be written.
    std::byte* bytes = nullptr;
  };
  // Nowhere on the machine.
  static std::byte* FindInWindow(uint64_t address, size_t size_bytes) {
    if constexpr (!arch::UserWindow::kIsUsed) return nullptr;
    if ((address & (kPageSize - 1)) + size_bytes > kPageSize) return nullptr;
    return arch::UserWindow::Find(address);
  }
  std::byte* FindInOtherPage(uint64_t address, arch::Access access);

  Thread& thread_;
  Process& process_;
  HandleTable& handles_;
  std::array<KnownPage, 2> known_pages_;
  uint64_t pages_seen_ = ~uint64_t{0};  // Never so often.
  CallArena arena_;
  async::CancelSource kill_;
  std::atomic<uint32_t> blocked_state_{0};  // What the last wait was for.
  std::optional<Task<zx_status_t>> call_;   // The suspended call.
  CallStart start_{*this};
  uint64_t missing_address_ = 0;
  arch::Access missing_access_ = arch::Access::kRead;
  // Addresses that this call was refused for; once they are too many, any other is as well.
  std::array<uint64_t, 2> refused_;
  uint32_t refused_count_ = 0;
  zx_status_t refused_status_ = ZX_ERR_INVALID_ARGS;
  bool is_retrying_ = false;
  bool missed_again_ = false;
};

}  // namespace sirocco
