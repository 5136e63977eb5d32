# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""A thousand processes and channels, half of them killed half-way, leave the ledger as it was."""

import unittest

from tests.storm import storm

PROCESSES = 1000
CHANNELS = 1000
TIMEOUT = 250


class Storm(unittest.TestCase):
    def leaves_nothing(self, harts):
        output = storm.run(f"storm {PROCESSES} {CHANNELS}", harts, TIMEOUT)
        print(output)
        found = storm.numbers(output)
        self.assertEqual(found["ended"], PROCESSES // 2, output)
        self.assertEqual(found["processes-killed"], PROCESSES // 2, output)
        self.assertEqual(found["channels"], CHANNELS // 2, output)
        self.assertEqual(found["channels-killed"], CHANNELS // 2, output)
        self.assertIn("\nledger exact\n", output)

    def test_on_one_hart_leaves_nothing(self):
        self.leaves_nothing(1)

    def test_on_two_harts_leaves_nothing(self):
        self.leaves_nothing(2)

    def test_on_four_harts_leaves_nothing(self):
        self.leaves_nothing(4)
