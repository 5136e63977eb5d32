# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Reads .debug_line. Source: DWARF 5, 6.2."""
import posixpath
import struct

_CONTENT_PATH, _CONTENT_DIRECTORY = 1, 2
_BUILD_FOLDERS = ("/proc/self/cwd/",)


class Reader:
    def __init__(self, data, at=0):
        self.data = data
        self.at = at

    def number(self, size, signed=False):
        value = int.from_bytes(self.data[self.at:self.at + size], "little", signed=signed)
        self.at += size
        return value

    def uleb(self):
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return value

    def sleb(self):
        start = self.at
        value = self.uleb()
        bits = 7 * (self.at - start)
        return value - (1 << bits) if value >> (bits - 1) else value

    def string(self):
        end = self.data.index(0, self.at)
        text = self.data[self.at:end].decode()
        self.at = end + 1
        return text


def _form(reader, form, elf_strings):
    if form == 0x08:
        return reader.string()
    if form in (0x0E, 0x1F):  # strp, line_strp
        return Reader(elf_strings[form], reader.number(4)).string()
    if form == 0x0F:
        return reader.uleb()
    sizes = {0x0B: 1, 0x05: 2, 0x06: 4, 0x07: 8, 0x1E: 16}
    if form not in sizes:
        raise SystemExit("unknown form %#x in a line table" % form)
    return reader.number(sizes[form])


def _entries(reader, elf_strings):
    formats = [(reader.uleb(), reader.uleb()) for _ in range(reader.number(1))]
    return [{content: _form(reader, form, elf_strings) for content, form in formats}
            for _ in range(reader.uleb())]


def _clean(path):
    path = posixpath.normpath(path)
    for folder in _BUILD_FOLDERS:
        if path.startswith(folder):
            path = path[len(folder):]
    if path.startswith("bazel-out/"):
        path = path.split("/bin/", 1)[-1]
    return path


def _unit(reader, end, elf_strings, emit):
    reader.number(2)  # Address and segment selector sizes.
    program = reader.number(4)
    program += reader.at
    reader.number(1)  # Minimum instruction length: 1 for all we read.
    reader.number(1)
    reader.number(1)
    line_base = reader.number(1, signed=True)
    line_range = reader.number(1)
    opcode_base = reader.number(1)
    lengths = [reader.number(1) for _ in range(opcode_base - 1)]
    folders = [entry[_CONTENT_PATH] for entry in _entries(reader, elf_strings)]
    files = [_clean(posixpath.join(folders[0], folders[entry.get(_CONTENT_DIRECTORY, 0)],
                                   entry[_CONTENT_PATH]))
             for entry in _entries(reader, elf_strings)]
    reader.at = program
    address, file, line = 0, 1, 1
    while reader.at < end:
        opcode = reader.number(1)
        if opcode >= opcode_base:
            address += (opcode - opcode_base) // line_range
            line += line_base + (opcode - opcode_base) % line_range
            emit(address, files[file], line)
        elif opcode == 0:
            size = reader.uleb()
            after = reader.at + size
            extended = reader.number(1)
            if extended == 1:
                emit(address, None, 0)
                address, file, line = 0, 1, 1
            elif extended == 2:
                address = reader.number(size - 1)
            reader.at = after
        elif opcode == 1:
            emit(address, files[file], line)
        elif opcode == 2:
            address += reader.uleb()
        elif opcode == 3:
            line += reader.sleb()
        elif opcode == 4:
            file = reader.uleb()
        elif opcode == 8:
            address += (255 - opcode_base) // line_range
        elif opcode == 9:
            address += reader.number(2)
        else:
            for _ in range(lengths[opcode - 1]):
                reader.uleb()


def read(elf, start, end):
    """({address: (file number, line), or None where a sequence ends}, [file])."""
    lines, files, numbers = {}, [], {}

    def emit(address, file, line):
        if not start <= address <= end:
            return
        if file is None:
            lines.setdefault(address, None)
        elif line != 0:
            if file not in numbers:
                numbers[file] = len(files)
                files.append(file)
            lines[address] = (numbers[file], line)

    data = elf.contents(".debug_line")
    elf_strings = {0x0E: elf.contents(".debug_str"), 0x1F: elf.contents(".debug_line_str")}
    reader = Reader(data)
    while reader.at < len(data):
        length = reader.number(4)
        if length == 0xFFFFFFFF:
            raise SystemExit("64-bit DWARF is not supported")
        unit_end = reader.at + length
        if reader.number(2) == 5:
            _unit(reader, unit_end, elf_strings, emit)
        reader.at = unit_end
    return lines, files
