# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The list of passing claims only grows, and all of it passes."""

import subprocess

from tools.test import bazel
from tools.test import claims as claim_list
from tools.test import flavours
from tools.test import passing
from tools.test import rows
from tools.test import source_files

_LIST = "tests/passing.txt"


def removed(old, new):
    return sorted(set(old) - set(new))


def check(context):
    listed = passing.read()
    problems = [f"{name}: taken off the list" for name in removed(_committed(), listed)]
    defined = rows.sources_named()
    problems += [f"{name}: listed, but no test of the tree has this name"
                 for name in listed if name not in defined and not name.startswith("Gate.")]
    problems += [f"row {entry['row']}: no test matches {entry['claim']}"
                 for entry in rows.dead(rows.shown_by(), defined)]
    if problems:
        return problems
    claims = context.claims
    if claims is None:
        run = bazel.TestRun(flavours.OPT, context.targets or ["//..."])
        claims = claim_list.gather(run.cases)
        if context.targets:
            listed = [name for name in listed if name in claims]
    return [f"{name}: {verdict}" for name, verdict in passing.lost(listed, claims)]


def _committed():
    """Names on the list as committed, and as it stood one commit before."""
    names = set()
    for revision in ("HEAD", "HEAD^"):
        done = subprocess.run(["git", "show", f"{revision}:{_LIST}"], cwd=source_files.ROOT,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        names |= {line for line in done.stdout.splitlines() if line and not line.startswith("#")}
    return names
