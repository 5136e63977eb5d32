# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Host tests run at least 85 % of the lines of the kernel's portable heart."""

import os

from tools.test import bazel
from tools.test import source_files

FOLDERS = ("kernel/base/", "kernel/async/", "kernel/sched/", "kernel/objects/")
MINIMUM_PERCENT = 85
_TABLES = ("kernel/objects/object_type.cc",)  # Constants alone: nothing that could be run.
# Those that stand on these folders; to instrument all others would only take time.
_TESTS = ("//tests/unit/base/...", "//tests/unit/async/...", "//tests/unit/sched/...",
          "//tests/unit/objects/...", "//tests/zx/...")
# Compiled once, for shared objects and programs alike. Counters hide from g++ what is initialised.
# Two files of one name (objects/port.cc, syscall/port.cc) need reports of two names: gcov's -x.
_OPTIONS = ("--force_pic", "--copt=-O1", "--copt=-foptimize-sibling-calls",
            "--copt=-Wno-maybe-uninitialized", "--test_env=COVERAGE_GCOV_OPTIONS=-x")


def read_lcov(lines):
    """{path: (lines hit, lines)}"""
    found = {}
    path, hit, total = None, 0, 0
    for line in lines:
        key, _, value = line.strip().partition(":")
        if key == "SF":
            path, hit, total = value, 0, 0
        elif key == "DA":
            total += 1
            hit += value.split(",")[1] != "0"
        elif key == "end_of_record":
            found[path] = (hit, total)
    return found


def problems_of(report, sources, folders=FOLDERS):
    """`sources`: the .cc files that must have been linked into some test."""
    problems = []
    hits, totals = 0, 0
    for folder in folders:
        lines = [counts for path, counts in report.items() if path.startswith(folder)]
        hit, total = sum(c[0] for c in lines), sum(c[1] for c in lines)
        hits, totals = hits + hit, totals + total
        print(f"  {folder}: {hit} of {total} lines ({100 * hit / max(total, 1):.1f} %)", flush=True)
        if not total:
            problems.append(f"{folder}: no line is covered by any report")
    problems += [f"{path}: no host test links it" for path in sources
                 if path not in report and path not in _TABLES]
    percent = 100 * hits / max(totals, 1)
    if percent < MINIMUM_PERCENT:
        problems.append(f"{percent:.1f} % of lines, want {MINIMUM_PERCENT}")
    return problems


def folders_of(targets):
    """What is asked of tests/unit/X is the folder kernel/X."""
    return tuple(folder for folder in FOLDERS if not targets or any(
        target.startswith(folder.replace("kernel/", "//tests/unit/").rstrip("/"))
        for target in targets))


def check(context):
    folders = folders_of(context.targets)
    filters = "|".join(folder.rstrip("/") for folder in folders)
    done = bazel.run(
        "coverage", *_OPTIONS, "--combined_report=lcov",
        f"--instrumentation_filter=^//({filters})[/:]",
        "--test_tag_filters=-qemu,-slow,-no-coverage", "--build_tests_only", "--keep_going",
        "--", *(context.targets or _TESTS))
    if done.returncode:
        return ["the instrumented tests failed"]
    output = bazel.output_of("info", "output_path").strip()
    with open(os.path.join(output, "_coverage/_coverage_report.dat"), encoding="utf-8") as stream:
        report = read_lcov(stream)
    return problems_of(report, source_files.listed((".cc",), folders), folders)
