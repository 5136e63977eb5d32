# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The shell at a terminal: what a person types, and what they see.

Every step waits for what it expects; nothing waits for time to pass.
"""

import unittest

from tools.qemu import guest as guests

PROMPT = r"(?:^|[\r\n])> $"
UP, DOWN, RIGHT, LEFT, HOME, END, DELETE = (
    "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[H", "\x1b[F", "\x1b[3~")
WORD_LEFT, WORD_RIGHT = "\x1bb", "\x1bf"
BACKSPACE, TAB = "\x7f", "\t"

PROGRAMS = {f"bin/{name}": f"tests/terminal/{name}.elf" for name in ("crash", "spin", "wait_input")}


def control(letter):
    return chr(ord(letter) - ord("A") + 1)


class AtTerminal(unittest.TestCase):
    """The cases of a class share one machine, and get a new one after a failure."""

    guest = None
    terminal = None

    @classmethod
    def start(cls):
        cls.guest = guests.Guest(files=PROGRAMS)
        cls.terminal = cls.guest.terminal()
        cls.terminal.expect(PROMPT)

    @classmethod
    def stop(cls):
        if cls.terminal is not None:
            cls.terminal.close()
            cls.guest.__exit__()
            cls.terminal = None

    @classmethod
    def tearDownClass(cls):
        cls.stop()

    def setUp(self):
        if self.terminal is None:
            self.start()
        self.is_well = False

    def tearDown(self):
        if not self.is_well:
            type(self).stop()

    def done(self):
        """The terminal is at an empty prompt: the next case may have it."""
        self.is_well = True

    def send(self, keys):
        self.terminal.send(keys)

    def sees(self, pattern):
        return self.terminal.expect(pattern)

    def prints(self, keys, *lines):
        """Typing `keys` and Enter prints `lines`, patterns of whole lines, and then the prompt."""
        self.send(keys + "\r")
        for line in lines:
            self.sees(r"\n" + line + r"(?=\r*\n)")
        self.sees(PROMPT)


class Editing(AtTerminal):
    def test_backspace_takes_the_character_before_the_cursor(self):
        self.prints("echo wrongg" + BACKSPACE, "wrong")
        self.prints("echo x" + control("H") + "y", "y")
        self.done()

    def test_arrows_move_the_cursor_and_text_goes_in_there(self):
        self.prints("echo ac" + LEFT + "b", "abc")
        self.prints("echo ab" + LEFT * 2 + RIGHT + "-", "a-b")
        self.prints("echo ab" + control("B") + "-" + control("F") + "c", "a-bc")
        self.done()

    def test_home_and_end_go_to_the_ends(self):
        self.prints("cho x" + HOME + "e" + END + "y", "xy")
        self.prints("cho a" + control("A") + "e" + control("E") + "b", "ab")
        self.done()

    def test_delete_takes_the_character_under_the_cursor(self):
        self.prints("echo xabc" + LEFT * 4 + DELETE, "abc")
        self.prints("echo xabc" + LEFT * 4 + control("D"), "abc")
        self.done()

    def test_ctrl_w_takes_the_word_before_the_cursor(self):
        self.prints("echo one two" + control("W") + "three", "one three")
        self.done()

    def test_ctrl_u_takes_all_before_the_cursor(self):
        self.prints("nonsense" + control("U") + "echo clean", "clean")
        self.done()

    def test_ctrl_k_takes_all_behind_the_cursor_and_ctrl_y_puts_it_back(self):
        self.prints("echo keep drop" + LEFT * 5 + control("K"), "keep")
        self.prints("echo a b" + LEFT * 2 + control("K") + control("Y"), "a b")
        self.done()

    def test_words_are_jumped_over(self):
        self.prints("echo two three" + WORD_LEFT * 2 + "one " + WORD_RIGHT + "!", "one two! three")
        self.done()

    def test_a_line_longer_than_the_terminal_scrolls_and_stays_whole(self):
        text = "".join(chr(ord("a") + i % 26) for i in range(200))
        self.send("echo " + text + HOME + END)
        self.prints("", text)
        self.done()

    def test_characters_of_several_bytes_are_erased_whole(self):
        self.prints("echo x\u00e9" + BACKSPACE + "y", "xy")
        self.done()

    def test_an_empty_line_is_only_a_new_prompt(self):
        self.prints("")
        self.prints("   ")
        self.done()


class History(AtTerminal):
    def test_up_brings_back_the_last_lines(self):
        self.prints("echo first", "first")
        self.prints("echo second", "second")
        self.prints(UP, "second")
        self.prints(UP + UP, "first")
        self.done()

    def test_down_comes_back_to_the_draft(self):
        self.prints("echo old", "old")
        self.prints("echo draft" + UP + DOWN, "draft")
        self.done()

    def test_ctrl_p_and_ctrl_n_do_as_the_arrows(self):
        self.prints("echo one", "one")
        self.prints("echo two", "two")
        self.prints(control("P") + control("P") + control("N"), "two")
        self.done()

    def test_a_line_brought_back_can_be_edited(self):
        self.prints("echo typo", "typo")
        self.prints(UP + BACKSPACE * 4 + "fixed", "fixed")
        self.done()

    def test_repetitions_are_kept_once(self):
        self.prints("echo before", "before")
        self.prints("echo same", "same")
        self.prints("echo same", "same")
        self.prints(UP + UP, "before")
        self.done()


class Completion(AtTerminal):
    def test_of_a_builtins_name(self):
        self.prints("ec" + TAB + "done", "done")
        self.done()

    def test_of_a_programs_name(self):
        self.prints("hell" + TAB + "x", "Hello from Sirocco.", "argument 1: x")
        self.done()

    def test_of_a_path_step_by_step(self):
        self.prints("ls /bo" + TAB + "bi" + TAB, "hello", "serial", "shell")
        self.done()

    def test_of_a_file_that_was_written(self):
        self.prints("echo written > /tmp/a-long-name")
        self.prints("cat /tmp/a-" + TAB, "written")
        self.done()

    def test_of_a_command_after_a_pipe(self):
        self.prints("echo x | ca" + TAB, "x")
        self.done()

    def test_lists_what_is_possible_at_the_second_tab(self):
        self.send("ls /boot/bin/s" + TAB)
        self.sees("\a")
        self.send(TAB)
        self.sees(r"serial +shell")
        self.prints(control("U"))
        self.done()

    def test_of_what_does_not_exist_rings_the_bell(self):
        self.send("nosuchname" + TAB)
        self.sees("\a")
        self.prints(control("U"))
        self.done()


class Interrupt(AtTerminal):
    def test_ctrl_c_gives_up_the_line(self):
        self.send("echo never" + control("C"))
        self.sees(r"\^C")
        self.sees(PROMPT)
        self.prints("echo after", "after")
        self.done()

    def test_ctrl_c_ends_a_builtin_with_130(self):
        self.send("sleep 1000\r")
        self.sees(r"sleep 1000\r*\n")
        self.send(control("C"))
        self.sees(r"\^C")
        self.sees(PROMPT)
        self.prints("echo $?", "130")
        self.done()

    def test_ctrl_c_ends_a_program_that_waits_for_input(self):
        self.send("echo up && wait_input\r")
        self.sees(r"\nup\r*\nwaiting\r*\n")
        self.send(control("C"))
        self.sees(r"\^C")
        self.sees(PROMPT)
        self.prints("echo $?", "130")
        self.done()

    def test_ctrl_c_ends_a_program_that_only_computes(self):
        self.send("spin\r")
        self.sees(r"\nspinning\r*\n")
        self.send(control("C"))
        self.sees(PROMPT)
        self.prints("ps | cat > /tmp/ps; echo $?", "0")
        self.done()

    def test_ctrl_c_ends_all_of_a_pipeline(self):
        self.send("echo begun; sleep 1000 | cat | wait_input\r")
        self.sees(r"\nbegun\r*\n")
        self.send(control("C"))
        self.sees(r"\^C")
        self.sees(PROMPT)
        self.prints("jobs; echo none", "none")
        self.done()

    def test_ctrl_c_gives_up_the_rest_of_the_line(self):
        self.send("echo begun; sleep 1000 && echo not; echo not either\r")
        self.sees(r"\nbegun\r*\n")
        self.send(control("C"))
        self.assertNotIn("not", self.sees(r"\^C(.|\n)*" + PROMPT).group(0))
        self.done()

    def test_ctrl_c_leaves_the_background_alone(self):
        self.prints("sleep 1000 &", r"\[1\]")
        self.send("echo begun; sleep 1000\r")
        self.sees(r"\nbegun\r*\n")
        self.send(control("C"))
        self.sees(PROMPT)
        self.prints("jobs", r"\[1\] running: sleep 1000")
        self.prints("kill %1", r"\[1\] killed: sleep 1000")
        self.done()


class Jobs(AtTerminal):
    def test_of_the_background_announce_their_number_and_their_end(self):
        self.send("sleep 0.2 &\r")
        self.sees(r"\n\[1\]\r*\n")
        self.sees(r"\[1\] done: sleep 0.2\r*\n")
        self.prints("echo on", "on")
        self.done()

    def test_that_fail_say_so(self):
        self.send("nosuch &\r")
        self.sees(r"nosuch: no such command")
        self.sees(r"\[1\] status 127: nosuch\r*\n")
        self.prints("echo on", "on")
        self.done()

    def test_that_end_leave_the_line_that_is_typed_alone(self):
        self.send("sleep 0.2 &\recho ty")
        self.sees(r"\[1\] done: sleep 0.2\r*\n")
        self.sees(r"echo ty")
        self.prints("ped", "typed")
        self.done()

    def test_come_to_the_front_by_fg(self):
        self.prints("sleep 1000 &", r"\[1\]")
        self.send("echo begun; fg\r")
        self.sees(r"\nbegun\r*\n")
        self.send(control("C"))
        self.sees(PROMPT)
        self.prints("jobs; echo none", "none")
        self.done()

    def test_have_no_input_from_the_terminal(self):
        self.send("cat &\r")
        self.sees(r"\[1\] done: cat\r*\n")
        self.prints("echo mine", "mine")
        self.done()


class Streams(AtTerminal):
    def test_pipes_join_programs(self):
        self.prints("hello piped | cat | cat", "Hello from Sirocco.", "argument 1: piped")
        self.done()

    def test_output_can_be_kept_and_shown(self):
        self.prints("hello > /tmp/out && ls /tmp", "out")
        self.prints("cat /tmp/out", "Hello from Sirocco.")
        self.done()

    def test_output_elsewhere_is_refused(self):
        self.prints("echo x > /boot/x", "shell: /boot/x: only files /tmp/NAME can be written")
        self.prints("echo $?", "2")
        self.done()

    def test_a_command_reads_lines_as_they_are_typed(self):
        self.send("cat\r")
        self.sees(r"cat\r*\n")
        self.send("onne" + BACKSPACE * 2 + "e\r")
        self.sees(r"\none\r*\n")
        self.send(control("D"))
        self.sees(PROMPT)
        self.prints("echo $?", "0")
        self.done()

    def test_a_program_reads_lines_as_they_are_typed(self):
        self.send("wait_input\r")
        self.sees(r"\nwaiting\r*\n")
        self.send("word\r")
        self.sees(r"\ngot word\r*\n")
        self.sees(PROMPT)
        self.done()


class KernelLog(AtTerminal):
    def test_shows_the_kernels_lines_by_dmesg_and_never_between_the_users(self):
        self.send("crash\r")
        self.sees(r"crash\r*\n")
        self.assertEqual(self.sees("(.|\n)*" + PROMPT).group(0).strip("\r\n"), "> ")
        self.prints("echo $?", "199")
        self.prints("dmesg", r"\[ +\d+\.\d+\] crash \(crash\): FATAL_PAGE_FAULT, .*")
        self.done()


class End(AtTerminal):
    def test_poweroff_ends_the_machine_with_0(self):
        self.send("poweroff\r")
        self.assertEqual(self.terminal.wait(), 0)

    def test_exit_ends_the_machine_with_its_status(self):
        self.send("exit 5\r")
        self.assertEqual(self.terminal.wait(), 5)

    def test_ctrl_d_ends_the_machine_with_the_last_status(self):
        self.prints("nosuch", "nosuch: no such command")
        self.send(control("D"))
        self.assertEqual(self.terminal.wait(), 127)


if __name__ == "__main__":
    unittest.main()
