# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Ten thousand processes and channels, half of them killed half-way, leave the ledger as it was."""

import unittest

from tests.storm import storm


class GreatStorm(unittest.TestCase):
    def leaves_nothing(self, harts):
        storm.check(self, processes=10_000, channels=10_000, harts=harts, timeout=890)

    def test_on_one_hart_leaves_nothing(self):
        self.leaves_nothing(1)

    def test_on_two_harts_leaves_nothing(self):
        self.leaves_nothing(2)

    def test_on_four_harts_leaves_nothing(self):
        self.leaves_nothing(4)

    def test_on_eight_harts_leaves_nothing(self):
        self.leaves_nothing(8)
