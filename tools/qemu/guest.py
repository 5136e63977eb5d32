# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""For tests that boot the system: a guest that runs commands, or one at a terminal."""

import contextlib
import io
import os
import pty
import re
import select
import subprocess
import tempfile
import time
import tty

from tools.qemu import boot
from tools.qemu import console
from tools.qemu import image
from tools.qemu import machine as qemu
from tools.qemu import run


def run_command(*arguments):
    """./run with the image under test: (exit status, standard output, standard error)."""
    output = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    errors = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
        try:
            status = run.main(list(arguments), built=image.of_runfiles())
        except SystemExit as end:
            status = end.code
    output.flush()
    return status, output.buffer.getvalue().decode(), errors.getvalue()


class Guest:
    """A configured machine of the image under test. Use as a context: it owns a folder."""

    def __init__(self, built=None, files=None, **settings):
        """`files`: {guest path: host path} for the archive; `settings`: as qemu.Machine's."""
        self._built = built or image.of_runfiles()
        self._files = dict(files or {})
        self._settings = settings
        self._folder = tempfile.TemporaryDirectory(prefix="sirocco-guest-")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def run(self, commands=None, timeout=60):
        """Boots, runs `commands` in the shell, powers off. Returns boot.Outcome."""
        return boot.boot(self.machine(commands), timeout)

    def terminal(self, timeout=60):
        """Boots with a pseudo-terminal as console. Returns a Terminal, to be closed."""
        return Terminal(self.machine(None), timeout)

    def machine(self, commands):
        members = dict(self._files)
        if commands is not None:
            path = os.path.join(self._folder.name, "commands")
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(commands + "\n")
            members["boot/commands"] = path
        archive = self._built.archive
        if members:
            archive = self._built.with_members(
                members, os.path.join(self._folder.name, "boot.cpio"))
        return qemu.Machine(kernel=self._built.kernel, archive=archive, **self._settings)


class Terminal:
    """Types into the guest's console and reads what it answers."""

    def __init__(self, machine, timeout):
        self._master, slave = pty.openpty()
        tty.setraw(slave)  # The guest edits its lines itself.
        self._process = subprocess.Popen(
            machine.command("stdio"), stdin=slave, stdout=slave, stderr=subprocess.PIPE)
        os.close(slave)
        self._guest = console.GuestOutput()
        self._timeout = timeout
        self._unread = ""
        self.transcript = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def process(self):
        """QEMU's process id."""
        return self._process.pid

    def send(self, text):
        os.write(self._master, text.encode())

    def expect(self, pattern, timeout=None):
        """Reads until `pattern` matches; returns the match, and forgets all up to its end."""
        deadline = time.monotonic() + (timeout or self._timeout)
        while True:
            match = re.search(pattern, self._unread)
            if match:
                self._unread = self._unread[match.end():]
                return match
            if not self._read(deadline):
                raise AssertionError(f"no {pattern!r} in {self._unread[-2000:]!r}")

    def wait(self, timeout=None):
        """Reads to the machine's end; returns its status as ./run's."""
        deadline = time.monotonic() + (timeout or self._timeout)
        while self._read(deadline):
            pass
        if self._process.poll() is None and time.monotonic() >= deadline:
            return qemu.HANG
        return qemu.status_of(self._process.wait(), self._guest.spoke)

    def close(self):
        self._process.kill()
        self._process.wait()
        self._process.stderr.close()
        os.close(self._master)

    def _read(self, deadline):
        """Takes what the guest says next; false at its end or at the deadline."""
        left = deadline - time.monotonic()
        ready, _, _ = select.select([self._master], [], [], max(left, 0))
        if not ready:
            return False
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:  # A pseudo-terminal that nobody has open any more.
            return False
        text = self._guest.feed(data).decode(errors="replace")
        self._unread += text
        self.transcript += text
        return bool(data)
