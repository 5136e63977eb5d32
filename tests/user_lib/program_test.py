# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""How programs start and end, as the shell that runs them sees it."""

import unittest

from tools.qemu import guest as guests

PROGRAMS = {f"bin/{name}": f"tests/user_lib/{name}.elf" for name in ("c_program", "cxx_program")}


def run(*commands):
    """Each command's output and status, all in one boot."""
    line = "; ".join(f"{command}; echo '<'$?'>'" for command in commands)
    with guests.Guest(files=PROGRAMS) as guest:
        outcome = guest.run(line, timeout=60)
    parts = outcome.output.decode().split("<")
    results = []
    text = parts[0]
    for part in parts[1:]:
        status, _, rest = part.partition(">\n")
        results.append((text, int(status)))
        text = rest
    assert len(results) == len(commands), outcome.output
    return results


class CProgram(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        names = ("arguments", "return", "negative", "exit", "_exit", "abort", "fault", "wrong")
        commands = ("c_program arguments 'two words' ''", "c_program return 42",
                    "c_program return -1", "c_program exit 3", "c_program _exit 4",
                    "c_program abort", "c_program fault", "c_program nonsense")
        cls.results = dict(zip(names, run(*commands)))

    def test_gets_its_arguments_as_they_were_given(self):
        self.assertEqual(self.results["arguments"], (
            "argument 0: [c_program]\nargument 1: [arguments]\nargument 2: [two words]\n"
            "argument 3: []\nthen nothing\n", 0))

    def test_ends_with_what_main_returns(self):
        self.assertEqual(self.results["return"], ("", 42))

    def test_of_a_negative_status_is_seen_as_199(self):
        self.assertEqual(self.results["negative"], ("", 199))

    def test_runs_its_exit_handlers_backwards_and_flushes(self):
        self.assertEqual(self.results["exit"], ("bufferedregistered second\nregistered first\n", 3))

    def test_that_leaves_by__exit_flushes_nothing(self):
        self.assertEqual(self.results["_exit"], ("", 4))

    def test_that_aborts_ends_as_by_an_exception(self):
        self.assertEqual(self.results["abort"], ("", 199))

    def test_that_writes_through_a_null_pointer_ends_as_by_an_exception(self):
        self.assertEqual(self.results["fault"], ("", 199))

    def test_reads_what_another_writes_to_the_end(self):
        (output, status), = run("echo 'one line' | c_program copy")
        self.assertEqual((output, status), ("1: one line\n", 0))

    def test_writes_errors_to_the_console_too(self):
        self.assertEqual(self.results["wrong"], ("c_program: unknown: nonsense\n", 2))


class CxxProgram(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.names = ("", "throw", "throw-in-thread", "noexcept", "terminate", "exit")
        cls.results = dict(zip(cls.names, run(*(f"cxx_program {name}" for name in cls.names))))

    def test_destroys_its_statics_when_main_returns(self):
        self.assertEqual(self.results[""], ("main runs\nstatic destroyed\n", 3))

    def test_destroys_its_statics_when_it_exits(self):
        self.assertEqual(self.results["exit"], ("main runs\nstatic destroyed\n", 5))

    def test_names_the_exception_that_nobody_caught(self):
        output, status = self.results["throw"]
        self.assertIn("terminate called after throwing an instance of 'std::runtime_error'\n"
                      "  what():  nobody catches this\n", output)
        self.assertEqual(status, 199)

    def test_ends_when_a_thread_lets_an_exception_out(self):
        output, status = self.results["throw-in-thread"]
        self.assertIn("terminate called after throwing an instance of 'int'\n", output)
        self.assertEqual(status, 199)

    def test_ends_when_an_exception_leaves_noexcept(self):
        output, status = self.results["noexcept"]
        self.assertIn("std::logic_error", output)
        self.assertEqual(status, 199)

    def test_destroys_nothing_when_it_is_terminated(self):
        output, status = self.results["terminate"]
        self.assertNotIn("static destroyed", output)
        self.assertEqual(status, 199)


if __name__ == "__main__":
    unittest.main()
