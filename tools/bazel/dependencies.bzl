# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""What programs for the system need from outside: called in WORKSPACE, here and in workspaces
that build programs against this one."""

load("//tools/bazel:debian_source.bzl", "debian_source")

# musl's files that enter the kernel by themselves; third_party/musl/port and userspace/lib/libc
# stand in for them. Removed, not only left out: musl then cannot contain an ecall.
_MUSL_TRAPS = [
    "arch/riscv64/syscall_arch.h",
    "src/signal/riscv64/restore.s",
    "src/thread/clone.c",
    "src/thread/riscv64/__unmapself.s",
    "src/thread/riscv64/clone.s",
    "src/thread/riscv64/syscall_cp.s",
    "src/thread/__unmapself.c",
    "src/thread/syscall_cp.c",
]

def sirocco_dependencies():
    """Declares the C library's sources and the compiler's C++ runtime."""
    debian_source(
        name = "musl",
        build_file = "@sirocco//third_party/musl:musl.BUILD",
        package = "musl",
        patch_cmds = ["rm " + " ".join(_MUSL_TRAPS)],
        sha256 = "7d5b0b6062521e4627e099e4c9dc8248d32a30285e959b7eecaa780cf8cfd4a4",
    )
    native.new_local_repository(
        name = "gcc_riscv64",
        build_file = "@sirocco//third_party/musl:gcc_riscv64.BUILD",
        path = "/usr/lib/gcc-cross/riscv64-linux-gnu/12",
    )
