# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Tests that boot the system. They carry the tag `qemu`: never sanitized, run on opt and dbg."""

load("//tools/bazel:platform.bzl", "platform_files")

_MACHINERY = [
    "//:image",
    "//tools/archive:pack",
    "//tools/qemu:lib",
    "//tools/test:reports",
]

# A boot's threads compete with other tests: Bazel counts two cores for each.
_TAGS = ["qemu", "cpu:2"]

def qemu_suite_test(name, program, harts = [4], timeout_seconds = 120, args = [], tags = [], **kwargs):
    """Runs a user-mode test `program` in the guest, once for each number of harts.

    With one number the test is `<name>`, otherwise `<name>_<harts>harts`.
    """
    platform_files(
        name = name + "_program",
        testonly = True,
        srcs = [program],
        platform = "//platforms:riscv64_user",
    )
    for count in harts:
        native.sh_test(
            name = name if len(harts) == 1 else "%s_%dharts" % (name, count),
            srcs = ["//tools/qemu:suite_test.py"],
            args = [
                "--program=$(location :%s_program)" % name,
                "--harts=%d" % count,
                "--timeout=%d" % timeout_seconds,
            ] + args,
            data = _MACHINERY + [":" + name + "_program"],
            tags = _TAGS + tags,
            **kwargs
        )

def qemu_script_test(name, script, data = [], tags = [], **kwargs):
    """Runs a Python unittest `script` that boots the image through tools.qemu.guest."""
    native.sh_test(
        name = name,
        srcs = ["//tools/test:unittest_main.py"],
        args = ["$(location %s)" % script],
        data = _MACHINERY + [script] + data,
        tags = _TAGS + tags,
        **kwargs
    )

def python_test(name, script, args = [], data = [], **kwargs):
    """Runs a Python unittest `script` on the host with `args`; each of its methods is a claim."""
    native.sh_test(
        name = name,
        srcs = ["//tools/test:unittest_main.py"],
        args = ["$(location %s)" % script] + args,
        data = ["//tools/test:reports", script] + data,
        **kwargs
    )
