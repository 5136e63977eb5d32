# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""A system that nobody asks anything: every hart is in wfi (A33)."""

import os
import re
import time
import unittest

from tools.qemu import guest as guests

_SECONDS = 10


class Thread:
    """What the host knows of a thread of QEMU."""

    def __init__(self, folder):
        with open(f"{folder}/stat", encoding="utf-8") as stream:
            fields = stream.read().rpartition(")")[2].split()
        self.seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        with open(f"{folder}/status", encoding="utf-8") as stream:
            self.sleeps = int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", stream.read(), re.M).group(1))


def threads_of(process):
    """{id: Thread} of those that run harts, and QEMU's helpers; not of its own loop."""
    folder = f"/proc/{process}/task"
    return {thread: Thread(f"{folder}/{thread}") for thread in os.listdir(folder)
            if thread != str(process)}


class IdleSystem(unittest.TestCase):
    def test_is_in_wfi_for_99_percent_and_wakes_a_hart_less_than_ten_times_a_second(self):
        harts = 4
        with guests.Guest(harts=harts) as guest, guest.terminal(timeout=60) as terminal:
            terminal.expect("> ")
            time.sleep(2)
            before = threads_of(terminal.process)
            time.sleep(_SECONDS)
            after = threads_of(terminal.process)
            terminal.send("echo still; echo here\r")
            terminal.expect("still\\s+here")
        lasting = sorted(set(before) & set(after))
        self.assertGreaterEqual(len(lasting), harts)
        for thread in lasting:
            self.assertLessEqual(after[thread].seconds - before[thread].seconds, _SECONDS / 100)
            self.assertLess(after[thread].sleeps - before[thread].sleeps, 10 * _SECONDS)


if __name__ == "__main__":
    unittest.main()
