# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Tests of calls that run as programs in both worlds: on the hosted kernel and on the machine."""

load("//tools/bazel:copts.bzl", "kernel_test")
load("//tools/bazel:qemu_test.bzl", "qemu_suite_test")
load("//tools/bazel:user_binary.bzl", "user_binary")

_DEPS = [
    ":objects",
    ":world",
    ":zxtest",
    "//vdso:syscalls",
    "//vdso/abi:types",
]

def zx_tests(names, headers = []):
    """`<name>.cc` of each name as a host test of its own, with one hart and simulated time and, as
    `<name>_2harts`, with two and real time; and all of them as one program on the machine."""
    for name in names:
        for suffix, harts in [("", "1"), ("_2harts", "2")]:
            kernel_test(
                name = name + suffix,
                srcs = [name + ".cc"] + headers,
                env = {"ZXTEST_HARTS": harts},
                linkopts = ["-no-pie"],
                linkstatic = True,
                deps = _DEPS,
            )
    user_binary(
        name = "zx_suite",
        testonly = True,
        srcs = [name + ".cc" for name in names] + headers,
        deps = _DEPS,
    )
    qemu_suite_test(
        name = "zx_suite_test",
        args = ["--in-place-of-shell"],
        harts = [1, 2, 4],
        program = ":zx_suite",
    )
