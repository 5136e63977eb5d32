# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""A program that the shell leaves running does not keep the machine."""

import unittest

from tools.qemu import guest as guests


class Abandon(unittest.TestCase):
    def test_a_process_left_behind_ends_with_the_shell(self):
        with guests.Guest(files={"bin/shell": "tests/storm/lab.elf"}) as guest:
            outcome = guest.run("abandon", timeout=60)
        self.assertEqual(outcome.status, 7, outcome.output.decode())
