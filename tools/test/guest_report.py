# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Reads what a test program in the guest printed."""

import dataclasses
import re

from tools.test import claims

_LINE = re.compile(r"\[\s*(RUN|OK|FAILED|SKIPPED|FIGURE|=+)\s*\]\s+(.*)")
_NAME = re.compile(r"([\w/]+)\.([\w/]+)\s*(?::?\s*(.*))?")
_RAN = re.compile(r"(\d+) tests? .*ran")


@dataclasses.dataclass
class Report:
    cases: list = dataclasses.field(default_factory=list)
    started: list = dataclasses.field(default_factory=list)
    ran: int = -1  # What the program says at its end.

    def problems(self, status):
        """What is wrong with the run, given the guest's exit status; empty if nothing."""
        found = [f"{case.suite}.{case.name} failed" for case in self.cases
                 if case.verdict == "fail"]
        verdicts = {(case.suite, case.name) for case in self.cases}
        found += [f"{suite}.{name} did not end" for suite, name in self.started
                  if (suite, name) not in verdicts]
        if not self.cases:
            found.append("the program ran no test")
        elif self.ran != len(self.cases):
            found.append(f"{len(self.cases)} verdicts, but the program says {self.ran} ran")
        if status != 0 and not found:
            found.append("all tests passed, but not the program")
        if status != 0:
            found.append(f"guest status {status}")
        return found

    def write_xml(self, path, problems):
        cases = list(self.cases)
        verdicts = {(case.suite, case.name) for case in cases}
        for suite, name in self.started:
            if (suite, name) not in verdicts:
                cases.append(claims.Case(suite, name, "fail", "did not end"))
        if problems and not any(case.verdict == "fail" for case in cases):
            cases.append(claims.Case("Guest", "EndsAsItShould", "fail", "; ".join(problems)))
        claims.write_xml(path, cases)


def parse(text):
    """The tests of a guest's output; `(12 ms)` and the like after a name is ignored."""
    report = Report()
    by_name = {}
    for line in text.splitlines():
        # A prompt or a driver's word may stand before the bracket, never inside.
        match = _LINE.search(line)
        if not match:
            continue
        kind, rest = match.groups()
        if kind.startswith("="):
            ran = _RAN.match(rest)
            report.ran = int(ran.group(1)) if ran else report.ran
            continue
        name = _NAME.match(rest)
        if not name:
            continue
        _take(report, by_name, kind, name)
    return report


def _take(report, by_name, kind, match):
    suite, name, rest = match.groups()
    key = (suite, name)
    if kind == "RUN":
        report.started.append(key)
    elif kind == "FIGURE":
        by_name.setdefault(key, {})["figure"] = rest or ""
        for case in report.cases:
            if (case.suite, case.name) == key:
                case.figure = rest or ""
    elif not any((case.suite, case.name) == key for case in report.cases):
        verdict = {"OK": "pass", "FAILED": "fail", "SKIPPED": "skip"}[kind]
        figure = by_name.get(key, {}).get("figure", "")
        message = "" if (rest or "").startswith("(") else rest or ""
        report.cases.append(claims.Case(suite, name, verdict, message, figure))
