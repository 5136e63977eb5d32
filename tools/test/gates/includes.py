# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Every header that a file includes comes from its own target or a direct dependency."""

import os
import re
import xml.etree.ElementTree as ElementTree

from tools.test import bazel
from tools.test import source_files

_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
_KINDS = ("cc_library", "cc_binary", "cc_test")


class Target:
    """A C++ rule as the query tells of it."""

    def __init__(self, element):
        self.name = element.get("name")
        self.package = self.name[2:].partition(":")[0]
        self.headers = self._labels(element, "hdrs") | self._labels(element, "textual_hdrs")
        self.sources = self._labels(element, "srcs")
        self.deps = self._labels(element, "deps")
        self.folders = [os.path.normpath(os.path.join(self.package, node.get("value")))
                        for node in element.findall("./list[@name='includes']/string")]

    @staticmethod
    def _labels(element, name):
        # Both branches of a select() are listed: a dependency of either counts.
        return {node.get("value") for node in element.findall(f"./list[@name='{name}']/label")}

    def files(self):
        return {path_of(label) for label in self.sources | self.headers}

    def provides(self):
        """The names under which others may include its headers."""
        names = set()
        for path in map(path_of, self.headers):
            names.add(path)
            names |= {os.path.relpath(path, folder) for folder in self.folders
                      if path.startswith(folder + "/")}
        return names


def path_of(label):
    package, _, name = label.lstrip("@").partition("//")[2].partition(":")
    return f"{package}/{name}" if package else name


def read_targets(xml):
    root = ElementTree.fromstring(xml)
    return {target.name: target for target in
            (Target(rule) for rule in root.iter("rule") if rule.get("class") in _KINDS)}


def problems_of(targets, read):
    """`read(path)` gives a file's text, or None for one that is generated."""
    providers = {}
    for target in targets.values():
        for name in target.provides():
            providers.setdefault(name, set()).add(target.name)
    for target in targets.values():
        allowed = target.files() | target.provides()
        for dep in target.deps:
            allowed |= targets[dep].provides() if dep in targets else set()
        for path in sorted(target.files()):
            yield from _file_problems(target, path, read(path), allowed, providers)


def _file_problems(target, path, text, allowed, providers):
    for kind, name in _INCLUDE.findall(text or ""):
        near = os.path.normpath(os.path.join(os.path.dirname(path), name))
        if name in allowed or near in target.files():
            continue
        if name in providers:
            where = " or ".join(sorted(providers[name]))
            yield f"{path}: includes {name}, but {target.name} does not name {where} in deps"
        elif kind == '"' and not name.startswith(("absl/", "gtest/", "gmock/")):
            yield f"{path}: includes {name}, which no target provides"


def check(_):
    targets = read_targets(bazel.query("//...", "--output=xml"))

    def read(path):
        full = os.path.join(source_files.ROOT, path)
        return source_files.read(path) if os.path.isfile(full) else None

    return sorted(set(problems_of(targets, read)))
