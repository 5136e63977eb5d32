# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Boots the kernel in QEMU and gives back what it said and its exit status."""
import collections
import os
import subprocess
import sys
import unittest
import xml.sax.saxutils

sys.dont_write_bytecode = True

Run = collections.namedtuple("Run", "status output")

PANIC, HANG, REFUSED = 240, 241, 242
MACHINE = "virt,aclint=on"


def kernel():
    """The image under test: the file named first on the command line, as BUILD passes it."""
    return os.environ["KERNEL"]


def boot(options="", harts=4, cpu="rv64", machine=MACHINE, memory="256M", seconds=60, extra=()):
    """Runs until power-off. Firmware's own lines are cut off."""
    command = ["qemu-system-riscv64", "-M", machine, "-cpu", cpu, "-smp", str(harts), "-m", memory,
               "-display", "none", "-monitor", "none", "-serial", "stdio", "-no-reboot", "-seed", "1",
               "-kernel", kernel(), "-append", options, *extra]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=seconds)
    except subprocess.TimeoutExpired as expired:
        raise AssertionError("no power-off within %d s; it said:\n%s" % (
            seconds, (expired.stdout or b"").decode(errors="replace"))) from None
    text = done.stdout.decode(errors="replace").replace("\r\n", "\n")
    firmware_end = text.find("\n", text.find("Boot HART MEDELEG")) + 1
    return Run(done.returncode, text[firmware_end:] + done.stderr.decode(errors="replace"))


class _Result(unittest.TextTestResult):
    """Also keeps names and failures for the XML that Bazel collects."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.cases = []

    def stopTest(self, test):  # noqa: N802: unittest's name.
        super().stopTest(test)
        bad = [text for case, text in self.failures + self.errors if case is test]
        self.cases.append((type(test).__name__, test._testMethodName, bad))

    def write_xml(self, path):
        escape = xml.sax.saxutils.escape
        with open(path, "w") as out:
            out.write('<testsuites><testsuite name="boot" tests="%d">\n' % len(self.cases))
            for suite, name, bad in self.cases:
                failures = "".join("<failure>%s</failure>" % escape(text) for text in bad)
                out.write('<testcase classname="%s" name="%s">%s</testcase>\n' % (
                    suite, name, failures))
            out.write("</testsuite></testsuites>\n")


def main():
    os.environ["KERNEL"] = os.path.abspath(sys.argv.pop(1))
    program = unittest.main(testRunner=unittest.TextTestRunner(resultclass=_Result, verbosity=2),
                            exit=False)
    if "XML_OUTPUT_FILE" in os.environ:
        program.result.write_xml(os.environ["XML_OUTPUT_FILE"])
    sys.exit(not program.result.wasSuccessful())
