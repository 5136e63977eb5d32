#!/usr/bin/env python3
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The linked vDSO: what it is, and that its checks notice what it must not be."""

import contextlib
import io
import struct
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, "tools/syscall_gen")
sys.path.insert(0, "tools/vdso_image")

import model  # noqa: E402
import vdso_image  # noqa: E402

LIBRARY, VERSION_SCRIPT = sys.argv[1:3]

RET = 0x8082


def instructions_until_return(code, at):
    count = 0
    while True:
        count += 1
        (halfword,) = struct.unpack_from("<H", code, at)
        if halfword == RET:
            return count
        at += 4 if halfword & 3 == 3 else 2


class Vdso(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(LIBRARY, "rb") as file:
            cls.elf = vdso_image.Elf(file.read())
        cls.text = vdso_image.check_segments(cls.elf)
        cls.table = model.load("vdso/syscalls.toml")

    def test_has_one_ecall_for_each_call_and_no_other(self):
        sites = vdso_image.check_sites(self.elf, self.text)
        self.assertEqual(sorted(sites), sorted(call.name for call in self.table.kernel_calls))

    def test_numbers_its_calls_as_the_table_does(self):
        sites = vdso_image.check_sites(self.elf, self.text)
        for call in self.table.kernel_calls:
            # li t0 is c.li or addi, right before the ecall.
            at = self.text[2] + sites[call.name]
            (long_form,) = struct.unpack_from("<I", self.elf.data, at - 4)
            (short_form,) = struct.unpack_from("<H", self.elf.data, at - 2)
            if long_form & 0xfffff == 0x00293:
                number = long_form >> 20
            else:
                self.assertEqual(short_form & 0xef83, 0x4281, call.name)
                number = short_form >> 2 & 31
            self.assertEqual(number, call.number * 8, call.name)

    def test_reads_the_clock_in_at_most_seven_instructions(self):
        symbols = self.elf.symbols(vdso_image.SHT_DYNSYM)
        for name in ("clock_get_monotonic", "clock_get_boot", "ticks_get", "ticks_get_boot"):
            value, _ = symbols["zx_" + name]
            self.assertLessEqual(instructions_until_return(self.elf.data, value), 7, name)

    def test_gives_both_names_one_address(self):
        symbols = self.elf.symbols(vdso_image.SHT_DYNSYM)
        for call in self.table.public_calls:
            self.assertEqual(symbols["zx_" + call.name], symbols["_zx_" + call.name])

    def test_keeps_its_constants_out_of_the_code(self):
        offset, _ = self.elf.symbols(vdso_image.SHT_SYMTAB)["vdso_constants"]
        self.assertLess(offset + 136, self.text[3])
        self.assertEqual(offset % 64, 0)

    def test_loads_as_whole_pages(self):
        image = vdso_image.image(self.elf, self.text)
        self.assertEqual(len(image) % vdso_image.PAGE, 0)
        self.assertEqual(image[:4], b"\x7fELF")
        header = vdso_image.header(self.elf, self.text, {})
        self.assertIn(f"#define VDSO_IMAGE_SIZE {len(image):#x}\n", header)


class Checks(unittest.TestCase):
    """Each plants one fault into the real library."""

    def setUp(self):
        with open(LIBRARY, "rb") as file:
            self.data = bytearray(file.read())
        self.elf = vdso_image.Elf(bytes(self.data))
        self.text = [s for s in self.elf.segments if s[1] == 5][0]

    def notice(self, message, version_script=VERSION_SCRIPT):
        with tempfile.NamedTemporaryFile() as file:
            file.write(self.data)
            file.flush()
            errors = io.StringIO()
            with contextlib.redirect_stderr(errors):
                status = vdso_image.main([file.name, version_script])
        self.assertEqual(status, 1)
        self.assertIn(message, errors.getvalue())

    def segment_header(self, index):
        return struct.unpack_from("<Q", self.data, 32)[0] + 56 * index

    def dynamic_entry(self, tag):
        (segment,) = [s for s in self.elf.segments if s[0] == vdso_image.PT_DYNAMIC]
        for at in range(segment[2], segment[2] + segment[5], 16):
            if struct.unpack_from("<Q", self.data, at)[0] == tag:
                return at
        self.fail(f"no dynamic entry {tag}")

    def test_pass_the_real_one(self):
        self.assertEqual(vdso_image.main([LIBRARY, VERSION_SCRIPT]), 0)

    def test_notice_a_hidden_ecall_in_the_middle_of_an_instruction(self):
        # lui t0, 0x7...: its upper half and the next lower half read as ecall.
        symbols = self.elf.symbols(vdso_image.SHT_DYNSYM)
        at = symbols["zx_deadline_after"][0]
        struct.pack_into("<I", self.data, at + 2, vdso_image.ECALL)
        self.notice("ecalls in the text")

    def test_notice_a_writable_segment(self):
        struct.pack_into("<I", self.data, self.segment_header(0) + 4, 6)
        self.notice("one R and one RX segment")

    def test_notice_uninitialised_data(self):
        struct.pack_into("<Q", self.data, self.segment_header(0) + 40, 0x4000)
        self.notice("uninitialised data")

    def test_notice_relocations(self):
        struct.pack_into("<Q", self.data, self.dynamic_entry(vdso_image.DT_RELASZ) + 8, 24)
        self.notice("has relocations")

    def test_notice_a_needed_library(self):
        struct.pack_into("<Q", self.data, self.dynamic_entry(16), vdso_image.DT_NEEDED)
        self.notice("needs other libraries")

    def test_notice_a_missing_export(self):
        with tempfile.NamedTemporaryFile("w") as script:
            with open(VERSION_SCRIPT, encoding="utf-8") as file:
                script.write(file.read().replace("global:", "global: zx_teapot;"))
            script.flush()
            self.notice("does not export zx_teapot", script.name)

    def test_notice_an_export_too_many(self):
        with tempfile.NamedTemporaryFile("w") as script:
            with open(VERSION_SCRIPT, encoding="utf-8") as file:
                script.write(file.read().replace(" zx_event_create;", ""))
            script.flush()
            self.notice("exports zx_event_create", script.name)

    def test_notice_another_machine(self):
        struct.pack_into("<H", self.data, 18, 62)
        self.notice("not a shared object for RISC-V")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
