// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/handle.h>
#include <lib/zx/job.h>
#include <lib/zx/object.h>
#include <lib/zx/task.h>
#include <lib/zx/thread.h>
#include <lib/zx/vmar.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>

#include <utility>

namespace zx {

class process final : public task<process> {
 public:
  using task::task;

  [[nodiscard]] static zx_status_t create(const job& job, const char* name, size_t name_size,
                                          uint32_t options, process* result,
                                          vmar* root_vmar) noexcept {
    process made;
    vmar root;
    const zx_status_t status =
        zx_process_create(job.get(), name, name_size, options, made.reset_and_get_address(),
                          root.reset_and_get_address());
    if (status != ZX_OK) return status;
    *result = std::move(made);
    *root_vmar = std::move(root);
    return ZX_OK;
  }

  /// `argument` is gone, whatever the status is.
  [[nodiscard]] zx_status_t start(const thread& thread, zx_vaddr_t entry, zx_vaddr_t stack,
                                  handle argument, uintptr_t argument2) const noexcept {
    return zx_process_start(get(), thread.get(), entry, stack, argument.release(), argument2);
  }

  static unowned<process> self() noexcept { return unowned<process>(zx_process_self()); }
};

using unowned_process = unowned<process>;

}  // namespace zx
