// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <string>
#include <string_view>

#include "userspace/apps/shell/task.h"

namespace sirocco::shell {

/// Where a command's input comes from. Several may share one; the input is closed when the last of
/// them lets go of it. The same for Sink.
class Source {
 public:
  virtual ~Source() = default;

  /// Waits until there is something and takes at most `max` bytes of it; empty is the end.
  virtual Task<std::string> Read(size_t max) = 0;
};

/// Where a command's output goes.
class Sink {
 public:
  virtual ~Sink() = default;

  /// Waits until all of `text` is taken. False: nobody takes any more.
  virtual Task<bool> Write(std::string_view text) = 0;

  /// A channel that leads there without the shell, if there is such a one; else invalid.
  virtual zx_handle_t Connect() { return ZX_HANDLE_INVALID; }
};

/// The input of those who have none.
class NoInput final : public Source {
 public:
  Task<std::string> Read(size_t) override { co_return std::string(); }
};

}  // namespace sirocco::shell
