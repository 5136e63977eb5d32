#!/usr/bin/env python3
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""unittest_main.py SCRIPT [ARGUMENT...]: runs the unittest cases of a file as a Bazel test."""

import importlib.util
import os
import sys
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.getcwd())

from tools.test import claims


class Recorder(unittest.TextTestResult):
    """Keeps a claims.Case for each test."""

    def __init__(self, *args):
        super().__init__(*args)
        self.cases = []

    def startTest(self, test):
        super().startTest(test)
        self._started = time.monotonic()
        suite, method = test.id().split(".")[-2:]
        self.cases.append(claims.Case(suite, method))

    def stopTest(self, test):
        super().stopTest(test)
        self.cases[-1].seconds = time.monotonic() - self._started

    def _fail(self, test, error):
        self.cases[-1].verdict = "fail"
        self.cases[-1].message = self._exc_info_to_string(error, test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._fail(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        if self.cases:
            self._fail(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._fail(test, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.cases[-1].verdict = "skip"
        self.cases[-1].message = reason


def main():
    del sys.argv[0]  # The script's arguments are where it expects them.
    spec = importlib.util.spec_from_file_location("script_under_test", sys.argv[0])
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    result = unittest.TextTestRunner(verbosity=2, resultclass=Recorder).run(suite)
    if "XML_OUTPUT_FILE" in os.environ:
        claims.write_xml(os.environ["XML_OUTPUT_FILE"], result.cases)
    if not result.testsRun:
        print("no tests", file=sys.stderr)
        return 1
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
