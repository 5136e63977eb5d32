# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""C++ is as clang-format writes it."""

import re
import subprocess

from tools.test import source_files

_BATCH = 20


def check(_):
    paths = source_files.listed((".cc", ".h"))
    problems = set()
    for start in range(0, len(paths), _BATCH):
        done = subprocess.run(
            ["clang-format-19", "--dry-run", "-Werror", "--ferror-limit=1",
             *paths[start:start + _BATCH]],
            cwd=source_files.ROOT, stderr=subprocess.PIPE, text=True)
        found = set(re.findall(r"^(\S+?):\d+:\d+: error: code should be", done.stderr, re.M))
        if done.returncode and not found:
            found = {done.stderr.strip()[:500]}
        problems |= found
    return [f"{path}: not formatted (clang-format-19 -i {path})" for path in sorted(problems)]
