# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The list of passing claims only grows, and all of it passes."""

from tools.test import bazel
from tools.test import claims as claim_list
from tools.test import flavours
from tools.test import passing
from tools.test import rows


def check(context):
    names, renamed = passing.read()
    defined = rows.sources_named()
    problems = [f"{name}: taken off the list"
                for name in passing.taken_off(passing.ever_listed(), names, renamed)]
    problems += [f"{name}: listed, but no test of the tree has this name"
                 for name in names if name not in defined]
    problems += [f"row {entry['row']}: no test matches {entry['claim']}"
                 for entry in rows.dead(rows.shown_by(), defined)]
    if problems:
        return problems
    claims = context.claims
    if claims is None:
        run = bazel.TestRun(flavours.OPT, context.targets or ["//..."],
                            environment=context.environment)
        claims = claim_list.gather(run.cases)
        problems += run.problems
        if context.targets:
            names = [name for name in names if name in claims]
    new = passing.fresh(names, claims, defined)
    print(f"  {len(names)} listed; {len(new)} pass and are not: {passing.UPDATE}", flush=True)
    return problems + [f"{name}: {verdict}" for name, verdict in passing.lost(names, claims)]
