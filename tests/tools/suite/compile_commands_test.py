# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""What editors are told about the compilation of a file."""

import os
import subprocess
import tempfile
import unittest

from tools.test import compile_commands

# As Bazel calls g++.
_HOST = ["/usr/bin/gcc", "-Wall", "-Wno-free-nonheap-object", "-fno-omit-frame-pointer", "-std=c++20",
         "-MD", "-MF", "here.d", "-frandom-seed=here.o", "-fno-canonical-system-headers", "-Werror",
         "-c", "here.cc", "-o", "here.o"]
_MACHINE = ["/usr/bin/riscv64-linux-gnu-gcc", "-march=rv64gc_zba_zbb_zbs", "-mcmodel=medany",
            "-msmall-data-limit=0", *_HOST[1:]]


class CompileCommands(unittest.TestCase):
    def errors(self, arguments, code):
        """Clang's for the command that editors get."""
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "here.cc"), "w", encoding="utf-8") as stream:
                stream.write(code)
            entry = compile_commands.for_editors(
                {"file": "here.cc", "arguments": arguments}, folder, folder)
            done = subprocess.run(["clang-19", "-fsyntax-only", *entry["arguments"][1:]],
                                  cwd=entry["directory"], stderr=subprocess.PIPE, text=True)
            return done.stderr

    def test_are_such_as_clang_takes(self):
        for arguments in _HOST, _MACHINE:
            self.assertEqual(self.errors(arguments, "constinit int one = 1;\n"), "")

    def test_keep_the_machine_that_the_code_is_for(self):
        code = '#ifndef __riscv_zba\n#error "not for the machine"\n#endif\n'
        self.assertIn("not for the machine", self.errors(_HOST, code))
        self.assertEqual(self.errors(_MACHINE, code), "")

    def test_name_the_file_where_it_is_edited(self):
        entry = compile_commands.for_editors({"file": "a/b.cc", "arguments": _HOST}, "/tree", "/root")
        self.assertEqual((entry["file"], entry["directory"]), ("/tree/a/b.cc", "/root"))


if __name__ == "__main__":
    unittest.main()
