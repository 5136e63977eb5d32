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
