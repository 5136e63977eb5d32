// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/object.h>
#include <zircon/syscalls.h>

#include <utility>

namespace sirocco::process {

/// A handle that closes itself, of no type. New code has zx::handle and its kin.
class OwnedHandle {
 public:
  OwnedHandle() = default;
  template <typename T>
  OwnedHandle(zx::object<T>&& other) noexcept : value_(other.release()) {}
  explicit OwnedHandle(zx_handle_t value) : value_(value) {}
  OwnedHandle(OwnedHandle&& other) noexcept : value_(other.release()) {}
  OwnedHandle& operator=(OwnedHandle&& other) noexcept {
    OwnedHandle old(std::exchange(value_, other.release()));
    return *this;
  }
  ~OwnedHandle() { reset(); }

  zx_handle_t get() const { return value_; }
  bool is_valid() const { return value_ != ZX_HANDLE_INVALID; }
  zx_handle_t release() { return std::exchange(value_, ZX_HANDLE_INVALID); }

  void reset() {
    if (is_valid()) zx_handle_close(release());
  }

  /// Where a call stores a new handle.
  zx_handle_t* receive() {
    reset();
    return &value_;
  }

 private:
  zx_handle_t value_ = ZX_HANDLE_INVALID;
};

}  // namespace sirocco::process
