#!/usr/bin/env python3
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The encodings of the kernel's symbol table; that panics can read it is tests/boot's business."""
import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.getcwd(), "tools/symbols"))

import dwarf_lines  # noqa: E402
import symbolise  # noqa: E402


def decode(data, at):
    """Rows as symbol_table.cc reads lines: [(offset, file, line)]."""
    reader, rows, offset, file, line = dwarf_lines.Reader(data, at), [], 0, None, 0
    while True:
        head = reader.uleb()
        if rows and head >> 1 == 0:
            return rows
        offset += (head >> 1) * 2
        if head & 1:
            file = reader.uleb()
        number = reader.uleb()
        line += (number >> 1) ^ -(number & 1)
        rows.append((offset, file, line))


class Names(unittest.TestCase):
    def test_parameters_go_and_templates_stay(self):
        for name, wanted in (
                ("a::f(int, b<c()>)", "a::f"),
                ("a::f() const", "a::f"),
                ("a::f<void (*)(int)>(int)", "a::f<void (*)(int)>"),
                ("a::(anonymous namespace)::f(int)", "a::(anonymous namespace)::f"),
                ("a::f(int) [clone .actor]", "a::f [clone .actor]"),
                ("a::operator()(int)", "a::operator()"),
                ("TrapEntry", "TrapEntry")):
            self.assertEqual(symbolise.strip_parameters(name), wanted)


class Numbers(unittest.TestCase):
    def test_unsigned_numbers_come_back(self):
        for value in (0, 1, 127, 128, 300, 2**32, 2**63):
            self.assertEqual(dwarf_lines.Reader(symbolise.uleb(value)).uleb(), value)

    def test_signed_numbers_are_read_as_dwarf_says(self):
        for data, value in ((b"\x02", 2), (b"\x7e", -2), (b"\xff\x00", 127), (b"\x80\x7f", -128)):
            self.assertEqual(dwarf_lines.Reader(data).sleb(), value)


class Rows(unittest.TestCase):
    def encode(self, first, last, rows):
        streams = symbolise.Streams()
        streams.data += b"before"
        at = streams.add(first, symbolise.spans(rows, sorted(rows), first, last),
                         symbolise.encode_line)
        return at if at == symbolise.NO_ROWS else decode(streams.data, at)

    def test_come_back_in_order_with_files_and_lines_that_fall(self):
        rows = {100: (0, 10), 104: (0, 7), 110: (2, 900), 400: (0, 11)}
        self.assertEqual(self.encode(100, 402, rows),
                         [(0, 0, 10), (4, 0, 7), (10, 2, 900), (300, 0, 11)])

    def test_of_a_function_begin_with_what_was_in_force_before_it(self):
        self.assertEqual(self.encode(102, 200, {100: (0, 10), 150: (0, 11)}),
                         [(0, 0, 10), (48, 0, 11)])

    def test_of_other_functions_are_left_out(self):
        self.assertEqual(self.encode(100, 104, {100: (0, 1), 104: (0, 2)}), [(0, 0, 1)])

    def test_that_repeat_are_one(self):
        self.assertEqual(self.encode(100, 200, {100: (0, 1), 110: (0, 1)}), [(0, 0, 1)])

    def test_that_do_not_exist_have_their_own_mark(self):
        self.assertEqual(self.encode(100, 200, {}), symbolise.NO_ROWS)
        self.assertEqual(self.encode(100, 200, {50: (0, 1), 90: None}), symbolise.NO_ROWS)


class Frames(unittest.TestCase):
    def test_saved_registers_are_read_from_their_cells(self):
        self.assertEqual(symbolise.below("c-16"), 16)
        self.assertEqual(symbolise.below("u"), 0)
        self.assertEqual(symbolise.below(None), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
