# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The shell at a terminal: what a person types, and what they see."""

import unittest

from tools.qemu import guest as guests

PROMPT = r"> $"
UP, DOWN, LEFT, RIGHT, HOME, END, DELETE = (
    "\x1b[A", "\x1b[B", "\x1b[D", "\x1b[C", "\x1b[H", "\x1b[F", "\x1b[3~")
BACKSPACE = "\x7f"


def control(letter):
    return chr(ord(letter) - ord("A") + 1)


class Terminal(unittest.TestCase):
    def setUp(self):
        self.guest = guests.Guest()
        self.addCleanup(self.guest.__exit__)
        self.terminal = self.guest.terminal()
        self.addCleanup(self.terminal.close)
        self.terminal.expect(PROMPT)

    def types(self, keys, answer):
        """Typing `keys` and Enter prints the line `answer`."""
        self.terminal.send(keys + "\r")
        self.terminal.expect(r"\r\n" + answer + r"\r\n")
        self.terminal.expect(PROMPT)

    def test_editing(self):
        self.types("echo plain", "plain")
        self.types("echo wrongg" + BACKSPACE, "wrong")
        self.types("echo ac" + LEFT + "b", "abc")
        self.types("cho x" + HOME + "e" + END + "y", "xy")
        self.types("echo xabc" + LEFT * 4 + DELETE, "abc")
        self.types("cho a" + control("A") + "e" + control("E") + "b", "ab")
        self.types("echo one two" + control("W") + "three", "one three")
        self.types("nonsense" + control("U") + "echo clean", "clean")
        self.types("echo keep drop" + LEFT * 5 + control("K"), "keep")

    def test_history(self):
        self.types("echo first", "first")
        self.types("echo second", "second")
        self.types(UP, "second")
        self.types(UP + UP, "first")
        self.types("echo draft" + UP + DOWN, "draft")

    def test_completion(self):
        self.types("ec\tdone", "done")
        self.types("ls /bo\t", "bin/")
        self.types("cat /boot/LIC\t --help", "cat: --help: no such file")

    def test_control_c_gives_up_the_line(self):
        self.terminal.send("echo never" + control("C"))
        self.terminal.expect(PROMPT)
        self.types("echo after", "after")

    def test_poweroff_ends_the_machine_with_0(self):
        self.terminal.send("poweroff\r")
        self.assertEqual(self.terminal.wait(20), 0)

    def test_exit_ends_the_machine_with_its_status(self):
        self.terminal.send("exit 5\r")
        self.assertEqual(self.terminal.wait(20), 5)


if __name__ == "__main__":
    unittest.main()
