# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""What ./bench makes of what the plug-in saw."""

import unittest

from tools.bench import figures
from tools.bench import observe


def figure(samples):
    return figures.Figure("op", "instructions", samples, 1, 1, 1, 1)


class SamplesCounted(unittest.TestCase):
    def test_two_readings_a_sample_are_counted_from_the_end_of_the_warm_up(self):
        self.assertEqual(observe.samples_counted(figure(400), 2 * 416), 400)

    def test_an_op_of_few_samples_is_divided_by_those(self):
        self.assertEqual(observe.samples_counted(figure(50), 2 * 66), 50)

    def test_four_readings_a_sample_count_half_of_the_warm_up(self):
        self.assertEqual(observe.samples_counted(figure(400), 4 * 416), 408)

    def test_a_loop_of_readings_counts_every_sample(self):
        self.assertEqual(round(observe.samples_counted(figure(400), 2_000_000)), 416)


if __name__ == "__main__":
    unittest.main()
