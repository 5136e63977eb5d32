#!/usr/bin/env python3
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Public headers: each compiles by itself, as C and as C++, with every compiler."""

import os
import subprocess
import sys
import unittest

FLAGS = ["-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Wno-pragma-once-outside-header",
         "-I", "vdso/abi/include", "-I", "vdso/gen"]
LANGUAGES = [("c", "c11"), ("c++", "c++20")]
COMPILERS = {"c": ["gcc", "clang-19", "riscv64-linux-gnu-gcc"],
             "c++": ["g++", "clang++-19", "riscv64-linux-gnu-g++"]}


def headers():
    for root in ("vdso/abi/include", "vdso/gen"):
        for folder, _, names in os.walk(root):
            for name in sorted(names):
                yield os.path.relpath(os.path.join(folder, name), root)


class Headers(unittest.TestCase):
    def compile(self, compiler, language, standard, source):
        return subprocess.run([compiler, "-x", language, f"-std={standard}", *FLAGS, "-"],
                              input=source, text=True, capture_output=True, check=False)

    def test_are_all_there(self):
        found = set(headers())
        self.assertLessEqual({"zircon/types.h", "zircon/syscalls.h", "sirocco/stream.h",
                              "sirocco/syscall_numbers.h"}, found)
        self.assertGreater(len(found), 20)

    def test_compile_alone_and_twice_as_c11_and_cpp20(self):
        for header in headers():
            for language, standard in LANGUAGES:
                source = f"#include <{header}>\n#include <{header}>\n"
                with self.subTest(header=header, language=language):
                    made = self.compile(COMPILERS[language][0], language, standard, source)
                    self.assertEqual(made.returncode, 0, made.stderr)

    def test_compile_together_with_every_compiler(self):
        source = "".join(f"#include <{header}>\n" for header in headers())
        for language, standard in LANGUAGES:
            for compiler in COMPILERS[language]:
                with self.subTest(compiler=compiler):
                    made = self.compile(compiler, language, standard, source)
                    self.assertEqual(made.returncode, 0, made.stderr)

    def test_work_without_a_hosted_environment(self):
        source = "".join(f"#include <{header}>\n" for header in headers())
        made = subprocess.run(["riscv64-linux-gnu-gcc", "-ffreestanding", "-x", "c", "-std=c11",
                               *FLAGS, "-"], input=source, text=True, capture_output=True,
                              check=False)
        self.assertEqual(made.returncode, 0, made.stderr)

    def test_refuse_a_wrong_argument(self):
        made = self.compile("g++", "c++", "c++20",
                            "#include <zircon/syscalls.h>\nint main() "
                            "{ return zx_event_create(0, \"no handle\"); }\n")
        self.assertNotEqual(made.returncode, 0)


if __name__ == "__main__":
    sys.exit(unittest.main())
