#!/usr/bin/env python3
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""`bazel run //:qemu -- OPTIONS`: as ./run, with the image that Bazel has just built."""

import os
import sys

sys.path.insert(0, os.getcwd())

from tools.qemu import image
from tools.qemu import run

if __name__ == "__main__":
    sys.exit(run.main(sys.argv[1:], built=image.of_runfiles()))
