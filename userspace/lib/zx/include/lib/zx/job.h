// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/object.h>
#include <lib/zx/task.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>

#include <utility>

namespace zx {

class job final : public task<job> {
 public:
  using task::task;

  [[nodiscard]] static zx_status_t create(const job& parent, uint32_t options,
                                          job* result) noexcept {
    job child;  // `result` may be the parent.
    const zx_status_t status = zx_job_create(parent.get(), options, child.reset_and_get_address());
    if (status == ZX_OK) *result = std::move(child);
    return status;
  }

  static unowned<job> default_job() noexcept { return unowned<job>(zx_job_default()); }
};

using unowned_job = unowned<job>;

}  // namespace zx
