# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Tests of calls that run as programs in both worlds: on the hosted kernel and on the machine."""

load("//tools/bazel:copts.bzl", "TEST_COPTS", "kernel_test")
load("//tools/bazel:qemu_test.bzl", "qemu_suite_test")
load("//tools/bazel:user_binary.bzl", "user_binary")

_DEPS = [
    ":objects",
    ":world",
    ":zxtest",
    "//vdso:syscalls",
    "//vdso/abi:types",
]

def zx_tests(names):
    """`<name>.cc` of all names: on the host as `zx_test`, with one hart and simulated time, and as
    `zx_test_2harts`, with two and real time; on the machine as one program, `zx_suite_test_*`."""
    sources = [name + ".cc" for name in names]
    native.cc_library(
        name = "zx_tests",
        testonly = True,
        srcs = sources,
        copts = TEST_COPTS,
        linkstatic = True,
        target_compatible_with = ["@platforms//os:linux"],
        deps = _DEPS,
        alwayslink = True,
    )
    for suffix, harts in [("", "1"), ("_2harts", "2")]:
        kernel_test(
            name = "zx_test" + suffix,
            size = "large",
            env = {"ZXTEST_HARTS": harts},
            linkopts = ["-no-pie"],
            linkstatic = True,
            deps = [":zx_tests"],
        )
    user_binary(
        name = "zx_suite",
        testonly = True,
        srcs = sources,
        deps = _DEPS,
    )
    qemu_suite_test(
        name = "zx_suite_test",
        args = ["--in-place-of-shell"],
        harts = [1, 2, 4],
        program = ":zx_suite",
        size = "large",
        timeout_seconds = 600,
    )

    # Every entry to another space with a number that is used up: nothing takes its short way.
    qemu_suite_test(
        name = "zx_suite_roll_over_test",
        args = [
            "--append=debug.asid-bits=0",
            "--in-place-of-shell",
        ],
        harts = [2],
        program = ":zx_suite",
        size = "large",
        timeout_seconds = 600,
    )
