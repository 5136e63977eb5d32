# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""What the list of passing claims refuses, and what it adds (T8)."""

import os
import subprocess
import tempfile
import unittest

from tools.test import claims
from tools.test import passing


def ran(**verdicts):
    return claims.gather([claims.Case("Suite", name, verdict) for name, verdict in verdicts.items()])


class PassingList(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.path = os.path.join(self.folder, "passing.txt")

    def git(self, *words):
        subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@b", *words], check=True,
                       cwd=self.folder, stdout=subprocess.DEVNULL)

    def commit(self, text):
        with open(self.path, "w", encoding="utf-8") as stream:
            stream.write(text)
        self.git("add", "passing.txt")
        self.git("commit", "-q", "-m", "passing")

    def taken_off(self):
        return passing.taken_off(passing.ever_listed(self.path), *passing.read(self.path))

    def test_a_listed_claim_that_fails_skips_or_did_not_run_is_named(self):
        self.assertEqual(
            passing.lost(["Suite.A", "Suite.B", "Suite.C", "Suite.D"],
                         ran(A="pass", B="fail", C="skip")),
            [("Suite.B", "fail"), ("Suite.C", "skip"), ("Suite.D", "missing")])

    def test_a_claim_that_is_not_listed_does_no_harm(self):
        self.assertEqual(passing.lost(["Suite.A"], ran(A="pass", B="fail")), [])

    def test_a_name_that_any_commit_listed_may_not_go(self):
        self.git("init", "-q")
        self.commit("# Claims.\nSuite.A\nSuite.B\n")
        self.assertEqual(self.taken_off(), [])
        self.commit("# Claims.\nSuite.A\n")
        self.commit("# Claims.\nSuite.A\nSuite.C\n")
        self.assertEqual(self.taken_off(), ["Suite.B"])

    def test_a_renamed_claim_says_under_which_listed_name_it_goes_on(self):
        self.git("init", "-q")
        self.commit("Suite.A\nSuite.B\n")
        self.commit("Suite.A\nSuite.B -> Suite.C\n")
        self.assertEqual(self.taken_off(), ["Suite.B"])
        self.commit("Suite.A\nSuite.C\nSuite.B -> Suite.C\n")
        self.assertEqual(self.taken_off(), [])

    def test_an_update_adds_what_passed_and_keeps_the_rest(self):
        with open(self.path, "w", encoding="utf-8") as stream:
            stream.write("Suite.Z\nSuite.Old -> Suite.Z\n")
        added = passing.update(ran(A="pass", B="fail", Loose="pass"),
                               {"Suite.A", "Suite.B", "Suite.Z"}, self.path)
        self.assertEqual(added, 1)
        self.assertEqual(passing.read(self.path),
                         (["Suite.A", "Suite.Z"], {"Suite.Old": "Suite.Z"}))


if __name__ == "__main__":
    unittest.main()
