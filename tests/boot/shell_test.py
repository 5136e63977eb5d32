# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Commands in the guest's shell, without a terminal."""

import re
import tempfile
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
        names = re.findall(r"^([a-z]+) ", run("help")[1], re.MULTILINE) + ["hello", "serial", "shell"]
        self.assertGreater(len(names), 15)
        status, output = run("; ".join(f"{name} --help" for name in names))
        self.assertEqual(status, 0)
        for name in names:
            self.assertRegex(output, f"(?m)^usage: {name}\\b")

    def test_every_builtin_refuses_wrong_arguments_with_status_2(self):
        wrong = ("dmesg x", "exit now", "fg 1 2", "help x", "jobs x", "kill", "kill me", "ls a b", "mem x",
                 "poweroff x", "ps x", "sleep", "sleep long", "sleep -1", "time", "uptime x")
        status, output = run("; ".join(f"{command}; echo {command}: $?" for command in wrong))
        self.assertEqual(status, 0)
        for command in wrong:
            self.assertIn(f"\n{command}: 2\n", output)

    def test_a_line_that_cannot_be_parsed_has_status_2_and_runs_nothing(self):
        lines = ("echo x | | cat", "echo x >", "echo 'x", "&& echo x", "echo x || echo y", "cat < x")
        status, output = run("\n".join(f"{line}\necho $?" for line in lines))
        self.assertEqual(status, 0)
        self.assertRegex(output, r"^(shell: [^\n]*\n2\n){%d}$" % len(lines))

    def test_a_script_that_wants_to_read_gets_the_end_of_input(self):
        self.assertEqual(run("cat; echo $?"), (0, "0\n"))


class Pipes(unittest.TestCase):
    def test_join_builtins_and_programs_in_any_order(self):
        cases = (
            ("echo a | cat", "a\n"),
            ("echo a | cat | cat | cat", "a\n"),
            ("hello x | cat", "Hello from Sirocco.\nargument 1: x\n"),
            ("hello | cat | cat", "Hello from Sirocco.\n"),
            ("echo lost | echo kept", "kept\n"),
            ("echo lost | hello", "Hello from Sirocco.\n"))
        self.assertEqual(run("\n".join(line for line, _ in cases)), (0, "".join(text for _, text in cases)))

    def test_have_the_status_of_their_last_command(self):
        status, output = run("nosuch | cat; echo $?; echo x | nosuch; echo $?")
        self.assertEqual(status, 0)
        self.assertEqual(output.splitlines(),
                         ["nosuch: no such command", "0", "nosuch: no such command", "127"])

    def test_carry_more_than_they_hold_without_a_change(self):
        # 100 lines of 1,000 characters, doubled: beyond a pipe's 64 KiB.
        lines = "".join(f"{i:04d}{'x' * 996}\n" for i in range(100))
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as text:
            text.write(lines)
            text.flush()
            status, output = run("cat /boot/text /boot/text | cat | cat", files={"text": text.name})
        self.assertEqual(status, 0)
        self.assertEqual(output, lines * 2)

    def test_without_a_reader_stop_their_writer(self):
        with tempfile.NamedTemporaryFile("w") as text:
            text.write("x" * 300000)
            text.flush()
            self.assertEqual(run("cat /boot/text | echo done", files={"text": text.name}), (0, "done\n"))

    def test_bind_more_than_and_and_and_more_than_semicolon(self):
        status, output = run("echo a | cat && echo b; nosuch | nosuch && echo c; echo $?; echo d && echo e | cat")
        self.assertEqual(status, 0)
        self.assertEqual([line for line in output.splitlines() if "no such" not in line],
                         ["a", "b", "127", "d", "e"])


class Redirection(unittest.TestCase):
    def test_keeps_the_output_of_builtins_programs_and_pipes(self):
        status, output = run("echo one > /tmp/a; hello > /tmp/b; echo three | cat > /tmp/c\n"
                             "cat /tmp/a /tmp/b /tmp/c; ls /tmp; ls /tmp/a; ls /")
        self.assertEqual(status, 0)
        self.assertEqual(output.splitlines(), [
            "one", "Hello from Sirocco.", "three", "a", "b", "c", "4  /tmp/a", "boot/", "tmp/"])

    def test_replaces_what_the_file_held(self):
        self.assertEqual(run("echo a long text > /tmp/f; echo b > /tmp/f; cat /tmp/f"), (0, "b\n"))

    def test_makes_an_empty_file_of_no_output(self):
        self.assertEqual(run("sleep 0 > /tmp/f; ls /tmp/f"), (0, "0  /tmp/f\n"))

    def test_into_a_file_leaves_the_pipe_behind_it_empty(self):
        self.assertEqual(run("echo x > /tmp/f | cat; echo -; cat /tmp/f"), (0, "-\nx\n"))

    def test_grows_a_file_as_far_as_is_needed(self):
        with tempfile.NamedTemporaryFile("w") as text:
            text.write("0123456789" * 100000)
            text.flush()
            status, output = run("cat /boot/text /boot/text > /tmp/f; ls /tmp/f", files={"text": text.name})
        self.assertEqual((status, output), (0, "2000000  /tmp/f\n"))

    def test_keeps_errors_on_the_console(self):
        self.assertEqual(run("nosuch > /tmp/f; cat /tmp/f"), (0, "nosuch: no such command\n"))

    def test_elsewhere_than_under_tmp_is_refused_before_anything_runs(self):
        paths = ("/boot/x", "x", "/tmp", "/tmp/", "/tmp/a/b", "/tmpx", "''")
        status, output = run("; ".join(f"echo hidden | cat > {path}; echo $?" for path in paths))
        self.assertEqual(status, 0)
        self.assertEqual(output, "".join(
            f"shell: {path.strip(chr(39))}: only files /tmp/NAME can be written\n2\n" for path in paths))


class Quoting(unittest.TestCase):
    def test_takes_operators_blanks_and_status_as_text(self):
        status, output = run("""echo 'a | b' "c > d" e\\;f 'g  h' "$?" '$?' "" i""")
        self.assertEqual((status, output), (0, "a | b c > d e;f g  h 0 $?  i\n"))


class Background(unittest.TestCase):
    def test_goes_on_while_the_next_command_runs(self):
        status, output = run("sleep 0.3 && echo second &\necho first; fg")
        self.assertEqual((status, output), (0, "first\nsecond\n"))

    def test_takes_a_whole_list_of_pipelines(self):
        status, output = run("sleep 0.1 && echo a | cat && hello & fg && echo all")
        self.assertEqual((status, output), (0, "a\nHello from Sirocco.\nall\n"))

    def test_jobs_have_numbers_and_names(self):
        status, output = run("sleep 50 & sleep 60 | cat &\njobs; kill %1; jobs; kill %2; jobs; fg")
        self.assertEqual(status, 1)
        self.assertEqual(output.splitlines(), [
            "[1] running: sleep 50", "[2] running: sleep 60 | cat", "[2] running: sleep 60 | cat", "fg: no job"])

    def test_has_the_status_of_its_job_in_front(self):
        self.assertEqual(run("sleep 0.2 && nosuch & fg 1"), (127, "nosuch: no such command\n"))

    def test_ends_with_the_shell(self):
        self.assertEqual(run("sleep 1000 & echo end"), (0, "end\n"))

    def test_may_switch_the_machine_off(self):
        self.assertEqual(run("sleep 0.1 && exit 9 & sleep 1000")[0], 9)


class Time(unittest.TestCase):
    def test_tells_how_long_a_pipeline_took(self):
        status, output = run("time sleep 0.25 | cat && time hello")
        self.assertEqual(status, 0)
        times = re.findall(r"^real ([0-9.]+) s, programs ([0-9.]+) s$", output, re.MULTILINE)
        self.assertEqual(len(times), 2, output)
        self.assertGreaterEqual(float(times[0][0]), 0.25)
        self.assertEqual(times[0][1], "0.000")

    def test_passes_the_status_on(self):
        self.assertEqual(run("time nosuch")[0], 127)


class Memory(unittest.TestCase):

    def test_forty_programs_leave_the_memory_of_vmos_as_it_was(self):
        # A program's memory goes in steps, the last of them after the shell has heard of its end.
        look = ["sleep 1", "mem"]
        status, output = run("\n".join(["hello", "hello"] + look + ["hello"] * 40 + look))
        self.assertEqual(status, 0)
        vmos = [int(line.split()[1]) for line in output.splitlines() if line.startswith("VMOs")]
        self.assertLess(abs(vmos[1] - vmos[0]), 64, output)


if __name__ == "__main__":
    unittest.main()
