#!/usr/bin/env python3
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Turns userboot's ELF file into what the kernel embeds: flat bytes, an assembly file with them, and
a header with the bounds. Refuses an image that would not run where the kernel puts it."""

import struct
import sys

PAGE_SIZE = 4096
PT_LOAD, SHT_RELA, SHT_SYMTAB = 1, 4, 2


def fail(message):
    sys.exit(f"make_image: {message}")


class Elf:
    def __init__(self, data):
        self.data = data
        (self.entry, self.ph_offset, self.sh_offset, _, _, self.ph_size, self.ph_count, self.sh_size,
         self.sh_count, _) = struct.unpack_from("<QQQIHHHHHH", data, 24)

    def sections(self):
        for i in range(self.sh_count):
            yield struct.unpack_from("<IIQQQQIIQQ", self.data, self.sh_offset + i * self.sh_size)

    def load_segments(self):
        for i in range(self.ph_count):
            kind, flags, offset, address, _, file_size, memory_size, _ = struct.unpack_from(
                "<IIQQQQQQ", self.data, self.ph_offset + i * self.ph_size)
            if kind == PT_LOAD:
                yield flags, offset, address, file_size, memory_size

    def symbols(self):
        sections = list(self.sections())
        for section in sections:
            if section[1] != SHT_SYMTAB:
                continue
            strings = sections[section[6]][4]
            for at in range(section[4], section[4] + section[5], 24):
                name, _, _, _, value, _ = struct.unpack_from("<IBBHQQ", self.data, at)
                end = self.data.index(b"\0", strings + name)
                yield self.data[strings + name:end].decode(), value


def code(elf):
    """The bytes of the segment at address 0, filled up to whole pages."""
    for flags, offset, address, file_size, memory_size in elf.load_segments():
        if address == 0:
            if flags & 2 or file_size != memory_size:
                fail("the code segment is writable or not all in the file")
            data = elf.data[offset:offset + file_size]
            return data + bytes(-len(data) % PAGE_SIZE)
    fail("no segment at address 0")


def main():
    elf_path, bin_path, assembly_path, header_path = sys.argv[1:]
    with open(elf_path, "rb") as file:
        elf = Elf(file.read())
    if elf.entry != 0:
        fail("the entry is not at offset 0")
    if any(section[1] == SHT_RELA and section[5] for section in elf.sections()):
        fail("relocations are left")
    symbols = dict(elf.symbols())
    image = code(elf)
    if len(image) != symbols["userboot_code_size"]:
        fail("code size differs from the linker's")

    with open(bin_path, "wb") as file:
        file.write(image)
    with open(assembly_path, "w") as file:
        file.write("    .section .rodata.userboot, \"a\"\n    .balign 4096\n"
                   "    .globl kUserbootCode\nkUserbootCode:\n")
        for at in range(0, len(image), 16):
            file.write("    .byte " + ",".join(str(byte) for byte in image[at:at + 16]) + "\n")
    code_size, total = symbols["userboot_code_size"], symbols["userboot_image_size"]
    with open(header_path, "w") as file:
        file.write(f"""// Made by make_image.py.
#pragma once

#include <cstddef>

/// The first process's image. It runs at any page: kUserbootCodeSize bytes of these, readable and
/// executable, directly followed by kUserbootZerosSize bytes of zeros, readable and writable. The
/// entry is offset 0; the first stack pointer is kUserbootStackTop from the image's start.
extern "C" const unsigned char kUserbootCode[];
inline constexpr size_t kUserbootCodeSize = {code_size:#x};
inline constexpr size_t kUserbootZerosSize = {total - code_size:#x};
inline constexpr size_t kUserbootStackTop = {symbols["userboot_stack_top"]:#x};
""")


main()
