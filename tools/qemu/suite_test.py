#!/usr/bin/env python3
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Runs a test program in the guest and reports its tests one by one.

suite_test.py --program=HOST [--harts=N] [--timeout=S] [--icount] [--memory=SIZE]
              [--append=WORDS] [--in-place-of-shell]
The program prints GoogleTest's lines: `[       OK ] Suite.Name`, `[  FAILED  ] Suite.Name`,
`[  SKIPPED ] Suite.Name: reason`, `[ FIGURE   ] Suite.Name value`, and, at its end,
`[==========] N tests ran`.
"""

import argparse
import os
import sys

sys.path.insert(0, os.getcwd())

from tools.qemu import guest as guests
from tools.test import guest_report

GUEST_PATH = "bin/suite_under_test"
SHELL_PATH = "bin/shell"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--harts", type=int, default=4)
    parser.add_argument("--timeout", type=float, default=120)
    parser.add_argument("--memory", default="256M")
    parser.add_argument("--icount", action="store_true")
    parser.add_argument("--append", default="", help="boot options")
    parser.add_argument("--in-place-of-shell", action="store_true",
                        help="start it instead of the shell, with the handles that a shell gets")
    options = parser.parse_args()
    path = SHELL_PATH if options.in_place_of_shell else GUEST_PATH
    commands = None if options.in_place_of_shell else os.path.basename(GUEST_PATH)
    with guests.Guest(files={path: options.program}, harts=options.harts,
                      memory=options.memory, icount=options.icount,
                      command_line=options.append) as guest:
        outcome = guest.run(commands, options.timeout)
    text = outcome.output.decode(errors="replace")
    print(text)
    if outcome.errors:
        print(outcome.errors, file=sys.stderr)
    report = guest_report.parse(text)
    problems = report.problems(outcome.status)
    for problem in problems:
        print(f"suite_test: {problem}", file=sys.stderr)
    if "XML_OUTPUT_FILE" in os.environ:
        report.write_xml(os.environ["XML_OUTPUT_FILE"], problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
