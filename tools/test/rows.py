# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Mission rows: which claims show them, and what came of it."""

import fnmatch
import os
import re

from tools.qemu import image

TABLES = os.path.join(image.ROOT, "tests/tables")


def read_table(path):
    """Lines of tab-separated fields as dictionaries by the first line's names; # is a comment."""
    with open(path, encoding="utf-8") as stream:
        lines = [line.rstrip("\n").split("\t") for line in stream
                 if line.strip() and not line.startswith("#")]
    names = lines[0]
    for line in lines[1:]:
        if len(line) != len(names):
            raise ValueError(f"{path}: want {len(names)} fields: {line}")
    return [dict(zip(names, line)) for line in lines[1:]]


def missions():
    return read_table(os.path.join(TABLES, "missions.tsv"))


def shown_by():
    """[{row, claim}]: `claim` is a pattern of names; a row passes when all its claims do."""
    return read_table(os.path.join(TABLES, "claims.tsv"))


def sources_named(folders=("tests", "kernel", "userspace", "tools", "vdso")):
    """Every Suite.Name that the tree's sources define: a claim that is not there is a typing error."""
    found = set()
    for folder in folders:
        for base, _, names in os.walk(os.path.join(image.ROOT, folder)):
            for name in names:
                if name.endswith((".cc", ".h", ".py")):
                    with open(os.path.join(base, name), encoding="utf-8") as stream:
                        found |= set(names_in(stream.read()))
    return found


_TEST = re.compile(r"\b(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)")


def names_in(text):
    for match in _TEST.finditer(text):
        yield f"{match.group(1)}.{match.group(2)}"
    suite = None
    for line in text.splitlines():
        match = re.match(r"class (\w+)\(.+\):", line)
        suite = match.group(1) if match else (None if re.match(r"\S", line) else suite)
        method = re.match(r"\s+def (test\w*)\(", line)
        if suite and method:
            yield f"{suite}.{method.group(1)}"


def dead(mapping, names):
    """Entries whose pattern no test of the tree matches."""
    return [entry for entry in mapping if not fnmatch.filter(names, entry["claim"])]


def verdicts(rows, mapping, claims):
    """[(id, pass|fail|missing, figure, claims)] in the rows' order."""
    patterns = {}
    for entry in mapping:
        patterns.setdefault(entry["row"], []).append(entry["claim"])
    return [_verdict(row["id"], patterns.get(row["id"], []), claims) for row in rows]


def _verdict(row, patterns, claims):
    shown = []
    complete = bool(patterns)
    for pattern in patterns:
        names = fnmatch.filter(claims, pattern)
        complete = complete and bool(names)
        shown += [claims[name] for name in names if claims[name] not in shown]
    tests = ",".join(claim.name for claim in shown) or "-"
    figures = "; ".join(claim.figure for claim in shown if claim.figure) or "-"
    if any(claim.verdict == "fail" for claim in shown):
        return row, "fail", figures, tests
    if not complete or any(claim.verdict == "skip" for claim in shown):
        return row, "missing", figures, tests
    return row, "pass", figures, tests


def write(path, results):
    with open(path, "w", encoding="utf-8") as stream:
        stream.writelines("\t".join(result) + "\n" for result in results)
