# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""What is linked into what, by the symbols of the linked files."""

import re
import subprocess
import unittest

from tools.qemu import image

PARSERS = re.compile(r"\b(elf|archive)::|\bElf\d*_|cpio", re.IGNORECASE)


# Of instructions without aliases and prefixes: those that go elsewhere than to a named place, or
# come back; a named place; those with a register of a message, and which of them there may be.
CALL = re.compile(r"jalr|jr|jal(?! zero,)|ret|auipc|ecall")
PLACE = re.compile(r"<([\w.$]+)(?:\+0x[0-9a-f]+)?>")
WORD = re.compile(r"\b(?:a[1-7]|t1)\b")
OTHER = r"(?:a0|s\d+|t[02-6])"
ALLOWED = re.compile(rf"addi {OTHER},t1,-4|addiw {OTHER},a1,0|(?:srli|slli) a1,(?:a1,)?0x20"
                     rf"|add\.uw a1,{OTHER},a1")


def disassembly(path, function):
    """The instructions of a function."""
    listing = subprocess.run(["riscv64-linux-gnu-objdump", "-d", "-M", "no-aliases",
                              "--no-show-raw-insn", f"--disassemble={function}", path],
                             check=True, text=True, stdout=subprocess.PIPE).stdout
    lines = re.findall(r"^[ 0-9a-f]+:\s+(.*)$", listing, re.MULTILINE)
    return [" ".join(line.removeprefix("c.").split()) for line in lines]


def symbols(path):
    """Demangled names of all functions and variables."""
    listing = subprocess.run(["riscv64-linux-gnu-nm", "-C", path], check=True, text=True,
                             stdout=subprocess.PIPE).stdout
    return [line.split(" ", 2)[2] for line in listing.splitlines() if line[0] != " "]


class Symbols(unittest.TestCase):
    def test_the_kernel_has_no_parser_of_elf_or_archives(self):
        kernel = symbols(image.of_runfiles().kernel)
        self.assertGreater(len(kernel), 500)
        self.assertEqual([name for name in kernel if PARSERS.search(name)], [])
        # The same eyes see the parsers where they are.
        userboot = symbols("tests/boot/programs/userboot.elf")
        self.assertTrue(any("elf::PlanImage" in name for name in userboot if PARSERS.search(name)))
        self.assertTrue(any("archive::Find" in name for name in userboot if PARSERS.search(name)))

    def test_the_serial_driver_reaches_the_machine_by_its_handles_alone(self):
        calls = {name for name in symbols("tests/boot/programs/serial.debug") if name.startswith("zx_")}
        self.assertIn("zx_interrupt_ack", calls)
        self.assertIn("zx_vmar_map", calls)
        self.assertEqual([name for name in sorted(calls) if name.startswith("zx_debug_")], [])
        # Nor does it make itself handles to other devices.
        self.assertEqual(calls & {"zx_vmo_create_physical", "zx_interrupt_create", "zx_resource_create"}, set())


    def test_the_switch_of_live_words_calls_nothing_and_leaves_the_words_alone(self):
        for name in ("SyscallChannelCallRegsLive", "SyscallChannelServeLive"):
            code = disassembly(image.of_runfiles().kernel, name)
            self.assertGreater(len(code), 100)
            self.assertEqual([line for line in code if CALL.match(line)], [])
            places = {match[1] for match in map(PLACE.search, code) if match} - {name}
            self.assertIn("RiscvSwitchDirectly", places)
            self.assertEqual([place for place in places - {"RiscvSwitchDirectly"}
                              if not place.startswith("RiscvSaveWordsAnd")], [])
            # The size is looked at, and the lower half of the first word; the caller's are set.
            words = [line for line in code if WORD.search(line)]
            self.assertGreaterEqual(len(words), 2)
            self.assertEqual([line for line in words if not ALLOWED.fullmatch(line)], [])


if __name__ == "__main__":
    unittest.main()
