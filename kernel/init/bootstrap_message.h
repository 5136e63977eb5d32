// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/processargs.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "kernel/base/result.h"
#include "kernel/objects/handle.h"
#include "kernel/objects/message.h"

namespace sirocco::init {

/// The first message of a process, as <zircon/processargs.h> lays it out.
class BootstrapMessage {
 public:
  static constexpr uint32_t kMaxHandles = 16;

  void Add(uint32_t info, Handle handle) {
    KASSERT(count_ < kMaxHandles);
    infos_[count_] = info;
    handles_[count_++] = std::move(handle);
  }

  /// The message, with the words of `environment` as its environment strings. Moves the handles.
  /// **Errors** ZX_ERR_NO_MEMORY; ZX_ERR_OUT_OF_RANGE: too long for a message.
  Result<MessagePtr> Make(std::string_view environment);

 private:
  uint32_t count_ = 0;
  std::array<uint32_t, kMaxHandles> infos_{};
  std::array<Handle, kMaxHandles> handles_;
};

}  // namespace sirocco::init
