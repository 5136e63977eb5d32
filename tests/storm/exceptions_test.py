# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Programs that do what none may: each ends by an exception, is named, and nobody else is hurt."""

import re
import struct
import unittest

from tools.qemu import guest as guests
from tools.symbols import elf

LAB = "tests/storm/lab.elf"
OFFEND = "tests/storm/offend.elf"
SYMBOLS = "tests/storm/offend_symbols/offend.debug"

EXCEPTION_KILL = -1028
POLICY = "POLICY_ERROR (system call outside the vDSO)"
PAGE_FAULT = "FATAL_PAGE_FAULT"
PAGE = 4096
PT_LOAD = 1


class Sites:
    """Where offend's instructions are in the VMO that the loader makes of their segment."""

    def __init__(self):
        with open(SYMBOLS, "rb") as stream:
            self._elf = elf.Elf(stream.read())

    def offset_of(self, symbol):
        address = self._elf.symbol(symbol).value
        start = max(start for start in self._segments() if start <= address)
        return address - start // PAGE * PAGE

    def _segments(self):
        table, = struct.unpack_from("<Q", self._elf.data, 32)
        count, = struct.unpack_from("<H", self._elf.data, 56)
        for at in range(table, table + count * 56, 56):
            kind, _, _, address = struct.unpack_from("<IIQQ", self._elf.data, at)
            if kind == PT_LOAD:
                yield address


class Run:
    """All offences in one boot: return codes, and what the log and a bystander said after each."""

    def __init__(self, cases, harts):
        files = {"bin/shell": LAB, "bin/offend": OFFEND}
        with guests.Guest(files=files, harts=harts) as guest:
            outcome = guest.run("exceptions " + " ".join(cases), timeout=60)
        self.status = outcome.status
        self.output = outcome.output.decode()
        parts = re.split(r"^case (\S+) code (-?\d+)$", self.output, flags=re.MULTILINE)
        self._cases = dict(zip(parts[1::3], zip(map(int, parts[2::3]), parts[3::3])))

    def of(self, case):
        """(return code, lines of the log, all that was said)"""
        code, said = self._cases.get(case, (None, self.output))
        return code, re.findall(r"^log (.*)$", said, re.MULTILINE), said


class Offence(unittest.TestCase):
    CASES = (
        "ecall-outside-the-vdso", "ecall-of-another-call", "read-vdso-code",
        "make-vdso-code-readable", "write-vdso-constants",
        "make-vdso-constants-writable", "write-vdso-headers", "write-vdso-code",
        "execute-data", "execute-stack", "jump-to-the-kernel", "jump-to-the-kernel-half",
        "jump-to-no-canonical-address", "jump-just-above-the-user-half", "read-the-kernel",
        "write-the-kernel", "read-no-canonical-address")

    @classmethod
    def setUpClass(cls):
        cls.sites = Sites()
        cls.runs = [Run(cls.CASES, harts) for harts in (1, 4)]

    def assert_ends(self, case, what, place):
        """`place`: the symbol of the instruction, or what the log has to match."""
        if place.startswith("Site"):
            place = f"at offset 0x{self.sites.offset_of(place):x} of what is mapped there"
        for run in self.runs:
            code, logged, said = run.of(case)
            self.assertEqual(code, EXCEPTION_KILL, said)
            self.assertEqual(len(logged), 1, said)
            self.assertRegex(logged[0], "^" + re.escape(f"{case} ({case}): {what}, ") + place + "$")
            self.assertNotRegex(logged[0], "[0-9a-f]{8}")  # No address.

    def assert_ends_nowhere(self, case):
        offset = self.sites.offset_of("SiteAfterJump")
        self.assert_ends(case, f"{PAGE_FAULT}, execute", "at no mapped instruction, called from "
                         f"offset 0x{offset:x} of what is mapped there")

    def test_an_ecall_outside_the_vdso_is_refused(self):
        self.assert_ends("ecall-outside-the-vdso", f"{POLICY}, execute", "SiteEcall")

    def test_an_ecall_of_the_vdso_with_the_number_of_another_is_refused(self):
        self.assert_ends("ecall-of-another-call", f"{POLICY}, execute",
                         "at offset 0x4[0-9a-f]{3} of what is mapped there")

    def test_the_code_of_the_vdso_cannot_be_read(self):
        self.assert_ends("read-vdso-code", f"{PAGE_FAULT}, read", "SiteLoad")

    def test_the_code_of_the_vdso_cannot_be_made_readable(self):
        self.assert_ends("make-vdso-code-readable", f"{PAGE_FAULT}, read", "SiteLoad")

    def test_the_constants_of_the_vdso_cannot_be_written(self):
        self.assert_ends("write-vdso-constants", f"{PAGE_FAULT}, write", "SiteStore")

    def test_the_constants_of_the_vdso_cannot_be_made_writable(self):
        self.assert_ends("make-vdso-constants-writable", f"{PAGE_FAULT}, write", "SiteStore")

    def test_the_headers_of_the_vdso_cannot_be_written(self):
        self.assert_ends("write-vdso-headers", f"{PAGE_FAULT}, write", "SiteStore")

    def test_the_code_of_the_vdso_cannot_be_written(self):
        self.assert_ends("write-vdso-code", f"{PAGE_FAULT}, write", "SiteStore")

    def test_data_cannot_be_executed(self):
        self.assert_ends("execute-data", f"{PAGE_FAULT}, execute",
                         "at offset 0x[0-9a-f]+ of what is mapped there")

    def test_a_stack_cannot_be_executed(self):
        self.assert_ends("execute-stack", f"{PAGE_FAULT}, execute",
                         "at offset 0x[0-9a-f]+ of what is mapped there")

    def test_the_text_of_the_kernel_cannot_be_jumped_to(self):
        self.assert_ends_nowhere("jump-to-the-kernel")

    def test_the_rest_of_the_kernel_half_cannot_be_jumped_to(self):
        self.assert_ends_nowhere("jump-to-the-kernel-half")

    def test_an_address_that_is_not_canonical_cannot_be_jumped_to(self):
        self.assert_ends_nowhere("jump-to-no-canonical-address")

    def test_the_first_address_above_the_user_half_cannot_be_jumped_to(self):
        self.assert_ends_nowhere("jump-just-above-the-user-half")

    def test_the_kernel_cannot_be_read(self):
        self.assert_ends("read-the-kernel", f"{PAGE_FAULT}, read", "SiteLoad")

    def test_the_kernel_cannot_be_written(self):
        self.assert_ends("write-the-kernel", f"{PAGE_FAULT}, write", "SiteStore")

    def test_an_address_that_is_not_canonical_cannot_be_read(self):
        self.assert_ends("read-no-canonical-address", f"{PAGE_FAULT}, read", "SiteLoad")

    def test_is_nobody_elses_trouble(self):
        for run in self.runs:
            self.assertEqual(run.status, 0, run.output)
            # A process that was there all the time answered after each.
            answers = re.findall(r"^echo (\d+)$", run.output, re.MULTILINE)
            self.assertEqual(answers, [str(i + 1) for i in range(len(self.CASES))])
            self.assertIn("\nbystander 0\n", run.output)


class Shell(unittest.TestCase):
    def test_answers_after_its_program_ended_by_an_exception(self):
        for harts in (1, 4):
            with guests.Guest(files={"bin/read-the-kernel": OFFEND}, harts=harts) as guest:
                outcome = guest.run("read-the-kernel; echo $?; echo alive; dmesg")
            self.assertEqual(outcome.status, 0)
            output = outcome.output.decode()
            self.assertTrue(output.startswith("199\nalive\n"), output)
            self.assertIn("] read-the-kernel (read-the-kernel): FATAL_PAGE_FAULT, read, at", output)
