#!/usr/bin/env python3
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""symbolise.py IN.elf OUT.elf: appends the table that panics read to a linked kernel.

The table holds, for each function: its name, its source lines, and how to unwind from each of its
instructions. kernel/arch/riscv64/symbol_table.h describes it. It fills the segment of the section
.symbols, which the linker script puts last, so no address moves and one link is enough.
"""
import bisect
import re
import struct
import subprocess
import sys

sys.dont_write_bytecode = True  # Runs in the source tree, which stays as it is.

import dwarf_lines  # noqa: E402
from elf import Elf  # noqa: E402

MAGIC = 0x316D79732D636F72
HEADER = struct.Struct("<QIIIIII")
NO_ROWS = 0xFFFFFFFF
PREFIX = "riscv64-linux-gnu-"


def uleb(value):
    out = bytearray()
    while True:
        byte = value & 0x7F
        value >>= 7
        out.append(byte | (0x80 if value else 0))
        if not value:
            return bytes(out)


def zigzag(value):
    return uleb(value << 1 if value >= 0 else (-value << 1) - 1)


def strip_parameters(name):
    """"a::f(int) [clone .actor]" -> "a::f [clone .actor]"; leaves what is no function alone."""
    clone = ""
    match = re.search(r"(?: \[clone [^\]]*\])+$", name)
    if match:
        clone, name = match.group(0), name[: match.start()]
    name = re.sub(r"( const)?( &{1,2})?$", "", name)
    if not name.endswith(")"):
        return name + clone
    depth = 0
    for at in range(len(name) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(name[at], 0)
        if depth == 0:
            return (name[:at] or name) + clone
    return name + clone


def demangle(names):
    done = subprocess.run([PREFIX + "c++filt"], input="\n".join(names), capture_output=True,
                          text=True, check=True)
    return [strip_parameters(line) for line in done.stdout.splitlines()]


def read_functions(elf, start, end):
    """Sorted [(address, name)], one an address."""
    best = {}
    for symbol in elf.symbols():
        if not start <= symbol.value < end or not symbol.name or symbol.name[0] in ".$":
            continue
        if symbol.kind not in ("func", "notype"):
            continue
        rank = (symbol.kind == "func", symbol.is_global, symbol.name)
        if symbol.value not in best or best[symbol.value] < rank:
            best[symbol.value] = rank
    return [(address, best[address][2]) for address in sorted(best)]


def read_frames(path, start, end):
    """{address: (CFA is s0, CFA offset, ra below, s0 below)} and the ends of the ranges."""
    dump = subprocess.run([PREFIX + "readelf", "-W", "--debug-dump=frames-interp", path],
                          capture_output=True, text=True, check=True).stdout
    rows, ends, columns, stop = {}, set(), [], None
    for line in dump.splitlines():
        match = re.search(r" FDE .* pc=([0-9a-f]+)\.\.([0-9a-f]+)", line)
        if match:
            stop = int(match.group(2), 16)
            first = int(match.group(1), 16)
            if start <= first < end:
                rows[first] = (0, 0, 0, 0)  # The CIE's: nothing is pushed yet.
                ends.add(stop)
        elif " CIE " in line:
            stop = None
        elif line.strip().startswith("LOC"):
            columns = line.split()
        else:
            cells = line.split()
            if stop is None or len(cells) != len(columns) or not re.fullmatch("[0-9a-f]+", cells[0]):
                continue
            address = int(cells[0], 16)
            cell = dict(zip(columns, cells))
            rule = re.fullmatch(r"(sp|s0)\+(\d+)", cell["CFA"])
            if rule and start <= address < end:
                rows[address] = (int(rule.group(1) == "s0"), int(rule.group(2)),
                                 below(cell.get("ra")), below(cell.get("s0")))
    return rows, ends


def below(cell):
    """How far below the CFA a register was saved; 0: it was not."""
    match = re.fullmatch(r"c-(\d+)", cell or "u")
    return int(match.group(1)) if match else 0


def spans(rows, keys, first, last):
    """Rows that apply in [first, last), the one in force at `first` moved there."""
    at = bisect.bisect_right(keys, first) - 1
    if at >= 0:
        yield first, rows[keys[at]]
    for key in keys[at + 1: bisect.bisect_left(keys, last)]:
        yield key, rows[key]


class Streams:
    """Rows in the encoding of symbol_table.cc, one stream a function."""

    def __init__(self):
        self.data = bytearray()

    def add(self, first, rows, encode):
        kept, previous = [], None
        for address, row in rows:
            if row is not None and row != previous:
                kept.append((address, row))
                previous = row
        if not kept:
            return NO_ROWS
        offset, at, previous = len(self.data), first, None
        for address, row in kept:
            # What is not known of the first instructions is taken to be what comes next.
            address = first if previous is None else address
            self.data += encode((address - at) // 2, row, previous)
            at, previous = address, row
        self.data += uleb(0)
        return offset


def encode_line(advance, row, previous):
    file, line = row
    changes = previous is None or previous[0] != file
    head = uleb(advance * 2 + int(changes))
    return head + (uleb(file) if changes else b"") + zigzag(line - (previous[1] if previous else 0))


def encode_frame(advance, row, _):
    return uleb(advance * 2 + row[0]) + b"".join(uleb(value) for value in row[1:])


def build_table(elf, path):
    start = elf.symbol("__image_start").value
    end = elf.symbol("__text_end").value
    functions = read_functions(elf, start, end)
    names = demangle([name for _, name in functions])
    lines, files = dwarf_lines.read(elf, start, end)
    frames, frame_ends = read_frames(path, start, end)
    for address in frame_ends:
        frames.setdefault(address, None)
    line_keys, frame_keys = sorted(lines), sorted(frames)

    strings, string_at = bytearray(), {}

    def intern(text):
        if text not in string_at:
            string_at[text] = len(strings)
            strings.extend(text.encode() + b"\0")
        return string_at[text]

    streams, entries = Streams(), bytearray()
    limits = [address for address, _ in functions[1:]] + [end]
    for (address, _), name, limit in zip(functions, names, limits):
        entries += struct.pack(
            "<IIII", address - start, intern(name),
            streams.add(address, spans(lines, line_keys, address, limit), encode_line),
            streams.add(address, spans(frames, frame_keys, address, limit), encode_frame))
    entries += struct.pack("<IIII", end - start, 0, NO_ROWS, NO_ROWS)
    file_table = b"".join(struct.pack("<I", intern(file)) for file in files)

    functions_at = HEADER.size
    files_at = functions_at + len(entries)
    strings_at = files_at + len(file_table)
    streams_at = strings_at + len(strings)
    size = (streams_at + len(streams.data) + 7) & ~7
    header = HEADER.pack(MAGIC, size, len(functions), functions_at, files_at, strings_at, streams_at)
    return (header + bytes(entries) + file_table + bytes(strings) + bytes(streams.data)).ljust(
        size, b"\0")


def main():
    source, target = sys.argv[1:]
    elf = Elf(open(source, "rb").read())
    elf.fill_section(".symbols", build_table(elf, source))
    with open(target, "wb") as out:
        out.write(elf.data)


if __name__ == "__main__":
    main()
