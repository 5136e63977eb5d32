# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""What the house rules find, and what they leave alone."""

import unittest

from tools.test.gates import lint
from tools.test.gates import packages
from tools.test.gates import shared_fields

_HEADER = "// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0\n"


def problems(code, path="kernel/base/here.cc"):
    return lint.check_cpp(path, _HEADER + code)


class CoroutineRules(unittest.TestCase):
    def test_a_co_await_stands_on_a_line_of_its_own(self):
        for code in ("auto status = co_await op;", "co_await op;", "status = co_await Task();",
                     "CO_TRY(Held<int> out, co_await ctx.Hold(observed));"):
            self.assertEqual(problems(f"Task<int> F() {{\n  {code}\n}}\n"), [], code)

    def test_a_co_await_within_something_else_is_refused(self):
        for code in ("if (co_await op) {}", "while (co_await op) {}", "Use(co_await op);",
                     "co_return co_await op;", "auto x = ready ? 1 : co_await op;",
                     "auto x = Pair{co_await op};", "ASSERT(co_await op);",
                     "bool x = a && co_await op;"):
            self.assertEqual(len(problems(f"Task<int> F() {{\n  {code}\n}}\n")), 1, code)

    def test_comments_and_strings_are_no_code(self):
        self.assertEqual(problems('// if (co_await op)\nchar text[] = "if (co_await op)";\n'), [])

    def test_a_lambda_with_captures_does_not_wait(self):
        self.assertEqual(len(problems("auto f = [&op]() -> Task<int> { co_return 1; };\n")), 1)
        self.assertEqual(problems("auto f = []() -> Task<int> { co_return 1; };\n"), [])


class SharedFields(unittest.TestCase):
    def found(self, fields):
        code = f"class Shared {{\n public:\n  int Get() const {{ return a_; }}\n\n private:\n{fields}}};\n"
        return [problem.split(": ")[1].split()[0]
                for problem in shared_fields.problems("kernel/base/here.h", code)]

    def test_a_field_beside_a_lock_says_what_guards_it(self):
        self.assertEqual(self.found("  SpinLock<LockRank::kPort> lock_;\n  int a_ = 0;\n"), ["Shared::a_"])
        self.assertEqual(self.found("  SpinLock<LockRank::kPort> lock_;\n  List<Op> a_{};\n"),
                         ["Shared::a_"])

    def test_a_guarded_atomic_const_or_explained_field_is_left_alone(self):
        self.assertEqual(self.found(
            "  SpinLock<LockRank::kPort> lock_;\n"
            "  int a_ GUARDED_BY(lock_) = 0;\n"
            "  std::atomic<int> b_{0};\n"
            "  const int c_;\n"
            "  Port& d_;\n"
            "  int e_ = 0;  // The owner's.\n\n"
            "  // Fixed by Init.\n"
            "  int f_ = 0;\n"
            "  int g_ = 0;\n"), [])

    def test_a_blank_line_ends_what_a_comment_is_about(self):
        self.assertEqual(self.found(
            "  SpinLock<LockRank::kPort> lock_;\n  // Fixed by Init.\n  int f_ = 0;\n\n  int g_ = 0;\n"),
                         ["Shared::g_"])

    def test_without_a_lock_nothing_is_shared(self):
        self.assertEqual(self.found("  int a_ = 0;\n"), [])


class SetUp(unittest.TestCase):
    def missing(self, installed, path, text):
        script = f'RUN_PACKAGES="{installed}"\n'
        return [problem.split()[-6] for problem in packages.problems({packages.SETUP: script, path: text})]

    def test_installs_what_sources_include(self):
        text = "#include <relacy/relacy.hpp>\n#include <stdio.h>\n"
        self.assertEqual(self.missing("g++", "a.cc", text), ["relacy-dev,"])
        self.assertEqual(self.missing("g++ relacy-dev", "a.cc", text), [])

    def test_installs_the_tools_that_scripts_call(self):
        text = 'run(["qemu-system-riscv64"])\n'
        self.assertEqual(self.missing("g++", "a.py", text), ["qemu-system-misc,"])
        self.assertEqual(self.missing("qemu-system-misc", "a.py", text), [])

    def test_installs_what_build_files_name(self):
        text = 'path = "/usr/lib/gcc-cross/riscv64-linux-gnu/12/libstdc++.a"\n'
        self.assertEqual(self.missing("g++", "a.bzl", text), ["libstdc++-12-dev-riscv64-cross,"])
        self.assertEqual(self.missing("g++-riscv64-linux-gnu", "a.bzl", text), [])


class FileRules(unittest.TestCase):
    def test_a_file_has_a_copyright_line_and_at_most_500_lines(self):
        self.assertEqual(len(lint.check_any("kernel/base/here.cc", "int a;\n")), 1)
        self.assertEqual(len(lint.check_any("kernel/base/here.cc", _HEADER + "\n" * 500)), 1)
        self.assertEqual(lint.check_any("kernel/base/here.cc", _HEADER + "\n" * 499), [])

    def test_a_todo_says_what_it_costs(self):
        self.assertEqual(len(lint.check_any("docs/here.md", "TO" + "DO: faster\n")), 1)
        self.assertEqual(lint.check_any("docs/here.md", "TO" + "DO: faster; costs a walk\n"), [])

    def test_only_the_machines_folder_knows_the_machine(self):
        self.assertEqual(len(problems("#ifdef __riscv\n#endif\n")), 1)
        self.assertEqual(problems("#ifdef __riscv\n#endif\n", "kernel/arch/riscv64/here.cc"), [])

    def test_a_header_is_included_once(self):
        self.assertEqual(len(problems("int a;\n", "kernel/base/here.h")), 1)


if __name__ == "__main__":
    unittest.main()
