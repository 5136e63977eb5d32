# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Kernel code and its tests on the host. On the machine the toolchain has the flags."""

_RISCV64 = "@platforms//cpu:riscv64"

# On the host KASSERT is always on; on the machine the build mode decides.
KERNEL_COPTS = select({
    # GCC takes two neighbouring 32-bit members for a vector, and to store it makes a word of them
    # first: four instructions for two stores.
    _RISCV64: ["-fno-tree-slp-vectorize"],
    "//conditions:default": [
        "-fno-exceptions",
        "-fno-rtti",
        "-DSIROCCO_KASSERT=1",
    ],
})

# Tests derive from kernel classes, which have no RTTI; the containers they use may throw.
TEST_COPTS = [
    "-fno-rtti",
    "-DSIROCCO_KASSERT=1",
]

def kernel_library(name, copts = [], **kwargs):
    """A cc_library of kernel code, for host and machine unless target_compatible_with says so.

    Never a shared object: rooms call up through declared functions that others define.
    """
    kwargs.setdefault("linkstatic", True)
    native.cc_library(
        name = name,
        copts = KERNEL_COPTS + copts,
        **kwargs
    )

def kernel_test(name, deps = [], copts = [], size = "small", **kwargs):
    """A GoogleTest of kernel classes on the host; gtest_main comes along."""
    native.cc_test(
        name = name,
        size = size,
        copts = TEST_COPTS + copts,
        deps = deps + ["@googletest//:gtest_main"],
        **kwargs
    )
