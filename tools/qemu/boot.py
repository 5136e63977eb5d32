# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Boots a machine without a terminal, with a time limit."""

import dataclasses
import os
import select
import subprocess
import sys
import time

from tools.qemu import console
from tools.qemu import machine as qemu


@dataclasses.dataclass
class Outcome:
    status: int  # As ./run's.
    output: bytes  # What the system printed.
    firmware: bytes  # What came before it.
    errors: str  # What QEMU said about itself.
    seconds: float


def boot(machine, timeout, show=lambda data: None):
    """Runs `machine` to its end; `show` gets the system's output as it comes."""
    started = time.monotonic()
    try:
        process = subprocess.Popen(
            machine.command("stdio"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
    except OSError as error:
        return Outcome(qemu.REFUSED, b"", b"", str(error), 0)
    guest = console.GuestOutput()
    output = bytearray()

    def take(data):
        output.extend(data)
        show(data)

    try:
        in_time = _read_all(process, started + timeout, lambda data: take(guest.feed(data)))
    finally:
        process.kill()  # Does nothing to a process that has ended.
    errors = process.stderr.read().decode(errors="replace")
    returncode = process.wait()
    take(guest.end())
    status = qemu.status_of(returncode, guest.spoke) if in_time else qemu.HANG
    return Outcome(status, bytes(output), guest.firmware, errors, time.monotonic() - started)


def _read_all(process, deadline, feed):
    """Reads to the end of file; false when the deadline comes first."""
    descriptor = process.stdout.fileno()
    while True:
        left = deadline - time.monotonic()
        ready, _, _ = select.select([descriptor], [], [], max(left, 0))
        if not ready:
            return False
        data = os.read(descriptor, 1 << 16)
        if not data:
            # QEMU closes its output only by ending; `kill` after this must find its status.
            process.wait()
            return True
        feed(data)


def show_on_stdout(data):
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
