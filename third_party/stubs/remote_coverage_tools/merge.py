#!/usr/bin/env python3
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Merges gcov's JSON and lcov reports into one lcov report.

Bazel calls it once a test (--coverage_dir: gcov's *.gcov.json.gz and lcov files) and once at the
end (--reports_file: a list of the tests' reports).
"""

import argparse
import gzip
import json
import os
import re
import sys


def add(counts, path, line, count):
    lines = counts.setdefault(path, {})
    lines[line] = lines.get(line, 0) + count


def read_gcov(path, counts):
    with gzip.open(path, "rt") as stream:
        report = json.load(stream)
    for unit in report["files"]:
        for line in unit["lines"]:
            add(counts, unit["file"], line["line_number"], line["count"])


def read_lcov(path, counts):
    current = None
    with open(path, encoding="utf-8") as stream:
        for text in stream:
            text = text.strip()
            if text.startswith("SF:"):
                current = text[3:]
            elif text.startswith("DA:") and current is not None:
                line, count = text[3:].split(",")[:2]
                add(counts, current, int(line), int(count))


def inputs(options):
    if options.reports_file:
        with open(options.reports_file, encoding="utf-8") as stream:
            yield from (line.strip() for line in stream if line.strip())
    if options.coverage_dir:
        for folder, _, names in os.walk(options.coverage_dir):
            yield from (os.path.join(folder, name) for name in sorted(names))


def write(path, counts, filters):
    with open(path, "w", encoding="utf-8") as out:
        for source in sorted(counts):
            if any(f.fullmatch(source) for f in filters):
                continue
            lines = counts[source]
            out.write(f"SF:{source}\n")
            for line in sorted(lines):
                out.write(f"DA:{line},{lines[line]}\n")
            hit = sum(1 for count in lines.values() if count)
            out.write(f"LH:{hit}\nLF:{len(lines)}\nend_of_record\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--coverage_dir")
    parser.add_argument("--reports_file")
    parser.add_argument("--output_file", required=True)
    parser.add_argument("--filter_sources", action="append", default=[])
    options, _ = parser.parse_known_args()
    counts = {}
    for path in inputs(options):
        if path.endswith(".gcov.json.gz"):
            read_gcov(path, counts)
        elif path.endswith((".dat", ".info")) and os.path.getsize(path):
            read_lcov(path, counts)
    write(options.output_file, counts, [re.compile(f) for f in options.filter_sources])


if __name__ == "__main__":
    sys.exit(main())
