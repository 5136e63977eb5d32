# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The gates of `./test --ci` (row T9): each returns the problems it finds."""

import dataclasses
import importlib


@dataclasses.dataclass
class Context:
    claims: dict = None  # {name: claims.Claim} of the tests that ran before; None: none did.
    targets: list = dataclasses.field(default_factory=list)  # Bazel's; empty: all.
    environment: tuple = ()  # NAME=VALUE of tests that a gate runs itself.


# Cheap ones first. Those that need the tests' results, or share what the tests built, come after.
BEFORE_TESTS = ("format", "lint", "includes")
AFTER_TESTS = ("warnings", "platforms", "coverage", "list", "bench")
NAMES = BEFORE_TESTS + AFTER_TESTS

# `list` and `format` are names that Python uses for other things.
_MODULES = {"format": "formatting", "list": "passing_list"}


def check(name, context):
    module = importlib.import_module(f"tools.test.gates.{_MODULES.get(name, name)}")
    return module.check(context)
