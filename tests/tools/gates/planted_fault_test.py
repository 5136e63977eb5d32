# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""A fault planted in a small tree makes the gate concerned fail, and no other (T9)."""

import unittest

from tools.test import claims
from tools.test import passing
from tools.test.gates import coverage
from tools.test.gates import includes
from tools.test.gates import lint

_PATH = "kernel/base/here.cc"
_CLEAN = """// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/base/there.h"

int Here() { return There(); }
"""
_TARGETS = """<query>
  <rule class="cc_library" name="//kernel/base:here">
    <list name="srcs"><label value="//kernel/base:here.cc"/></list>
    <list name="deps"><label value="//kernel/base:there"/></list>
  </rule>
  <rule class="cc_library" name="//kernel/base:there">
    <list name="hdrs"><label value="//kernel/base:there.h"/></list>
  </rule>
  <rule class="cc_library" name="//kernel/base:elsewhere">
    <list name="hdrs"><label value="//kernel/base:elsewhere.h"/></list>
  </rule>
</query>"""


def report(lines, hit):
    data = [f"DA:{line},{int(line <= hit)}" for line in range(1, lines + 1)]
    return coverage.read_lcov([f"SF:{_PATH}", *data, "end_of_record"])


class PlantedFault(unittest.TestCase):
    def failing(self, code="", lines_hit=85, verdict="pass", listed=("Suite.Holds",), linked=True):
        text = _CLEAN + code
        found = {
            "lint": lint.check_any(_PATH, text) + lint.check_cpp(_PATH, text),
            "includes": list(includes.problems_of(includes.read_targets(_TARGETS), {_PATH: text}.get)),
            "coverage": coverage.problems_of(
                report(100, lines_hit), [_PATH] if linked else [_PATH, "kernel/base/lost.cc"],
                ("kernel/base/",)),
            "list": passing.taken_off(["Suite.Holds"], listed, {}) + passing.lost(
                listed, claims.gather([claims.Case("Suite", "Holds", verdict)])),
        }
        return [gate for gate, problems in found.items() if problems]

    def test_that_is_not_there_fails_no_gate(self):
        self.assertEqual(self.failing(), [])

    def test_of_style_fails_lint(self):
        self.assertEqual(self.failing("// TO" + "DO: faster\n"), ["lint"])
        self.assertEqual(self.failing("Task<int> F() {\n  if (co_await op) {}\n}\n"), ["lint"])

    def test_of_an_undeclared_dependency_fails_includes(self):
        self.assertEqual(self.failing('#include "kernel/base/elsewhere.h"\n'), ["includes"])
        self.assertEqual(self.failing('#include "kernel/base/nowhere.h"\n'), ["includes"])

    def test_of_code_that_no_test_runs_fails_coverage(self):
        self.assertEqual(self.failing(lines_hit=84), ["coverage"])
        self.assertEqual(self.failing(linked=False), ["coverage"])

    def test_of_a_claim_that_fails_or_is_taken_off_fails_list(self):
        self.assertEqual(self.failing(verdict="fail"), ["list"])
        self.assertEqual(self.failing(listed=()), ["list"])


if __name__ == "__main__":
    unittest.main()
