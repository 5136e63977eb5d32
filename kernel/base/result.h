// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>
#include <zircon/types.h>

#include <memory>
#include <type_traits>
#include <utility>

#include "kernel/base/kassert.h"

namespace sirocco {

/// A failure that converts to any Result, and to a bare status: `return Error{ZX_ERR_NO_MEMORY};`.
class [[nodiscard]] Error {
 public:
  constexpr explicit Error(zx_status_t status) : status_(status) {
    KASSERT(status != ZX_OK);
    if (status == ZX_OK) __builtin_trap();
  }
  constexpr zx_status_t status() const { return status_; }
  constexpr operator zx_status_t() const { return status_; }  // NOLINT: a status is what it is.

 private:
  zx_status_t status_;
};

template <typename T>
class Result;

namespace internal {
template <typename T>
inline constexpr bool kIsResult = false;
template <typename T>
inline constexpr bool kIsResult<Result<T>> = true;

// An integral T would take a status for a value. Such results are made from Error, or from a
// value that is not spelled as a bare int.
template <typename T>
concept StatusIsNoValue = !std::is_convertible_v<zx_status_t, T>;

template <typename U, typename T>
concept ValueFor =
    std::is_convertible_v<U&&, T> && !std::is_same_v<std::remove_cvref_t<U>, Error> &&
    !kIsResult<std::remove_cvref_t<U>> &&
    (!std::is_same_v<std::remove_cvref_t<U>, zx_status_t> || std::is_same_v<T, zx_status_t>);
}  // namespace internal

/// A T, or the zx_status_t (never ZX_OK) that says why there is none.
template <typename T>
class [[nodiscard]] Result {
  static_assert(!std::is_reference_v<T> && !std::is_void_v<T>, "use a pointer, or zx_status_t");

 public:
  using ValueType = T;

  template <typename U = T>
    requires internal::ValueFor<U, T>
  constexpr Result(U&& value)  // NOLINT: `return value;` is the point.
      : status_(ZX_OK), value_(std::forward<U>(value)) {}
  constexpr Result(Error error) : status_(error.status()) {}  // NOLINT: likewise.
  constexpr Result(zx_status_t status)                        // NOLINT: likewise.
    requires internal::StatusIsNoValue<T>
      : status_(status) {
    KASSERT(status != ZX_OK);
  }

  constexpr Result(const Result& other)
    requires std::is_trivially_copy_constructible_v<T>
  = default;
  constexpr Result(const Result& other)
    requires(std::is_copy_constructible_v<T> && !std::is_trivially_copy_constructible_v<T>)
      : status_(other.status_) {
    if (ok()) std::construct_at(&value_, other.value_);
  }
  constexpr Result(Result&& other) noexcept
    requires std::is_trivially_move_constructible_v<T>
  = default;
  constexpr Result(Result&& other) noexcept : status_(other.status_) {
    if (ok()) std::construct_at(&value_, std::move(other.value_));
  }
  constexpr Result& operator=(const Result& other)
    requires(std::is_trivially_copyable_v<T>)
  = default;
  constexpr Result& operator=(Result&& other) noexcept
    requires(std::is_trivially_copyable_v<T>)
  = default;
  constexpr Result& operator=(Result&& other) noexcept {
    if (this == &other) return *this;
    std::destroy_at(this);
    return *std::construct_at(this, std::move(other));
  }

  constexpr ~Result()
    requires std::is_trivially_destructible_v<T>
  = default;
  constexpr ~Result() {
    if (ok()) std::destroy_at(&value_);
  }

  [[nodiscard]] constexpr bool ok() const { return status_ == ZX_OK; }
  [[nodiscard]] constexpr zx_status_t status() const { return status_; }

  constexpr T& value() & { return (KASSERT(ok()), value_); }
  constexpr const T& value() const& { return (KASSERT(ok()), value_); }
  constexpr T&& value() && { return (KASSERT(ok()), std::move(value_)); }
  constexpr T* operator->() { return &value(); }
  constexpr const T* operator->() const { return &value(); }
  constexpr T& operator*() & { return value(); }
  constexpr const T& operator*() const& { return value(); }
  constexpr T&& operator*() && { return std::move(*this).value(); }

 private:
  zx_status_t status_;
  union {
    T value_;  // Alive while ok().
  };
};

}  // namespace sirocco

// TRY(decl, expr);        decl = value of the Result `expr`, or return its error.
// TRY_STATUS(expr);       return the zx_status_t `expr` unless it is ZX_OK.
// CO_TRY, CO_TRY_STATUS   the same in a coroutine; `expr` may be `co_await op`.
// They are statements, never the body of an `if` without braces.
#define SIROCCO_CAT_(a, b) a##b
#define SIROCCO_CAT(a, b) SIROCCO_CAT_(a, b)

#define TRY(decl, ...) TRY_(SIROCCO_CAT(try_, __COUNTER__), decl, __VA_ARGS__)
#define TRY_(tmp, decl, ...)               \
  auto tmp = __VA_ARGS__;                  \
  if (!tmp.ok()) [[unlikely]]              \
    return ::sirocco::Error{tmp.status()}; \
  decl = std::move(tmp).value()

#define TRY_STATUS(...) TRY_STATUS_(SIROCCO_CAT(try_, __COUNTER__), __VA_ARGS__)
#define TRY_STATUS_(tmp, ...)          \
  const zx_status_t tmp = __VA_ARGS__; \
  if (tmp != ZX_OK) [[unlikely]]       \
    return ::sirocco::Error { tmp }

#define CO_TRY(decl, ...) CO_TRY_(SIROCCO_CAT(co_try_, __COUNTER__), decl, __VA_ARGS__)
#define CO_TRY_(tmp, decl, ...)               \
  auto tmp = __VA_ARGS__;                     \
  if (!tmp.ok()) [[unlikely]]                 \
    co_return ::sirocco::Error{tmp.status()}; \
  decl = std::move(tmp).value()

#define CO_TRY_STATUS(...) CO_TRY_STATUS_(SIROCCO_CAT(co_try_, __COUNTER__), __VA_ARGS__)
#define CO_TRY_STATUS_(tmp, ...)       \
  const zx_status_t tmp = __VA_ARGS__; \
  if (tmp != ZX_OK) [[unlikely]]       \
    co_return ::sirocco::Error { tmp }
