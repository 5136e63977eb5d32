#!/usr/bin/env python3
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Checks the linked vDSO and makes of it what the kernel needs.

vdso_image LIBRARY VERSION_SCRIPT [header=FILE] [blob=FILE]
  header  offsets: text, constants, the ecall of each call
  blob    assembly with the image as data
"""

import re
import struct
import sys

PAGE = 4096
PT_LOAD, PT_DYNAMIC, PT_GNU_EH_FRAME, PT_GNU_STACK = 1, 2, 0x6474e550, 0x6474e551
DT_NEEDED, DT_STRTAB, DT_RELASZ, DT_SONAME, DT_RELSZ, DT_PLTRELSZ, DT_TEXTREL = 1, 5, 8, 14, 18, 2, 22
SHT_SYMTAB, SHT_DYNSYM = 2, 11
EM_RISCV = 243
ECALL = 0x00000073


class ImageError(Exception):
    """The library is not what a vDSO must be."""


def require(condition, message):
    if not condition:
        raise ImageError(message)


class Elf:
    def __init__(self, data):
        self.data = data
        require(data[:6] == b"\x7fELF\x02\x01", "not a little-endian ELF of 64 bits")
        (self.type, self.machine, _, _, phoff, shoff, _, _, phentsize, phnum, shentsize, shnum,
         _) = struct.unpack_from("<HHIQQQIHHHHHH", data, 16)
        self.segments = [struct.unpack_from("<IIQQQQQQ", data, phoff + i * phentsize)
                         for i in range(phnum)]
        self.sections = [struct.unpack_from("<IIQQQQIIQQ", data, shoff + i * shentsize)
                         for i in range(shnum)]

    def string(self, table, offset):
        start = table + offset
        return self.data[start:self.data.index(b"\0", start)].decode()

    def symbols(self, section_type):
        """name -> (value, section index) of a symbol table."""
        found = {}
        for _, kind, _, _, offset, size, link, _, _, entsize in self.sections:
            if kind != section_type:
                continue
            strings = self.sections[link][4]
            for at in range(offset, offset + size, entsize):
                name, _, _, index, value, _ = struct.unpack_from("<IBBHQQ", self.data, at)
                found[self.string(strings, name)] = (value, index)
        return found

    def dynamic(self):
        (segment,) = [s for s in self.segments if s[0] == PT_DYNAMIC]
        entries = {}
        for at in range(segment[2], segment[2] + segment[5], 16):
            tag, value = struct.unpack_from("<QQ", self.data, at)
            if tag == 0:
                break
            entries[tag] = value
        return entries


def check_segments(elf):
    """Returns the segment of code. One part to read, one to run, and nothing else is loaded."""
    require(elf.type == 3 and elf.machine == EM_RISCV, "not a shared object for RISC-V")
    loads = [s for s in elf.segments if s[0] == PT_LOAD]
    require([s[1] for s in loads] == [4, 5], "wants one R and one RX segment, has flags "
            f"{[s[1] for s in loads]}")
    others = {s[0] for s in elf.segments} - {PT_LOAD, PT_DYNAMIC, PT_GNU_EH_FRAME, PT_GNU_STACK}
    require(not others, f"unexpected segment types {sorted(others)}")
    for _, _, offset, vaddr, _, filesz, memsz, _ in loads:
        require(offset == vaddr, "a file offset is not the address")
        require(filesz == memsz, "a segment has uninitialised data")
    data, text = loads
    require(data[2] == 0 and text[3] % PAGE == 0 and data[6] <= text[3],
            "the segments share a page")
    return text


def check_dynamic(elf):
    dynamic = elf.dynamic()
    for tag, word in ((DT_RELASZ, "relocations"), (DT_RELSZ, "relocations"),
                      (DT_PLTRELSZ, "PLT relocations")):
        require(dynamic.get(tag, 0) == 0, f"has {word}")
    require(DT_NEEDED not in dynamic and DT_TEXTREL not in dynamic, "needs other libraries")
    name = elf.string(dynamic[DT_STRTAB], dynamic.get(DT_SONAME, 0))
    require(name == "libzircon.so", f"is named \"{name}\", not libzircon.so")


def check_exports(elf, version_script):
    wanted = set(re.findall(r"\b(_?zx_\w+);", version_script))
    exported = {name for name, (_, index) in elf.symbols(SHT_DYNSYM).items() if name and index != 0}
    exported -= {"ZX_1.0"}
    missing, extra = wanted - exported, exported - wanted
    require(not missing, f"does not export {', '.join(sorted(missing))}")
    require(not extra, f"exports {', '.join(sorted(extra))}")


def check_sites(elf, text):
    """Returns name -> offset of its ecall in the text; there are no other ecalls."""
    sites = {name[5:]: value - text[3] for name, (value, _) in elf.symbols(SHT_SYMTAB).items()
             if name.startswith("site_")}
    code = elf.data[text[2]:text[2] + text[5]]
    # At every halfword: a jump into the middle of an instruction is a jump too.
    found = {at for at in range(0, len(code) - 3, 2)
             if struct.unpack_from("<I", code, at)[0] == ECALL}
    require(len(set(sites.values())) == len(sites), "two calls share an ecall")
    require(found == set(sites.values()),
            f"{len(found)} ecalls in the text, {len(sites)} stubs: "
            f"{sorted(found ^ set(sites.values()))}")
    return sites


def header(elf, text, sites):
    size = (text[3] + text[6] + PAGE - 1) // PAGE * PAGE
    constants = elf.symbols(SHT_SYMTAB)["vdso_constants"][0]
    lines = ["// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0",
             "// Made from the linked vDSO.", "#pragma once\n", "// Offsets in the image, in bytes.",
             f"#define VDSO_IMAGE_SIZE {size:#x}",
             f"#define VDSO_TEXT_OFFSET {text[3]:#x}", f"#define VDSO_TEXT_SIZE {size - text[3]:#x}",
             f"#define VDSO_CONSTANTS_OFFSET {constants:#x}\n",
             "// The ecall of each call, from the start of the text."]
    lines += [f"#define VDSO_SITE_{name} {offset:#x}" for name, offset in sorted(sites.items())]
    return "\n".join(lines + [""])


def image(elf, text):
    """The loaded bytes, padded to pages: no section headers, no symbols but the dynamic ones."""
    data = bytearray(elf.data[:text[2] + text[5]])
    data += bytes(-len(data) % PAGE)
    struct.pack_into("<Q", data, 40, 0)      # e_shoff
    struct.pack_into("<HH", data, 60, 0, 0)  # e_shnum, e_shstrndx
    return bytes(data)


def blob(data):
    lines = ["// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0",
             "// Made from the linked vDSO.", '.section .rodata.VdsoImage, "a"',
             f".balign {PAGE}", ".global VdsoImageStart", "VdsoImageStart:"]
    words = struct.unpack(f"<{len(data) // 8}Q", data)
    for at in range(0, len(words), 4):
        lines.append("    .8byte " + ", ".join(f"{word:#x}" for word in words[at:at + 4]))
    return "\n".join(lines + [".global VdsoImageEnd", "VdsoImageEnd:",
                              '.section .note.GNU-stack, "", %progbits', ""])


def main(arguments):
    if len(arguments) < 2:
        sys.stderr.write(__doc__)
        return 2
    try:
        with open(arguments[0], "rb") as file:
            elf = Elf(file.read())
        with open(arguments[1], encoding="utf-8") as file:
            version_script = file.read()
        text = check_segments(elf)
        check_dynamic(elf)
        check_exports(elf, version_script)
        sites = check_sites(elf, text)
    except ImageError as error:
        sys.stderr.write(f"{arguments[0]}: {error}\n")
        return 1
    for request in arguments[2:]:
        kind, _, path = request.partition("=")
        made = header(elf, text, sites) if kind == "header" else blob(image(elf, text))
        with open(path, "w", encoding="utf-8") as file:
            file.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
