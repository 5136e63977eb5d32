# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Warnings are errors with both compilers (toolchains and .bazelrc say so); here all of it builds."""

import os

from tools.test import bazel

# What is compiled but not linked: the second compiler only warns.
_OBJECTS_ONLY = ("--output_groups=compilation_outputs_INTERNAL_", "--config=machine_clang")
_BUILDS = (
    ("g++, host", (), ("//...",)),
    # The sanitizers' build is Clang's, and the tests have just made it.
    ("clang, host", ("--config=asan",), ("//...",)),
    ("clang, kernel", ("--platforms=//platforms:riscv64_kernel_clang", *_OBJECTS_ONLY),
     ("//kernel/...",)),
    ("clang, programs", ("--platforms=//platforms:riscv64_user_clang", *_OBJECTS_ONLY),
     ("//userspace/...", "//tests/zx/...", "//tests/bench/...")),
    ("clang, vDSO", ("--platforms=//platforms:riscv64_vdso_clang", *_OBJECTS_ONLY),
     ("//vdso/...",)),
)


def check(context):
    problems = []
    for name, options, targets in _BUILDS:
        targets = context.targets or [target for target in targets if _exists(target)]
        if targets and bazel.run("build", "--keep_going", *options, "--", *targets).returncode:
            problems.append(f"{name}: does not build without warnings")
    return problems


def _exists(target):
    return os.path.isdir(os.path.join(bazel.ROOT, target[2:].removesuffix("...")))
