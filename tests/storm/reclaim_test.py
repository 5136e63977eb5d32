# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Memory that a thread gives back while it never waits."""

import unittest

from tests.storm import storm


class Reclaim(unittest.TestCase):
    def keeps_up(self, harts, most_vmos):
        """One VMO at a time is in use; the others wait for a grace period."""
        output = storm.run("reclaim", harts=harts, timeout=60)
        print(output)
        found = storm.numbers(output)
        self.assertLess(found["vmos"], most_vmos, output)
        self.assertLess(found["pages"], most_vmos * 32, output)
        self.assertIn("\nledger exact\n", output)

    def test_keeps_up_on_one_hart_with_a_process_that_unmaps_without_end(self):
        self.keeps_up(1, most_vmos=64)

    def test_keeps_up_on_four_harts_whose_quiet_points_come_when_the_host_runs_them(self):
        self.keeps_up(4, most_vmos=512)
