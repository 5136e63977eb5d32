# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Where the parts of a program lie."""

import re
import unittest

from tools.qemu import guest as guests

RUNS = 32


class Layout(unittest.TestCase):
    def test_of_32_runs_are_32_and_no_part_lies_twice_at_one_place(self):
        with guests.Guest(files={"bin/layout": "tests/storm/layout.elf"}) as guest:
            outcome = guest.run("\n".join(["layout"] * RUNS))
        output = outcome.output.decode()
        self.assertEqual(outcome.status, 0, output)
        lines = re.findall("^layout (.*)$", output, re.MULTILINE)
        self.assertEqual(len(lines), RUNS, output)
        runs = [dict(word.split("=") for word in line.split()) for line in lines]
        for part in ("image", "vdso", "stack", "mapping"):
            places = [int(run[part], 16) for run in runs]
            self.assertEqual(len(set(places)), RUNS, output)
            self.assertNotIn(0, places)
            # Drawn from far more than there are runs.
            self.assertGreater(max(places) - min(places), 1 << 30)
