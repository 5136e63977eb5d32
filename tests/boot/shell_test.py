# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Commands in the guest's shell, without a terminal."""

import unittest

from tools.qemu import guest as guests


def run(commands, **settings):
    with guests.Guest(**settings) as guest:
        outcome = guest.run(commands, timeout=60)
    return outcome.status, outcome.output.decode().replace("\r\n", "\n")


class Shell(unittest.TestCase):
    def boots_and_runs(self, harts):
        status, output = run("echo hello; ps; ls /boot", harts=harts)
        self.assertEqual(status, 0, output)
        lines = output.splitlines()
        self.assertEqual(lines[0], "hello")
        for process in ("userboot", "serial", "shell"):
            self.assertTrue(any(line.split()[-1:] == [process] for line in lines), output)
        self.assertIn("bin/", lines)

    def test_boots_and_runs_commands_on_one_hart(self):
        self.boots_and_runs(1)

    def test_boots_and_runs_commands_on_two_harts(self):
        self.boots_and_runs(2)

    def test_boots_and_runs_commands_on_four_harts(self):
        self.boots_and_runs(4)

    def test_boots_and_runs_commands_on_eight_harts(self):
        self.boots_and_runs(8)

    def test_an_unknown_command_has_status_127(self):
        status, output = run("nosuch")
        self.assertEqual((status, output), (127, "nosuch: no such command\n"))

    def test_wrong_arguments_have_status_2_and_show_the_usage(self):
        status, output = run("sleep")
        self.assertEqual(status, 2)
        self.assertTrue(output.startswith("usage: sleep SECONDS\n"), output)

    def test_the_last_status_leaves_the_machine(self):
        self.assertEqual(run("exit 7")[0], 7)

    def test_a_failure_ends_a_list_and_is_the_last_status(self):
        status, output = run("nosuch && echo not; echo $?")
        self.assertEqual(status, 0)
        self.assertEqual(output.splitlines()[1:], ["127"])

    def test_a_program_gets_its_arguments_and_the_console(self):
        status, output = run("hello one 'two three'")
        self.assertEqual(status, 0)
        self.assertEqual(output.splitlines(),
                         ["Hello from Sirocco.", "argument 1: one", "argument 2: two three"])

    def test_every_command_answers_help(self):
        names = [line.split()[0] for line in run("help")[1].splitlines()[:-1]]
        self.assertGreater(len(names), 10)
        status, output = run("; ".join(f"{name} --help" for name in names))
        self.assertEqual(status, 0)
        for name in names:
            self.assertIn(f"usage: {name} ", output)

    def test_forty_programs_leave_the_memory_of_vmos_as_it_was(self):
        status, output = run("\n".join(["hello", "hello", "mem"] + ["hello"] * 40 + ["mem"]))
        self.assertEqual(status, 0)
        vmos = [int(line.split()[1]) for line in output.splitlines() if line.startswith("VMOs")]
        self.assertLess(abs(vmos[1] - vmos[0]), 64, output)


if __name__ == "__main__":
    unittest.main()
