# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The tree's own files."""

import os
import subprocess

from tools.qemu import image

ROOT = image.ROOT


def listed(suffixes=(), folders=()):
    """Paths from the root of files that are, or would be, committed."""
    done = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z", "--", *folders],
                          cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    paths = sorted(set(filter(None, done.stdout.split("\0"))))
    return [path for path in paths
            if (not suffixes or path.endswith(suffixes)) and os.path.isfile(os.path.join(ROOT, path))]


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as stream:
        return stream.read()
