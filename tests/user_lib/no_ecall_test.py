# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Programs enter the kernel through the vDSO only: no other code has the instruction."""

import re
import subprocess
import tempfile
import unittest

from tools.qemu import image

OBJDUMP = "riscv64-linux-gnu-objdump"
HEADER_SIZE = 110  # Of newc.


def members(path):
    """{name: contents} of a newc archive."""
    with open(path, "rb") as stream:
        data = stream.read()
    found = {}
    at = 0
    while True:
        fields = [int(data[at + 6 + 8 * i:at + 14 + 8 * i], 16) for i in range(13)]
        size, name_size = fields[6], fields[11]
        name = data[at + HEADER_SIZE:at + HEADER_SIZE + name_size - 1].decode()
        if name == "TRAILER!!!":
            return found
        start = (at + HEADER_SIZE + name_size + 3) // 4 * 4
        found[name] = data[start:start + size]
        at = (start + size + 3) // 4 * 4


def end_of_functions(path):
    """Of an ELF file with symbols, whose constants follow its code in one section."""
    symbols = subprocess.run(["riscv64-linux-gnu-readelf", "-sW", path], check=True, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    functions = re.findall(r"^ *\d+: ([0-9a-f]+) +(\d+) FUNC", symbols, re.MULTILINE)
    return max(int(address, 16) + int(size) for address, size in functions)


def ecalls(path, *options):
    """(ecalls, instructions) in an ELF file's executable sections."""
    listing = subprocess.run([OBJDUMP, "-d", "--no-show-raw-insn", *options, path], check=True,
                             text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    found = re.findall(r"^ *[0-9a-f]+:\t(\S+)", listing, re.MULTILINE)
    return found.count("ecall"), len(found)


def ecalls_in(contents):
    with tempfile.NamedTemporaryFile() as file:
        file.write(contents)
        file.flush()
        return ecalls(file.name)


class NoEcall(unittest.TestCase):
    def test_is_in_any_program_of_the_image(self):
        programs = {name: contents for name, contents in members(image.of_runfiles().archive).items()
                    if contents.startswith(b"\x7fELF")}
        self.assertLessEqual({"bin/hello", "bin/serial", "bin/shell"}, set(programs))
        for name, contents in programs.items():
            with self.subTest(program=name):
                count, instructions = ecalls_in(contents)
                self.assertGreater(instructions, 1000)
                self.assertEqual(count, 0)

    def test_is_in_the_first_process(self):
        path = "userspace/userboot/elf/userboot.elf"
        count, instructions = ecalls(path, f"--stop-address={end_of_functions(path)}")
        self.assertGreater(instructions, 1000)
        self.assertEqual(count, 0)

    def test_is_in_a_program_that_uses_much_of_the_c_and_cxx_libraries(self):
        count, instructions = ecalls("tests/user_lib/guest_suite.elf")
        self.assertGreater(instructions, 100_000)
        self.assertEqual(count, 0)

    def test_would_be_found_if_it_were_there(self):
        count, _ = ecalls("vdso/vdso/libzircon.so")
        self.assertGreater(count, 50)


if __name__ == "__main__":
    unittest.main()
