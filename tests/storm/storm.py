# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""For the tests of this folder: a boot whose shell is the lab."""

import re

from tools.qemu import guest as guests


def run(commands, harts, timeout):
    """Runs an experiment to its end and returns what it printed."""
    with guests.Guest(files={"bin/shell": "tests/storm/lab.elf"}, harts=harts) as guest:
        outcome = guest.run(commands, timeout=timeout)
    output = outcome.output.decode()
    if outcome.status != 0:
        raise AssertionError(f"status {outcome.status} after {outcome.seconds:.0f} s:\n{output}")
    return output


def numbers(output):
    """{word: number} of all that the experiment counted."""
    return {word: int(number) for word, number in re.findall(r"([\w-]+) (-?\d+)", output)}


def check(test, processes, channels, harts, timeout):
    """Half of each ends by itself, half is killed; objects, handles and memory are as before."""
    output = run(f"storm {processes} {channels}", harts, timeout)
    print(output)
    found = numbers(output)
    test.assertEqual(found["ended"], processes // 2, output)
    test.assertEqual(found["processes-killed"], processes // 2, output)
    test.assertEqual(found["channels"], channels // 2, output)
    test.assertEqual(found["channels-killed"], channels // 2, output)
    test.assertIn("\nledger exact\n", output)
