// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/object.h>
#include <zircon/syscalls.h>

namespace zx {

/// What jobs, processes and threads have in common.
template <typename T = void>
class task : public object<T> {
 public:
  using object<T>::object;

  zx_status_t kill() const noexcept { return zx_task_kill(this->get()); }
};

}  // namespace zx
