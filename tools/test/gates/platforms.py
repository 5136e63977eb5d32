# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""All images build, and all that is for the machine, linked into an image or not."""

from tools.test import bazel

_BUILDS = (
    ("opt and kassert images", (), ("//:image", "//:image_kassert")),
    ("dbg image", ("--config=dbg",), ("//:image",)),
    ("kernel code", ("--platforms=//platforms:riscv64_kernel",), ("//kernel/...",)),
    ("programs", ("--platforms=//platforms:riscv64_user",), ("//userspace/...",)),
)


def check(context):
    problems = []
    for name, options, targets in _BUILDS:
        done = bazel.run("build", "--keep_going", *options, "--", *(context.targets or targets))
        if done.returncode:
            problems.append(f"{name}: does not build")
    return problems
