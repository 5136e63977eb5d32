# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""A workspace of its own, outside the tree, builds programs for the system and uses its parts."""

import os
import pwd
import shutil
import subprocess
import tempfile
import unittest

from tools.qemu import guest
from tools.qemu import image

# Runfiles are links into the source tree, which is what another workspace names.
SOURCES = os.path.dirname(os.path.realpath("WORKSPACE"))
# Fetched already: the other workspace needs no network.
MUSL = os.path.dirname(os.path.dirname(os.path.realpath("../musl/include/stdio.h")))
PLACE = 'SIROCCO = "../.."'
# Bazel gives tests a home of their own. In the user's, what was compiled once is not compiled again,
# and a server that starts slowly is not taken for one that has nothing to do.
os.environ["HOME"] = pwd.getpwuid(os.getuid()).pw_dir
os.environ.pop("TEST_TMPDIR", None)


class Workspace:
    """docs/example, copied as its first lines say, with tests/outside/parts in a folder of it."""

    def __init__(self):
        self._folder = tempfile.mkdtemp(prefix="sirocco-outside-")
        self.root = os.path.join(self._folder, "example")
        shutil.copytree("docs/example", self.root)
        shutil.copytree("tests/outside/parts", os.path.join(self.root, "parts"))
        with open("docs/example/WORKSPACE", encoding="utf-8") as stream:
            text = stream.read()
        assert PLACE in text
        self.write("WORKSPACE", text.replace(PLACE, f'SIROCCO = "{SOURCES}"'))

    def write(self, name, text):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)

    def bazel(self, command, *words):
        """(exit status, output)"""
        program = image.bazel(command, *words)
        program[1:1] = [f"--output_base={self._folder}/base", "--local_startup_timeout_secs=600"]
        done = subprocess.run(program, cwd=self.root, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        return done.returncode, done.stdout

    def build(self, *targets):
        return self.bazel("build", "--noshow_progress", "--nosandbox_debug",
                          f"--override_repository=musl={MUSL}", *targets)

    def path(self, name):
        """Of a built file."""
        return os.path.join(self._folder, "base/execroot/example/bazel-out/k8-opt/bin", name)

    def close(self):
        self.bazel("shutdown")
        # Bazel's outputs, and the folders they lie in, are read-only.
        subprocess.run(["chmod", "-R", "u+w", self._folder], check=True)
        shutil.rmtree(self._folder)


class Outside(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.workspace = Workspace()
        cls.addClassCleanup(cls.workspace.close)
        status, output = cls.workspace.build("//:greet", "//:count", "//parts:all")
        if status:
            raise AssertionError(output)

    def run_in_guest(self, name, commands):
        status, output, _ = guest.run_command(
            "--add", f"bin/{name}={self.workspace.path(name)}.elf", "-c", commands)
        return status, output

    def test_a_c_program_runs_by_add(self):
        self.assertEqual(self.run_in_guest("greet", "greet stranger"), (0, "Hello, stranger.\n"))

    def test_a_cxx_program_with_threads_and_zx_runs_by_add(self):
        self.assertEqual(self.run_in_guest("count", "count dune wind dune"),
                         (0, "dune 2\nwind 1\n"))

    def part(self, name):
        return subprocess.run([self.workspace.path(f"parts/{name}")], check=True, timeout=60,
                              stdout=subprocess.PIPE, text=True).stdout

    def test_run_queues_are_used_alone(self):
        self.assertEqual(self.part("run_queue"), "rescue\ncook\nwash\nsweep\n")

    def test_the_timer_queue_is_used_alone(self):
        self.assertEqual(self.part("timer_queue"), "10000 timers in order\n")

    def test_the_async_core_is_used_alone(self):
        self.assertEqual(self.part("async_core"), "winner 0 at 5 ms\n"
                         "deadline: status -21 at 15 ms\nmain: 7\n")

    def test_the_allocator_is_used_alone(self):
        self.assertEqual(self.part("allocator"), "10000 objects\nall pages came back\n")

    def test_the_executor_is_used_alone(self):
        self.assertEqual(self.part("executor"), "1000 and 1000 bounces\n")

    def test_what_the_c_library_leaves_out_is_named_by_the_linker(self):
        self.workspace.write("absent/BUILD",
                             'load("@sirocco//tools/bazel:user_binary.bzl", "user_binary")\n'
                             'user_binary(name = "absent", srcs = ["absent.c"])\n')
        self.workspace.write("absent/absent.c",
                             "#include <sys/socket.h>\n"
                             "int main(void) { return socket(AF_INET, SOCK_STREAM, 0); }\n")
        status, output = self.workspace.build("//absent")
        self.assertNotEqual(status, 0)
        self.assertIn("undefined reference to `socket'", output)


if __name__ == "__main__":
    unittest.main()
