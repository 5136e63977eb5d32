#!/usr/bin/env python3
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Counts the guest instructions that operations take, and compares them with what they may.

Exit status: 0; 1 if a gate or the baseline is exceeded; 2 if the benchmark did not run.
"""

import argparse
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__)))))

from tools.bench import compare
from tools.bench import figures as figure_list
from tools.bench import measure
from tools.bench import observe
from tools.bench import report
from tools.qemu import image
from tools.test import rows

BASELINE = os.path.join(image.ROOT, "tests/bench/baseline.json")
OPS = os.path.join(rows.TABLES, "ops.tsv")
ISSUE = 1  # Ops of later issues are shown when measured, and not missed when not.


def parse(arguments):
    parser = argparse.ArgumentParser(prog="bench", description=__doc__, allow_abbrev=False)
    parser.add_argument("words", nargs="*", metavar="OP", help="only these ops, no comparison")
    parser.add_argument("--json", metavar="FILE", help="write one JSON object a line")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(measure.SEEDS), metavar="S")
    parser.add_argument("--flavour", choices=("opt", "kassert"), default="opt")
    parser.add_argument("--profile", action="store_true",
                        help="also the functions of the kernel that each OP spends them in")
    parser.add_argument("--wall", action="store_true", help="also boot.wall: 20 boots")
    parser.add_argument("--docs", action="store_true",
                        help="measure all, with KASSERT too, and write docs/performance.md")
    parser.add_argument("--against-baseline", action="store_true",
                        help="fail on a rise only, and list what is over its gate")
    parser.add_argument("--update-baseline", action="store_true",
                        help="make these figures the baseline; the commit says why")
    return parser.parse_args(arguments)


def collect(flavour, options):
    built, programs = measure.build(flavour)
    words = " ".join(options.words)
    found = figure_list.worst([measure.instructions(built, programs, seed, words)
                               for seed in options.seeds])
    meta = measure.meta(built, options.seeds)
    if not options.words:
        outside, facts = measure.observed(built, programs, options.seeds)
        found |= outside
        meta |= facts
    if options.wall:
        wall = measure.boot_wall(built)
        found[wall.op] = wall
    return meta, found


def problems_of(options, figures):
    if options.words or options.flavour != "opt":
        return []
    ops = [row for row in rows.read_table(OPS) if row["op"] != "boot.wall"]
    over = list(compare.gate_problems(ops, figures, ISSUE))
    risen = []
    if os.path.exists(BASELINE) and not options.update_baseline:
        risen = list(compare.rises(figure_list.read_json(BASELINE)[1], figures))
    if not options.against_baseline:
        return over + risen
    for problem in over:
        print(f"not within its gate: {problem}")
    return risen


def run(options):
    meta, figures = collect(options.flavour, options)
    ops = rows.read_table(OPS)
    print(report.terminal_table(ops, figures))
    if options.profile:
        built, programs = measure.build(options.flavour)
        for op in options.words:
            print(report.profile(op, observe.profile(built, programs, op)))
    if options.json:
        figure_list.write_json(options.json, meta, figures)
    if options.update_baseline:
        lasting = {op: f for op, f in figures.items() if f.unit != "milliseconds"}
        figure_list.write_json(BASELINE, meta, lasting)
    if options.docs:
        report.write_document(ops, figures, collect("kassert", options)[1], meta)
    problems = problems_of(options, figures)
    for problem in problems:
        print(f"bench: {problem}", file=sys.stderr)
    return 1 if problems else 0


def main(arguments):
    try:
        return run(parse(arguments))
    except (measure.BenchError, image.BuildError, ValueError, AssertionError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
