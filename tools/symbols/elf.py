# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""As much of 64-bit little-endian ELF as symbolise.py needs."""
import collections
import struct

Section = collections.namedtuple("Section", "index name kind address offset size link")
Symbol = collections.namedtuple("Symbol", "name value kind is_global")

_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_KINDS = {0: "notype", 1: "object", 2: "func"}
_PT_LOAD = 1
_NOBITS = 8
_PAGE = 4096


class Elf:
    def __init__(self, data):
        if data[:6] != b"\x7fELF\x02\x01":
            raise SystemExit("not a 64-bit little-endian ELF file")
        self.data = bytearray(data)
        (self._phoff, self._shoff) = struct.unpack_from("<QQ", data, 32)
        (self._phnum, _, self._shnum, self._shstrndx) = struct.unpack_from("<HHHH", data, 56)
        raw = [_SECTION.unpack_from(data, self._shoff + i * _SECTION.size)
               for i in range(self._shnum)]
        names = raw[self._shstrndx][4]
        self.sections = [
            Section(i, self._string(names + r[0]), r[1], r[3], r[4], r[5], r[6])
            for i, r in enumerate(raw)]

    def _string(self, offset):
        return self.data[offset:self.data.index(0, offset)].decode()

    def section(self, name):
        return next((s for s in self.sections if s.name == name), None)

    def contents(self, name):
        section = self.section(name)
        if section is None or section.kind == _NOBITS:
            return b""
        return bytes(self.data[section.offset:section.offset + section.size])

    def symbols(self):
        table = self.section(".symtab")
        strings = self.sections[table.link].offset
        for offset in range(table.offset, table.offset + table.size, _SYMBOL.size):
            name, info, _, shndx, value, _ = _SYMBOL.unpack_from(self.data, offset)
            if shndx != 0:
                yield Symbol(self._string(strings + name), value, _KINDS.get(info & 15, "other"),
                             info >> 4 == 1)

    def symbol(self, name):
        return next(s for s in self.symbols() if s.name == name)

    def fill_section(self, name, contents):
        """Makes `contents` all of a section that is alone in the last segment."""
        section = self.section(name)
        self.data.extend(bytes(-len(self.data) % _PAGE + section.address % _PAGE))
        offset = len(self.data)
        self.data.extend(contents)
        struct.pack_into("<QQ", self.data, self._shoff + section.index * _SECTION.size + 24, offset,
                         len(contents))
        for i in range(self._phnum):
            at = self._phoff + i * 56
            kind, = struct.unpack_from("<I", self.data, at)
            address, = struct.unpack_from("<Q", self.data, at + 16)
            if kind == _PT_LOAD and address == section.address:
                struct.pack_into("<Q", self.data, at + 8, offset)
                struct.pack_into("<QQ", self.data, at + 32, len(contents), len(contents))
                return
        raise SystemExit("no segment starts at section " + name)
