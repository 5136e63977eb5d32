# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Runs Bazel's tests and collects their reports."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.parse

from tools.qemu import image
from tools.test import claims

ROOT = image.ROOT


def run(command, *words, quiet=True, **kwargs):
    """Runs a Bazel command at the root; its output is ours unless captured."""
    options = ["--noshow_progress", "--curses=no", "--color=no"]
    if quiet:
        options.append("--ui_event_filters=-info")
    return subprocess.run(image.bazel(command, *options, *words), cwd=ROOT, **kwargs)


def output_of(command, *words):
    """What a command prints. Errors: CalledProcessError."""
    return subprocess.run(image.bazel(command, *words), cwd=ROOT, check=True, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def query(expression, *words):
    """Plain queries, which know no build options."""
    program = image.bazel("query")[:-2]
    return subprocess.run(program + [*words, expression], cwd=ROOT, check=True, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout


class TestRun:
    """One `bazel test` in one flavour."""

    def __init__(self, flavour, targets, long=False, test_filter="", environment=()):
        self.flavour = flavour
        self.cases = []
        self.problems = []  # Texts: what failed beside tests.
        with tempfile.NamedTemporaryFile("r", prefix="sirocco-events-") as events:
            filters = flavour.filters(long)
            words = [*flavour.options, "--keep_going", "--build_tests_only",
                     f"--test_tag_filters={filters}",
                     f"--build_event_json_file={events.name}",
                     *([f"--test_filter={test_filter}"] if test_filter else []),
                     *[f"--test_env={word}" for word in environment],
                     "--", *targets]
            self.status = run("test", *words, stdout=sys.stderr).returncode
            self._read(events)

    # Bazel: 3 says that tests failed, 4 that there were none, the others that it could not build.
    @property
    def built(self):
        return self.status in (0, 3, 4)

    def _read(self, events):
        for line in events:
            event = json.loads(line)
            if "testResult" in event:
                self._take_result(event["id"]["testResult"]["label"], event["testResult"])
        if not self.built:
            self.problems.append(f"{self.flavour.name}: the build failed ({self.status})")

    def _take_result(self, target, result):
        passed = result.get("status") == "PASSED"
        cases = []
        for output in result.get("testActionOutput", []):
            if output["name"] == "test.xml":
                cases = _cases(output["uri"], target, self.flavour.name)
        if passed and not cases:
            self.problems.append(f"{target}: passed without running a test")
        if not passed and not any(case.verdict == "fail" for case in cases):
            # It crashed, or hung: that is a failure whatever its report says.
            cases.append(claims.Case(target, "EndsAsItShould", "fail", result.get("status", ""),
                                     target=target, flavour=self.flavour.name))
        self.cases += cases


def _cases(uri, target, flavour):
    path = urllib.parse.unquote(urllib.parse.urlparse(uri).path)
    if not os.path.exists(path):
        return []
    return claims.read_xml(path, target, flavour)
