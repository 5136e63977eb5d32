# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Finds the test targets that a pattern of ./test means."""

import dataclasses
import fnmatch
import os
import subprocess

from tools.test import bazel
from tools.test import rows
from tools.test import source_files


@dataclasses.dataclass
class Choice:
    targets: list
    test_filter: str = ""  # GoogleTest's, when claims were named.
    nothing: bool = False


def matches(pattern, name):
    return pattern in name or fnmatch.fnmatchcase(name, pattern)


def choose(patterns):
    """All tests without patterns; else targets that match, else claims that match."""
    if not patterns:
        return Choice(["//..."])
    labels = bazel.query("tests(//...)").split()
    targets = [label for label in labels if any(matches(p, label) for p in patterns)]
    if targets:
        return Choice(targets)
    targets = sorted(targets_of(files_with_claims(patterns)) & set(labels))
    return Choice(targets, ":".join(f"*{p}*" for p in patterns), nothing=not targets)


def files_with_claims(patterns):
    for path in source_files.listed((".cc", ".h", ".py")):
        names = rows.names_in(source_files.read(path))
        if any(matches(pattern, name) for name in names for pattern in patterns):
            yield path


def targets_of(paths):
    """Test targets that have one of the files among their sources or near dependencies."""
    labels = [label for label in map(label_of, paths) if label]
    if not labels:
        return set()
    sources = " ".join(labels)
    return set(bazel.query(f"tests(rdeps(//tests/..., set({sources}), 2))").split())


def label_of(path):
    folder = os.path.dirname(path)
    while folder and not os.path.exists(os.path.join(bazel.ROOT, folder, "BUILD")):
        folder = os.path.dirname(folder)
    label = f"//{folder}:{os.path.relpath(path, folder or '.')}"
    try:
        bazel.query(label)
    except subprocess.CalledProcessError:
        return None  # No target has it.
    return label
