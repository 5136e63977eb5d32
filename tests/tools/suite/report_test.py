# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""What ./test makes of what tests say: its counts and its exit status (T2)."""

import types
import unittest

from tools.test import claims
from tools.test import flavours
from tools.test import guest_report
from tools.test import main


def status_of(*cases, problems=()):
    session = types.SimpleNamespace(cases=list(cases), problems=list(problems))
    return main.report(session, claims.gather(session.cases))


def case(verdict, name="Holds", message="", flavour="opt"):
    return claims.Case("Suite", name, verdict, message, flavour=flavour)


class ExitStatus(unittest.TestCase):
    def test_is_0_when_all_passed(self):
        self.assertEqual(status_of(case("pass"), case("pass", "Too")), ((2, 0, 0), 0))

    def test_is_1_when_one_failed(self):
        self.assertEqual(status_of(case("pass"), case("fail", "Too")), ((1, 1, 0), 1))

    def test_is_1_when_one_of_several_runs_of_a_claim_failed(self):
        self.assertEqual(status_of(case("pass"), case("fail", flavour="asan")), ((0, 1, 0), 1))

    def test_is_1_when_nothing_ran(self):
        self.assertEqual(status_of(), ((0, 0, 0), 1))

    def test_is_1_when_something_was_not_built(self):
        self.assertEqual(status_of(case("pass"), problems=["the build failed"]), ((1, 1, 0), 1))

    def test_allows_a_skip_only_with_its_reason(self):
        self.assertEqual(status_of(case("pass"), case("skip", "Too", "no such device"))[1], 0)
        self.assertEqual(status_of(case("pass"), case("skip", "Too"))[1], 1)


class QuickSet(unittest.TestCase):
    def test_leaves_no_test_out_for_its_size_or_time_out(self):
        words = {"small", "medium", "large", "enormous", "short", "moderate", "long", "eternal"}
        for flavour in flavours.BY_NAME.values():
            for long in (False, True):
                tags = {tag.lstrip("-") for tag in flavour.filters(long).split(",")}
                self.assertEqual(tags & words, set(), flavour.name)


class GuestSuite(unittest.TestCase):
    def problems(self, text, status=0):
        return guest_report.parse(text).problems(status)

    def test_passes_when_every_test_did_and_the_program_ended_with_0(self):
        self.assertEqual(self.problems("[ RUN      ] A.B\n[       OK ] A.B (3 ms)\n[==========] 1 tests ran\n"), [])

    def test_fails_with_a_test(self):
        self.assertIn("A.B failed", self.problems(
            "[ RUN      ] A.B\n[  FAILED  ] A.B\n[==========] 1 tests ran\n", 1))

    def test_fails_when_a_test_did_not_end(self):
        self.assertIn("A.C did not end", self.problems(
            "[ RUN      ] A.B\n[       OK ] A.B\n[ RUN      ] A.C\n", 240))

    def test_fails_when_fewer_tests_ran_than_the_program_says(self):
        self.assertEqual(self.problems("[ RUN      ] A.B\n[       OK ] A.B\n[==========] 2 tests ran\n"),
                         ["1 verdicts, but the program says 2 ran"])

    def test_fails_when_nothing_ran(self):
        self.assertEqual(self.problems("hello\n"), ["the program ran no test"])

    def test_fails_when_the_machine_ends_badly_though_all_tests_passed(self):
        self.assertIn("guest status 240", self.problems(
            "[ RUN      ] A.B\n[       OK ] A.B\n[==========] 1 tests ran\n", 240))


if __name__ == "__main__":
    unittest.main()
