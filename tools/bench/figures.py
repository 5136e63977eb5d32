# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Figures: what the benchmark program prints, and the JSON lines that ./bench writes."""

import dataclasses
import json
import re

# BENCH op unit n min median p99 max
_LINE = re.compile(r"^BENCH\s+(\S+)\s+(\w+)((?:\s+\d+){5})\s*$", re.M)


@dataclasses.dataclass(frozen=True)
class Figure:
    op: str
    unit: str
    n: int
    min: int
    median: int
    p99: int
    max: int

    def json(self):
        return json.dumps({"op": self.op, "unit": self.unit, "median": self.median,
                           "min": self.min, "p99": self.p99, "max": self.max, "n": self.n})


def parse(text):
    """The figures in a guest's output, by op. Errors: ValueError for an op told twice."""
    found = {}
    for match in _LINE.finditer(text):
        op, unit, numbers = match.groups()
        if op in found:
            raise ValueError(f"{op}: told twice")
        found[op] = Figure(op, unit, *map(int, numbers.split()))
    return found


def worst(runs):
    """Of several seeds: the figure with the worst median, over all that was seen."""
    merged = {}
    for op in sorted(set().union(*runs)):
        of_op = [run[op] for run in runs if op in run]
        slowest = max(of_op, key=lambda figure: figure.median)
        merged[op] = dataclasses.replace(
            slowest, n=sum(f.n for f in of_op), min=min(f.min for f in of_op),
            p99=max(f.p99 for f in of_op), max=max(f.max for f in of_op))
    return merged


def statistics(op, unit, samples):
    """A Figure of raw samples; the median of an even number is the upper one."""
    ordered = sorted(samples)
    return Figure(op, unit, len(ordered), ordered[0], ordered[len(ordered) // 2],
                  ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)], ordered[-1])


def write_json(path, meta, figures):
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(json.dumps({"meta": meta}) + "\n")
        stream.writelines(figures[op].json() + "\n" for op in sorted(figures))


def read_json(path):
    """(meta, {op: Figure})"""
    meta, found = {}, {}
    with open(path, encoding="utf-8") as stream:
        for line in filter(str.strip, stream):
            entry = json.loads(line)
            if "meta" in entry:
                meta = entry["meta"]
            else:
                found[entry["op"]] = Figure(**entry)
    return meta, found
