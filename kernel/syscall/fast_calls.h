// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>
#include <zircon/types.h>

#include "kernel/objects/handle_table.h"
#include "kernel/syscall/context.h"
#include "kernel/syscall/thunk.h"

// Handlers of class `fast`: a few instructions, inlined into their thunks.

namespace sirocco {

inline zx_status_t sys_handle_check_valid(SyscallContext& ctx, HandleValue handle) {
  return syscall::Handles(ctx).IsValid(handle) ? ZX_OK : ZX_ERR_BAD_HANDLE;
}

namespace syscall {
/// The sum as 32-bit registers have it: users may overflow it.
template <typename... Words>
constexpr zx_status_t Sum(Words... words) {
  return static_cast<zx_status_t>((0u + ... + static_cast<uint32_t>(words)));
}
}  // namespace syscall

#define SYSCALL_TEST(count)                                                             \
  inline constexpr auto sys_syscall_test_##count = [](SyscallContext&, auto... words) { \
    static_assert(sizeof...(words) == (count));                                         \
    return syscall::Sum(words...);                                                      \
  }
SYSCALL_TEST(0);
SYSCALL_TEST(1);
SYSCALL_TEST(2);
SYSCALL_TEST(3);
SYSCALL_TEST(4);
SYSCALL_TEST(5);
SYSCALL_TEST(6);
SYSCALL_TEST(7);
SYSCALL_TEST(8);
#undef SYSCALL_TEST

}  // namespace sirocco
