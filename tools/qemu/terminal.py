# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""A boot with the user's terminal as the guest's console."""

import subprocess
import sys
import termios

from tools.qemu import machine as qemu


def session(machine, timeout):
    """QEMU owns the terminal until it ends; its settings are put back after it."""
    saved = termios.tcgetattr(sys.stdin) if sys.stdin.isatty() else None
    try:
        process = subprocess.Popen(machine.command("terminal"), stderr=subprocess.PIPE)
    except OSError as error:
        print(f"run: {error}", file=sys.stderr)
        return qemu.REFUSED
    try:
        _, errors = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        return qemu.HANG
    finally:
        process.kill()
        process.wait()
        if saved is not None:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, saved)
    sys.stderr.write(errors.decode(errors="replace"))
    # Only a QEMU that could not start ends with 1 and says why.
    started = process.returncode != 1 or not errors
    return qemu.status_of(process.returncode, started)
