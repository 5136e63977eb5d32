// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/object_traits.h>
#include <lib/zx/time.h>
#include <zircon/syscalls.h>
#include <zircon/types.h>

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <utility>

// Handles that own: each type is the size of a zx_handle_t, moves, and closes what it holds. Names
// and meaning are those of Zircon's libzx, so its documentation is this library's too; there are
// the methods whose calls this kernel has. A method is its call with the handle left out; it gives
// the call's status, and leaves out-parameters alone unless that is ZX_OK or the call says
// otherwise. [[nodiscard]] is what cannot be ignored without losing something.

namespace zx {

template <typename T>
class unowned;

/// What does not depend on the type.
class object_base {
 public:
  object_base(const object_base&) = delete;
  object_base& operator=(const object_base&) = delete;

  zx_handle_t get() const noexcept { return value_; }
  bool is_valid() const noexcept { return value_ != ZX_HANDLE_INVALID; }
  explicit operator bool() const noexcept { return is_valid(); }

  [[nodiscard]] zx_handle_t release() noexcept { return std::exchange(value_, ZX_HANDLE_INVALID); }

  /// Closes what it holds and takes `value`.
  void reset(zx_handle_t value = ZX_HANDLE_INVALID) noexcept {
    const zx_handle_t old = std::exchange(value_, value);
    if (old != ZX_HANDLE_INVALID) zx_handle_close(old);
  }

  /// Where a call may store a handle; what was held is closed.
  [[nodiscard]] zx_handle_t* reset_and_get_address() noexcept {
    reset();
    return &value_;
  }

  [[nodiscard]] zx_status_t get_info(uint32_t topic, void* buffer, size_t buffer_size,
                                     size_t* actual_count, size_t* avail_count) const noexcept {
    return zx_object_get_info(value_, topic, buffer, buffer_size, actual_count, avail_count);
  }
  [[nodiscard]] zx_status_t get_property(uint32_t property, void* value,
                                         size_t size) const noexcept {
    return zx_object_get_property(value_, property, value, size);
  }
  zx_status_t set_property(uint32_t property, const void* value, size_t size) const noexcept {
    return zx_object_set_property(value_, property, value, size);
  }

 protected:
  constexpr object_base() noexcept = default;
  constexpr explicit object_base(zx_handle_t value) noexcept : value_(value) {}
  ~object_base() noexcept { reset(); }

  zx_handle_t value_ = ZX_HANDLE_INVALID;
};

/// A handle to an object of type T: the base of zx::channel and the others, or, with T = void, to
/// one of any type.
template <typename T = void>
class object : public object_base {
  using traits = object_traits<T>;

 public:
  constexpr object() noexcept = default;
  constexpr explicit object(zx_handle_t value) noexcept : object_base(value) {}

  object(object&& other) noexcept : object_base(other.release()) {}
  /// From object<void>, if the caller knows what it leads to.
  explicit object(object<void>&& other) noexcept
    requires(!std::same_as<T, void>)
      : object_base(other.release()) {}
  /// To object<void>, from any type.
  template <typename U>
    requires std::same_as<T, void>
  object(object<U>&& other) noexcept : object_base(other.release()) {}

  object& operator=(object&& other) noexcept {
    reset(other.release());
    return *this;
  }
  template <typename U>
    requires std::same_as<T, void>
  object& operator=(object<U>&& other) noexcept {
    reset(other.release());
    return *this;
  }

  void swap(object& other) noexcept { std::swap(value_, other.value_); }

  /// The same handle, lent: valid while this one is.
  unowned<T> borrow() const noexcept
    requires(!std::same_as<T, void>)
  {
    return unowned<T>(value_);
  }

  [[nodiscard]] zx_status_t duplicate(zx_rights_t rights, object* result) const noexcept
    requires(traits::supports_duplication)
  {
    object copy;
    const zx_status_t status = zx_handle_duplicate(value_, rights, &copy.value_);
    if (status == ZX_OK) result->swap(copy);
    return status;
  }

  /// This handle is gone, whatever the status is; `result` may be this object.
  [[nodiscard]] zx_status_t replace(zx_rights_t rights, object* result) noexcept {
    object replaced;
    const zx_status_t status = zx_handle_replace(release(), rights, &replaced.value_);
    result->swap(replaced);
    return status;
  }

  zx_status_t wait_one(zx_signals_t signals, zx::time deadline,
                       zx_signals_t* pending) const noexcept
    requires(traits::supports_wait)
  {
    return zx_object_wait_one(value_, signals, deadline.get(), pending);
  }

  static zx_status_t wait_many(zx_wait_item_t* items, uint32_t count, zx::time deadline) noexcept
    requires std::same_as<T, void>
  {
    return zx_object_wait_many(items, count, deadline.get());
  }

  [[nodiscard]] zx_status_t wait_async(const object<port>& port, uint64_t key, zx_signals_t signals,
                                       uint32_t options) const noexcept
    requires(traits::supports_wait)
  {
    return zx_object_wait_async(value_, port.get(), key, signals, options);
  }

  zx_status_t signal(uint32_t clear_mask, uint32_t set_mask) const noexcept
    requires(traits::supports_user_signal)
  {
    return zx_object_signal(value_, clear_mask, set_mask);
  }

  zx_status_t signal_peer(uint32_t clear_mask, uint32_t set_mask) const noexcept
    requires(traits::has_peer_handle)
  {
    return zx_object_signal_peer(value_, clear_mask, set_mask);
  }

  [[nodiscard]] zx_status_t get_child(uint64_t koid, zx_rights_t rights,
                                      object<void>* result) const noexcept
    requires(traits::supports_get_child)
  {
    object<void> child;
    const zx_status_t status =
        zx_object_get_child(value_, koid, rights, child.reset_and_get_address());
    if (status == ZX_OK) result->swap(child);
    return status;
  }

  // By value, as numbers: for containers, not for identity. Two handles may lead to one object.
  friend bool operator==(const object& a, const object& b) noexcept { return a.value_ == b.value_; }
  friend std::strong_ordering operator<=>(const object& a, const object& b) noexcept {
    return a.value_ <=> b.value_;
  }
};

/// Works as a `const T&` on a handle that somebody else owns and that outlives it.
template <typename T>
class unowned {
 public:
  constexpr unowned() noexcept = default;
  explicit unowned(zx_handle_t value) noexcept : value_(value) {}
  explicit unowned(const T& owner) noexcept : unowned(owner.get()) {}
  unowned(const unowned& other) noexcept : unowned(*other) {}
  unowned& operator=(const unowned& other) noexcept {
    if (this != &other) Lend(other.value_.get());
    return *this;
  }
  ~unowned() noexcept { Lend(ZX_HANDLE_INVALID); }

  bool is_valid() const noexcept { return value_.is_valid(); }
  explicit operator bool() const noexcept { return is_valid(); }
  const T& operator*() const noexcept { return value_; }
  const T* operator->() const noexcept { return &value_; }

 private:
  void Lend(zx_handle_t value) noexcept {
    static_cast<void>(value_.release());  // Never closed by us.
    value_ = T(value);
  }

  T value_;
};

}  // namespace zx
