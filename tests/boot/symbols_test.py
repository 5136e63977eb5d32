# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""What is linked into what, by the symbols of the linked files."""

import re
import subprocess
import unittest

from tools.qemu import image

PARSERS = re.compile(r"\b(elf|archive)::|\bElf\d*_|cpio", re.IGNORECASE)


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


if __name__ == "__main__":
    unittest.main()
