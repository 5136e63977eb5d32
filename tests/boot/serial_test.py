# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The serial driver as a part that may be missing, and that costs nothing while nobody uses it."""

import re
import tempfile
import unittest

from tools.qemu import guest as guests
from tools.qemu import machine as qemu

PROMPT = r"[\r\n]> $"


class SerialDriver(unittest.TestCase):
    def setUp(self):
        self.guest = guests.Guest()
        self.addCleanup(self.guest.__exit__)
        self.terminal = self.guest.terminal()
        self.addCleanup(self.terminal.close)
        self.terminal.expect(PROMPT)
        self.terminal.send("ps\r")
        self.koid = self.terminal.expect(r"\n *(\d+) [^\n]* serial\r*\n").group(1)
        self.terminal.expect(PROMPT)

    def test_killed_it_silences_the_console_and_the_commands_go_on(self):
        # What the driver has taken over but not yet put on the line goes with it: it gets the time for that.
        self.terminal.send(f"echo before; sleep 0.1; kill {self.koid}; echo $? > /tmp/status; echo lost; "
                           "hello > /tmp/h && cat /tmp/h | cat > /tmp/i; sleep 0.1 && exit 7\r")
        self.terminal.expect(r"\nbefore\r*\n")
        seen = len(self.terminal.transcript)
        self.assertEqual(self.terminal.wait(), 7)
        self.assertEqual(self.terminal.transcript[seen:].strip(), "")

    def test_killed_it_leaves_the_jobs_of_the_background_alone(self):
        self.terminal.send(f"sleep 0.5 && exit 8 &\rkill {self.koid}\r")
        self.assertEqual(self.terminal.wait(), 8)

    def test_killed_with_nothing_left_to_run_the_machine_ends_in_order(self):
        self.terminal.send(f"kill {self.koid}\r")
        self.assertEqual(self.terminal.wait(), 0)


class Idle(unittest.TestCase):
    def test_console_takes_no_time_of_its_driver_in_ten_seconds(self):
        with guests.Guest(harts=1, icount=True) as guest:
            outcome = guest.run("sleep 1; ps > /tmp/a; sleep 10; ps > /tmp/b; uptime; cat /tmp/a /tmp/b",
                                timeout=100)
        output = outcome.output.decode()
        self.assertEqual(outcome.status, 0, output)
        self.assertGreaterEqual(float(re.search(r"up ([0-9.]+) s", output).group(1)), 11)
        rows = re.findall(r"^ *\d+ +([0-9.]+) +\d+  (serial|shell)$", output, re.MULTILINE)
        serial = [row[0] for row in rows if row[1] == "serial"]
        shell = [row[0] for row in rows if row[1] == "shell"]
        self.assertEqual(len(serial), 2, output)
        self.assertGreater(float(serial[0]), 0)
        self.assertEqual(serial[0], serial[1])
        self.assertNotEqual(shell[0], shell[1])


class Refusal(unittest.TestCase):
    def test_of_the_first_process_is_told_with_its_reason(self):
        with tempfile.NamedTemporaryFile() as nothing, \
                guests.Guest(files={"bin/serial": nothing.name}) as guest:
            outcome = guest.run("echo never", timeout=60)
        output = outcome.output.decode()
        self.assertEqual(outcome.status, qemu.REFUSED)
        self.assertIn("sirocco: boot refused by the first process; the log ends with:\n", output)
        self.assertRegex(output, r"  userboot: cannot start bin/serial: reading the program failed")


if __name__ == "__main__":
    unittest.main()
