// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/object.h>
#include <lib/zx/task.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>

namespace zx {

class process;

class thread final : public task<thread> {
 public:
  using task::task;

  [[nodiscard]] static zx_status_t create(const object<process>& process, const char* name,
                                          size_t name_size, uint32_t options,
                                          thread* result) noexcept {
    return zx_thread_create(process.get(), name, name_size, options,
                            result->reset_and_get_address());
  }

  [[nodiscard]] zx_status_t start(zx_vaddr_t entry, zx_vaddr_t stack, uintptr_t argument1,
                                  uintptr_t argument2) const noexcept {
    return zx_thread_start(get(), entry, stack, argument1, argument2);
  }

  static unowned<thread> self() noexcept { return unowned<thread>(zx_thread_self()); }
};

using unowned_thread = unowned<thread>;

}  // namespace zx
