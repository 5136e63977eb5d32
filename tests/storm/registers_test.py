# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The registers in the report of an ecall that the vDSO did not make, as a debugger sees them."""

import re
import socket
import subprocess
import time
import unittest

from tools.qemu import guest as guests
from tools.symbols import elf

PROGRAM = "ecall-with-known-registers"
PATTERN = 0x5eed000000000000
# What x1..x31 are called in trap_layout.h.
NAMES = ("RA SP GP TP T0 T1 T2 S0 S1 A0 A1 A2 A3 A4 A5 A6 A7 "
         "S2 S3 S4 S5 S6 S7 S8 S9 S10 S11 T3 T4 T5 T6").split()
TP, PC = 4, 32  # Numbers of registers.


class Debugger:
    """Speaks the remote protocol of gdb with QEMU's stub."""

    def __init__(self, port):
        self._socket = self._connect(port)
        self._buffer = b""

    @staticmethod
    def _connect(port):
        deadline = time.monotonic() + 20
        while True:
            try:
                return socket.create_connection(("127.0.0.1", port), timeout=30)
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def ask(self, text):
        checksum = sum(text.encode()) % 256
        self._socket.sendall(f"${text}#{checksum:02x}".encode())
        return self._answer()

    def _answer(self):
        while True:
            match = re.search(rb"\$([^#]*)#..", self._buffer)
            if match:
                self._buffer = self._buffer[match.end():]
                self._socket.sendall(b"+")
                return match.group(1).decode()
            data = self._socket.recv(1 << 16)
            if not data:
                raise AssertionError("the machine has ended")
            self._buffer += data

    def run_to(self, address):
        """Until the machine's only hart comes there."""
        assert self.ask(f"Z1,{address:x},4") == "OK"
        self.ask("c")
        assert self.register(PC) == address
        assert self.ask(f"z1,{address:x},4") == "OK"

    def register(self, number):
        return self._number(self.ask("g")[number * 16:number * 16 + 16])

    def word(self, address):
        return self._number(self.ask(f"m{address:x},8"))

    @staticmethod
    def _number(text):
        assert len(text) == 16, text
        return int.from_bytes(bytes.fromhex(text), "little")


def layout():
    """The offsets that the entry code uses: {name: bytes}."""
    with open("kernel/arch/riscv64/trap_layout.h", encoding="utf-8") as stream:
        return {name: int(value) for name, value in
                re.findall(r"^#define (\w+) (\d+)$", stream.read(), re.MULTILINE)}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ForeignEcall(unittest.TestCase):
    def setUp(self):
        port = free_port()
        files = {f"bin/{PROGRAM}": "tests/storm/offend.elf"}
        self._guest = self.enterContext(guests.Guest(files=files, harts=1, gdb_port=port))
        machine = self._guest.machine(f"{PROGRAM}; echo $?")
        with open(machine.kernel, "rb") as stream:
            self._kernel = elf.Elf(stream.read())
        self._qemu = self.enterContext(subprocess.Popen(
            machine.command("stdio"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL))
        self.addCleanup(self._qemu.kill)
        self._debugger = Debugger(port)

    def registers_at(self, context):
        offsets = layout()
        return {name: self._debugger.word(context + offsets[f"CONTEXT_{name}"])
                for name in NAMES}

    def test_is_reported_with_all_31_registers_as_the_program_had_them(self):
        wanted = {name: PATTERN + number for number, name in enumerate(NAMES, 1)}
        debugger = self._debugger
        report = next(symbol for symbol in self._kernel.symbols()
                      if "Thread15ReportException" in symbol.name)
        debugger.run_to(report.value)
        # Nobody else has entered user mode on this hart since.
        context = debugger.word(debugger.register(TP) + layout()["HART_CONTEXT"])
        self.assertEqual(self.registers_at(context), wanted)
        # The rest is as without a debugger.
        debugger.ask("D")
        output = self._qemu.communicate(timeout=60)[0].decode().replace("\r\n", "\n")
        self.assertTrue(output.endswith("\n199\n"), output)
        self.assertEqual(self._qemu.returncode, 0)
