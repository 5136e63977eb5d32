# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""What is wrong with figures: gates of tests/tables/ops.tsv, spread, and rises over the baseline."""

# A rise beyond the larger of these fails until the baseline changes with a reason.
ALLOWED_RISE_PERCENT = 2
ALLOWED_RISE = 5

# Operations whose cost has no bound that one of them alone can tell.
_UNBOUNDED = {"thread.create", "thread.exit", "fault.anonymous"}
_SINGLE_VALUES = ("boot.", "memory.", "kernel.longest.plain", "process.cycle")


def gate_problems(ops, figures, issue):
    """`ops`: rows of ops.tsv. Ops of issues up to `issue` must be there and within their gates."""
    for row in ops:
        if int(row["issue"]) > issue:
            continue
        figure = figures.get(row["op"])
        if figure is None:
            yield f"{row['op']}: not measured"
            continue
        if row["gate"].isdigit() and figure.median > int(row["gate"]):
            yield f"{row['op']}: {figure.median}, gate {row['gate']}"
        if row["gate"].isdigit():
            yield from spread_problems(figure)


def spread_problems(figure):
    if figure.op in _UNBOUNDED or figure.op.startswith(_SINGLE_VALUES):
        return
    if figure.p99 > 2 * figure.median:
        yield f"{figure.op}: p99 {figure.p99} is over 2 medians of {figure.median}"
    if figure.max > 4 * figure.median:
        yield f"{figure.op}: max {figure.max} is over 4 medians of {figure.median}"


def rises(baseline, figures):
    for op, old in sorted(baseline.items()):
        new = figures.get(op)
        if new is None:
            yield f"{op}: in the baseline, but no longer measured"
        elif new.unit != "milliseconds":  # Wall time is the machine's, not ours.
            allowed = max(old.median * ALLOWED_RISE_PERCENT / 100, ALLOWED_RISE)
            if new.median > old.median + allowed:
                yield f"{op}: {new.median}, baseline {old.median}"
