# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Threads that wait for one another, and what the kernel has for them meanwhile."""

import unittest

from tests.storm import storm


class SignalsAndWaits(unittest.TestCase):
    SIGNALS = 1_000_000

    def test_a_million_on_four_harts_are_each_consumed_once(self):
        output = storm.run(f"pairs {self.SIGNALS}", harts=4, timeout=280)
        print(output)
        found = storm.numbers(output)
        self.assertEqual(found["signals"], self.SIGNALS)
        self.assertEqual(found["wrong"], 0, output)
        self.assertEqual(found["left"], 0, output)
        self.assertIn("\nledger exact\n", output)


class BlockedThreads(unittest.TestCase):
    THREADS = 1000
    # Registers, floats, the arena and two frames; no stack would fit.
    MOST_BYTES = 4096

    def test_a_thousand_own_no_kernel_stack(self):
        for harts in (1, 2, 4):
            output = storm.run("blocked", harts=harts, timeout=60)
            print(output)
            found = storm.numbers(output)
            self.assertEqual(found["threads"], self.THREADS)
            # Nobody is preempted inside the kernel, which would keep a stack.
            self.assertEqual(found["stacks"], harts)
            self.assertLess(found["bytes"], self.MOST_BYTES)
            self.assertIn("\nledger exact\n", output)
