# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""tools/archive/pack: what it writes is newc, and what it cannot write it says."""

import os
import stat
import subprocess
import tempfile
import unittest

PACK = "tools/archive/pack"
HEADER = 110
TRAILER = "TRAILER!!!"


def members(data):
    """[(name, mode, content)] of a newc archive, those of concatenated ones too."""
    found = []
    at = 0
    while at < len(data):
        if data[at:at + 6] != b"070701":
            raise AssertionError(f"no header at {at}")
        fields = [int(data[at + 6 + 8 * i:at + 14 + 8 * i], 16) for i in range(13)]
        mode, size, name_size = fields[1], fields[6], fields[11]
        name = data[at + HEADER:at + HEADER + name_size - 1].decode()
        begin = (at + HEADER + name_size + 3) & ~3
        at = (begin + size + 3) & ~3
        if name == TRAILER:
            while at < len(data) and data[at] == 0:
                at += 1
        else:
            found.append((name, mode, data[begin:begin + size]))
    return found


class Pack(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name, content=b"", executable=False):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as file:
            file.write(content)
        if executable:
            os.chmod(path, 0o755)
        return path

    def pack(self, *words):
        return subprocess.run([PACK, *words], capture_output=True, text=True, check=False)

    def packed(self, *words):
        output = os.path.join(self.folder.name, "archive")
        done = self.pack(f"--output={output}", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        with open(output, "rb") as file:
            return file.read()

    def refused(self, *words):
        done = self.pack(f"--output={self.folder.name}/archive", *words)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertTrue(done.stderr.startswith("pack: "), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertFalse(os.path.exists(f"{self.folder.name}/archive"))
        return done.stderr

    def test_files_have_their_folders_contents_and_modes(self):
        plain = self.path("plain", b"abc")
        program = self.path("program", b"\x7fELF", executable=True)
        found = members(self.packed(f"etc/motd={plain}", f"bin/x={program}"))
        self.assertEqual([(name, content) for name, _, content in found],
                         [("etc", b""), ("etc/motd", b"abc"), ("bin", b""), ("bin/x", b"\x7fELF")])
        modes = {name: mode for name, mode, _ in found}
        self.assertTrue(stat.S_ISDIR(modes["etc"]))
        self.assertEqual(modes["etc/motd"] & 0o111, 0)
        self.assertNotEqual(modes["bin/x"] & 0o111, 0)

    def test_an_archive_that_follows_a_base_keeps_the_bases_members(self):
        base = self.path("base", self.packed(f"a={self.path('a', b'old')}"))
        found = members(self.packed(f"--base={base}", f"a={self.path('b', b'new')}"))
        self.assertEqual([(name, content) for name, _, content in found],
                         [("a", b"old"), ("a", b"new")])

    def test_a_file_that_is_not_there_is_named(self):
        self.assertIn("/no/such/file", self.refused("a=/no/such/file"))

    def test_a_directory_is_refused(self):
        self.assertIn("is a directory", self.refused(f"a={self.folder.name}"))

    def test_words_that_are_no_pair_are_refused(self):
        for word in ("a", "a=", "=b"):
            self.assertIn("GUEST=HOST", self.refused(word))

    def test_guest_names_that_leave_the_archive_are_refused(self):
        plain = self.path("plain")
        for name in ("/a", "../a", "a/../b", "a//b", "a/.", TRAILER):
            self.refused(f"{name}={plain}")

    def test_a_name_stands_once(self):
        plain = self.path("plain")
        self.refused(f"a={plain}", f"a={plain}")
        self.refused(f"a={plain}", f"a/b={plain}")


if __name__ == "__main__":
    unittest.main()
