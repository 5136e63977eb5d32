# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""./run: its options and its exit statuses."""

import tempfile
import unittest

from tools.qemu import machine as qemu
from tools.qemu.guest import run_command


class RunCommand(unittest.TestCase):
    def test_prints_what_the_commands_print_on_1_4_and_8_harts(self):
        for harts in "148":
            status, output, errors = run_command("--harts", harts, "-c", "echo hello; ps; ls /boot")
            self.assertEqual((status, errors), (0, ""))
            self.assertTrue(output.startswith("hello\n"))
            self.assertRegex(output, r"\n +\d+ .* serial\n")
            self.assertRegex(output, r"\n +\d+ .* shell\n")
            self.assertIn("\nLICENSE\n", output)

    def test_ends_with_127_for_an_unknown_command_on_1_4_and_8_harts(self):
        for harts in "148":
            self.assertEqual(run_command("--harts", harts, "-c", "nosuch")[:2],
                             (127, "nosuch: no such command\n"))

    def test_has_4_harts_and_256_mib_if_nothing_else_is_asked_for(self):
        output = run_command("-c", "uptime; mem")[1]
        self.assertIn(", 4 harts\n", output)
        self.assertRegex(output, r"\ntotal +262144 KiB\n")

    def test_gives_the_memory_that_is_asked_for(self):
        for size, kibibytes in [("32M", 32 << 10), ("1G", 1 << 20)]:
            self.assertRegex(run_command("--memory", size, "-c", "mem")[1],
                             rf"^total +{kibibytes} KiB\n")

    def test_puts_a_file_of_the_host_into_the_archive(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"from the host\n")
            file.flush()
            for path in ["etc/words", "/boot/etc/words"]:
                self.assertEqual(
                    run_command("--add", f"{path}={file.name}", "-c", "cat /boot/etc/words"),
                    (0, "from the host\n", ""))

    def test_repeats_exactly_under_icount_with_a_seed(self):
        once, again = (run_command("--icount", "--seed", "5", "-c", "uptime; mem; ps")
                       for _ in range(2))
        self.assertEqual(once[0], 0)
        self.assertIn(", 1 harts\n", once[1])
        self.assertEqual(once, again)

    def test_ends_with_241_when_its_time_is_over(self):
        self.assertEqual(run_command("--timeout", "5", "-c", "sleep 100; echo never"),
                         (qemu.HANG, "", "run: the machine did not end in time\n"))

    def test_ends_with_241_when_the_guest_finds_a_hart_hanging(self):
        status, output, errors = run_command("--append", "debug.crash=hang", "-c", "echo never")
        self.assertEqual((status, errors), (qemu.HANG, ""))
        self.assertIn("hart 0 of 4", output)

    def test_ends_with_240_after_a_panic(self):
        status, output, _ = run_command("--append", "debug.crash=panic", "-c", "echo never")
        self.assertEqual(status, qemu.PANIC)
        self.assertIn("kernel panic: debug.crash=panic\n", output)

    def test_ends_with_242_when_qemu_does_not_start(self):
        status, output, errors = run_command("--memory", "3M", "-c", "echo never")
        self.assertEqual((status, output), (qemu.REFUSED, ""))
        self.assertTrue(errors.endswith("run: the machine did not boot\n"))

    def test_ends_with_243_after_wrong_use_and_says_why(self):
        for arguments, reason in [
                (["--harts", "9"], "1 to 8 harts"),
                (["--harts", "0"], "1 to 8 harts"),
                (["--memory", "5"], "a size as 256M or 1G"),
                (["--timeout", "0"], "a positive number of seconds"),
                (["--add", "x=/nonexistent"], "/nonexistent: no such file"),
                (["--add", "x"], "GUEST=HOST"),
                (["--add", f"x={__file__}", "--add", f"/boot/x={__file__}"], "twice"),
                (["--nosuch"], "unrecognized arguments: --nosuch"),
                (["stray"], "unrecognized arguments: stray")]:
            status, output, errors = run_command(*arguments, "-c", "echo never")
            self.assertEqual((status, output), (qemu.USAGE, ""))
            self.assertIn(reason, errors.splitlines()[-1])


if __name__ == "__main__":
    unittest.main()
