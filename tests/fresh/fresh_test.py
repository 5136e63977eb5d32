# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""fresh_test.py USER: the README's two commands on a clean Debian 12, by root or a `stranger`.

What is tried is the commit that is checked out, not what lies beside it.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

# Runfiles are links into the tree that is to be cloned.
SCRIPT = os.path.realpath("tests/fresh/fresh.sh")
USER = sys.argv[1]


@unittest.skipUnless(os.getuid() == 0, "only root makes a machine")
@unittest.skipUnless(shutil.which("debootstrap", path="/usr/sbin"), "debootstrap is not installed")
class FreshMachine(unittest.TestCase):
    """The cases go in the order of their names: the first installs and compiles."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="sirocco-fresh-")
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.machine = os.path.join(folder, "machine")

    def sh(self, command):
        """What the command printed on its standard output. It must end with status 0."""
        options = ["--user"] if USER == "stranger" else []
        done = subprocess.run([SCRIPT, *options, self.machine, command], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def test_a_boots_to_the_shell(self):
        output = self.sh("./run -c 'echo hello; ps; ls /boot'")
        for line in [r"^hello$", r"^ +\d+ .* serial$", r"^ +\d+ .* shell$", r"\bLICENSE\b"]:
            self.assertRegex(output, re.compile(line, re.MULTILINE))

    def test_b_passes_all_tests(self):
        passed = re.fullmatch(r"(\d+) passed, 0 failed, \d+ skipped", self.last_line("./test"))
        self.assertGreaterEqual(int(passed.group(1)), 300)

    def last_line(self, command):
        return self.sh(command).splitlines()[-1]


if __name__ == "__main__":
    unittest.main()
