#!/usr/bin/env python3
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Builds and runs the tests.

./test                     the quick set: host tests optimised and under the sanitizers, QEMU tests
./test PATTERN...          targets or claims that contain a pattern, or match it as a glob
./test --long [PATTERN...] the slow rest
./test --ci [GATE [TARGET...]]  all, and the gates; or one gate alone, for some Bazel targets
Ends with one line: claims passed, failed, skipped. Exit status 0 only if nothing failed, something
ran, and every skip has a reason.
"""

import argparse
import os
import random
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from tools.test import bazel
from tools.test import claims as claim_list
from tools.test import flavours
from tools.test import gates
from tools.test import passing
from tools.test import rows
from tools.test import select_tests

ALL_GATES = object()


def parse(arguments):
    parser = argparse.ArgumentParser(prog="test", description=__doc__, allow_abbrev=False,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    parser.add_argument("--long", action="store_true", help="the slow tests instead of the quick")
    parser.add_argument("--ci", nargs="?", const=ALL_GATES, choices=[*gates.NAMES, ALL_GATES],
                        metavar="GATE", help="all of it, or one gate: " + " ".join(gates.NAMES))
    parser.add_argument("--flavour", action="append", choices=sorted(flavours.BY_NAME),
                        help="only this one; may be repeated")
    parser.add_argument("--rows", metavar="FILE", help="write the verdict of each mission row")
    parser.add_argument("--update-list", action="store_true",
                        help="add the claims that passed to tests/passing.txt")
    parser.add_argument("--seed", type=int, help="of randomised tests; 1 unless --long draws one")
    options = parser.parse_args(arguments)
    if options.update_list and options.long:
        parser.error("--update-list: ./test --ci would miss the slow tests")
    if options.seed is None:
        options.seed = random.randrange(1, 1 << 31) if options.long else 1
    return options


class Session:
    """What one call of ./test found out."""

    def __init__(self, options):
        self.options = options
        self.cases = []
        self.problems = []  # Failures that belong to no claim.
        self.environment = (f"SIROCCO_SEED={options.seed}",)

    def run_tests(self):
        chosen = select_tests.choose(self.options.patterns)
        if chosen.nothing:
            self.problems.append("no test matches " + " ".join(self.options.patterns))
            return
        for flavour in self._plan():
            started = time.monotonic()
            say(f"== {flavour.name} ==")
            run = bazel.TestRun(
                flavour, chosen.targets, self.options.long, test_filter=chosen.test_filter,
                environment=self.environment)
            self.cases += run.cases
            self.problems += run.problems
            say(f"{flavour.name}: {len(run.cases)} cases in {time.monotonic() - started:.0f} s")

    def _plan(self):
        if self.options.flavour:
            return [flavours.BY_NAME[name] for name in self.options.flavour]
        return flavours.plan(self.options.long, self.options.ci is ALL_GATES)

    def run_gate(self, name, claims=None, targets=()):
        started = time.monotonic()
        say(f"== gate {name} ==")
        problems = gates.check(name, gates.Context(claims, list(targets), self.environment))
        for problem in problems:
            say(f"  {problem}")
        verdict = "fail" if problems else "pass"
        say(f"gate {name}: {verdict} in {time.monotonic() - started:.0f} s")
        self.cases.append(claim_list.Case("Gate", name, verdict, "; ".join(problems[:3])))


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(session):
    options = session.options
    if options.ci not in (None, ALL_GATES):
        session.run_gate(options.ci, targets=options.patterns)
        return
    if options.ci is ALL_GATES:
        for name in gates.BEFORE_TESTS:
            session.run_gate(name)
    session.run_tests()
    if options.ci is ALL_GATES:
        claims = claim_list.gather(session.cases)
        for name in gates.AFTER_TESTS:
            session.run_gate(name, claims)


def report(session, claims):
    """Prints what is wrong; returns the exit status."""
    unexplained = claim_list.unexplained_skips(session.cases)
    for case in session.cases:
        if case.verdict == "fail":
            say(f"FAILED  {case.instance} ({case.flavour or 'ci'}) {first_line(case.message)}")
        elif case.verdict == "skip":
            say(f"skipped {case.instance} ({case.flavour}): {case.message or 'NO REASON'}")
    for problem in session.problems:
        say(f"FAILED  {problem}")
    instances = len({case.instance for case in session.cases})
    say(f"{len(claims)} claims, {instances} instances, {len(session.cases)} runs")
    passed, failed, skipped = claim_list.counts(claims)
    failed += len(session.problems)
    good = passed > 0 and failed == 0 and not unexplained
    return (passed, failed, skipped), 0 if good else 1


def first_line(text):
    return text.strip().splitlines()[0][:200] if text.strip() else ""


def main(arguments):
    options = parse(arguments)
    started = time.monotonic()
    session = Session(options)
    try:
        run(session)
    except KeyboardInterrupt:
        session.problems.append("interrupted")
    claims = claim_list.gather(session.cases)
    (passed, failed, skipped), status = report(session, claims)
    if options.rows:
        rows.write(options.rows, rows.verdicts(rows.missions(), rows.shown_by(), claims))
    if options.update_list:
        say(f"{passing.update(claims, rows.sources_named())} claims added to the list")
    say(f"seed {options.seed}, {time.monotonic() - started:.0f} s")
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
