// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0

// Stands in for musl's arch/riscv64/syscall_arch.h, which has no include guard and so neither has
// this: every system call that musl makes becomes a call of one function of ours. Only the vDSO
// may enter the kernel, and there is no Linux below.

#define __SYSCALL_LL_E(x) (x)
#define __SYSCALL_LL_O(x) (x)

// Returns what Linux would: a result, or a negated errno. Defined in userspace/lib/libc.
__attribute__((__visibility__("hidden"))) long __sirocco_syscall(long number, long a, long b,
                                                                 long c, long d, long e, long f);

static inline long __syscall0(long n) { return __sirocco_syscall(n, 0, 0, 0, 0, 0, 0); }

static inline long __syscall1(long n, long a) { return __sirocco_syscall(n, a, 0, 0, 0, 0, 0); }

static inline long __syscall2(long n, long a, long b) {
  return __sirocco_syscall(n, a, b, 0, 0, 0, 0);
}

static inline long __syscall3(long n, long a, long b, long c) {
  return __sirocco_syscall(n, a, b, c, 0, 0, 0);
}

static inline long __syscall4(long n, long a, long b, long c, long d) {
  return __sirocco_syscall(n, a, b, c, d, 0, 0);
}

static inline long __syscall5(long n, long a, long b, long c, long d, long e) {
  return __sirocco_syscall(n, a, b, c, d, e, 0);
}

static inline long __syscall6(long n, long a, long b, long c, long d, long e, long f) {
  return __sirocco_syscall(n, a, b, c, d, e, f);
}

#define IPC_64 0
