# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""No operation takes more instructions than the baseline allows; those over their gate are listed."""

import os
import subprocess
import sys

from tools.test import source_files

BASELINE = "tests/bench/baseline.json"


def check(_):
    if not os.path.exists(os.path.join(source_files.ROOT, BASELINE)):
        print("  no baseline yet", file=sys.stderr)
        return []
    done = subprocess.run([os.path.join(source_files.ROOT, "bench"), "--against-baseline"], cwd=source_files.ROOT,
                          stdout=sys.stderr, stderr=subprocess.PIPE, text=True)
    sys.stderr.write(done.stderr)
    if done.returncode == 0:
        return []
    return [line for line in done.stderr.splitlines() if line.startswith("bench:")] or ["it failed"]
