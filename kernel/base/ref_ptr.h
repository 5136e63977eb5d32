// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "kernel/base/kassert.h"

namespace sirocco {

/// Base of everything shared by reference. Born with one reference, which MakeRef hands out.
class RefCounted {
 public:
  RefCounted(const RefCounted&) = delete;
  RefCounted& operator=(const RefCounted&) = delete;

  void AddRef() const {
    [[maybe_unused]] const uint32_t old = count_.fetch_add(1, std::memory_order_relaxed);
    KASSERT(old != 0 && old < kMaxReferences);
  }

  /// Takes a reference unless the count is already zero: for look-ups that a grace period keeps
  /// from being freed under the caller, and that lost the race against the last Release.
  [[nodiscard]] bool TryAddRef() const {
    uint32_t count = count_.load(std::memory_order_relaxed);
    while (count != 0) {
      if (count_.compare_exchange_weak(count, count + 1, std::memory_order_relaxed)) return true;
    }
    return false;
  }

  /// Gives one reference back; the last one calls OnLastReference.
  void Release() const {
    // Release orders our uses before the drop, acquire orders everybody's drops before the end.
    const uint32_t old = count_.fetch_sub(1, std::memory_order_acq_rel);
    KASSERT(old != 0);
    if (old == 1) const_cast<RefCounted*>(this)->OnLastReference();
  }

  [[nodiscard]] bool has_one_reference() const {
    return count_.load(std::memory_order_acquire) == 1;
  }
  /// For reports only: stale at once.
  [[nodiscard]] uint32_t reference_count() const { return count_.load(std::memory_order_relaxed); }

 protected:
  RefCounted() = default;
  virtual ~RefCounted() = default;

  /// Ends the object. The default deletes at once; an object that plain calls look up without a
  /// reference queues itself for the end of the grace period instead.
  virtual void OnLastReference() { delete this; }

 private:
  static constexpr uint32_t kMaxReferences = uint32_t{1} << 31;

  mutable std::atomic<uint32_t> count_{1};
};

/// Owns one reference to a T, or is null.
template <typename T>
class [[nodiscard]] RefPtr {
 public:
  constexpr RefPtr() = default;
  constexpr RefPtr(std::nullptr_t) {}  // NOLINT: null is a RefPtr.
  RefPtr(const RefPtr& other) : RefPtr(other.get(), kAdd) {}
  RefPtr(RefPtr&& other) noexcept : pointer_(other.release()) {}
  template <typename U>
    requires std::convertible_to<U*, T*>
  RefPtr(const RefPtr<U>& other) : RefPtr(other.get(), kAdd) {}  // NOLINT: upcast.
  template <typename U>
    requires std::convertible_to<U*, T*>
  RefPtr(RefPtr<U>&& other) noexcept : pointer_(other.release()) {}  // NOLINT: upcast.
  ~RefPtr() {
    if (pointer_ != nullptr) pointer_->Release();
  }

  RefPtr& operator=(RefPtr other) noexcept {  // By value: safe for self and for sub-objects.
    std::swap(pointer_, other.pointer_);
    return *this;
  }

  [[nodiscard]] T* get() const { return pointer_; }
  T* operator->() const { return (KASSERT(pointer_ != nullptr), pointer_); }
  T& operator*() const { return (KASSERT(pointer_ != nullptr), *pointer_); }
  explicit operator bool() const { return pointer_ != nullptr; }

  void reset() { RefPtr().swap(*this); }
  void swap(RefPtr& other) noexcept { std::swap(pointer_, other.pointer_); }
  /// Gives up ownership without a Release; AdoptRef takes it up again.
  [[nodiscard]] T* release() noexcept { return std::exchange(pointer_, nullptr); }

  template <typename U>
  friend bool operator==(const RefPtr& a, const RefPtr<U>& b) {
    return a.get() == b.get();
  }
  friend bool operator==(const RefPtr& a, std::nullptr_t) { return a.get() == nullptr; }
  friend bool operator==(const RefPtr& a, const T* b) { return a.get() == b; }

 private:
  template <typename U>
  friend RefPtr<U> AdoptRef(U* pointer);
  template <typename U>
  friend RefPtr<U> WrapRef(U* pointer);

  enum Mode { kAdd, kAdopt };
  RefPtr(T* pointer, Mode mode) : pointer_(pointer) {
    if (mode == kAdd && pointer != nullptr) pointer->AddRef();
  }

  T* pointer_ = nullptr;
};

/// Takes over a reference the caller already owns.
template <typename T>
RefPtr<T> AdoptRef(T* pointer) {
  return RefPtr<T>(pointer, RefPtr<T>::kAdopt);
}

/// Takes a new reference to an object that somebody keeps alive meanwhile.
template <typename T>
RefPtr<T> WrapRef(T* pointer) {
  return RefPtr<T>(pointer, RefPtr<T>::kAdd);
}

/// A new T with one reference, or null when there is no memory.
template <typename T, typename... Args>
RefPtr<T> MakeRef(Args&&... args) {
  return AdoptRef(new (std::nothrow) T(std::forward<Args>(args)...));
}

/// Downcast by knowledge of the caller: there is no RTTI.
template <typename To, typename From>
RefPtr<To> StaticRefCast(RefPtr<From> from) {
  return AdoptRef(static_cast<To*>(from.release()));
}

}  // namespace sirocco
