# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Warnings are errors with both compilers, as toolchains and .bazelrc say; here all is compiled."""

import time

from tools.test import bazel

# Each file once, whether anything links it or not.
_OBJECTS_ONLY = ("--aspects=//tools/bazel:compiled.bzl%compiled", "--output_groups=compiled")
_CODE = {
    "host": ("//...", "-//kernel:kernel.elf"),  # An aspect meets what the host cannot build.
    "kernel": ("//kernel/...",),
    "user": ("//userspace/...",),
    "vdso": ("//vdso/...",),
}
# Tests that are programs, among others that are not for the machine.
_TEST_PROGRAMS = 'kind(cc_binary, attr(target_compatible_with, "//platforms:user", //tests/...))'


def options_of(compiler, domain):
    if domain == "host":
        # The sanitizers' build is Clang's, and the tests have just made it.
        return ("--config=asan",) if compiler == "clang" else ()
    if compiler == "clang":
        return (f"--platforms=//platforms:riscv64_{domain}_clang", "--config=machine_clang")
    return (f"--platforms=//platforms:riscv64_{domain}",)


def check(context):
    problems = []
    programs = tuple(bazel.query(_TEST_PROGRAMS).split())
    for compiler in ("g++", "clang"):
        for domain, code in _CODE.items():
            targets = context.targets or code + (programs if domain == "user" else ())
            started = time.monotonic()
            done = bazel.run("build", "--keep_going", *_OBJECTS_ONLY,
                             *options_of(compiler, domain), "--", *targets)
            print(f"  {compiler}, {domain}: {time.monotonic() - started:.0f} s", flush=True)
            if done.returncode:
                problems.append(f"{compiler}, {domain}: does not compile without warnings")
    return problems
