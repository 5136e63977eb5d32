#!/usr/bin/env python3
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""How Bazel compiles each file: for clang-tidy, and as compile_commands.json for editors."""

import json
import os
import sys

if __name__ == "__main__":
    sys.path.insert(0, os.environ.get("BUILD_WORKSPACE_DIRECTORY", os.getcwd()))

from tools.test import bazel


def make_generated(targets=()):
    """Makes the headers that the commands include but the tree does not have. False: a rule failed."""
    # An output group reaches the targets that are named, not what an image makes of its own.
    builds = [["--output_groups=compilation_prerequisites_INTERNAL_", *(targets or ["//..."])]]
    if not targets:
        builds.insert(0, ["//:image"])
    return all(bazel.run("build", "--keep_going", *words).returncode == 0 for words in builds)


def everything(targets=()):
    """The host's commands first: editors take the first; then the machine's own files."""
    return _unique(sorted(_all(targets or ["//..."]), key=is_for_machine))


def is_for_machine(command):
    return "riscv64" in command["arguments"][0]


def execution_root():
    """The folder that paths of commands start from: generated files lie there, and links to the tree."""
    return bazel.output_of("info", "execution_root").strip()


def clang_flags(command):
    """A compile command as Clang's tools take it, without its compiler, input and outputs."""
    kept = ["--target=riscv64-linux-gnu"] if is_for_machine(command) else []
    words = iter(command["arguments"][1:])
    for word in words:
        if word in ("-o", "-c", "-MF"):
            next(words, None)
        elif not word.startswith(("-MD", "-frandom-seed", "-fno-canonical", "-Wno-free-nonheap",
                                  "-Wunused-but-set-parameter", "-fno-omit",
                                  "-msmall-data-limit", "-ffixed-", "-fcall-used-")):
            kept.append(word)
    return kept + ["-Wno-unknown-warning-option"]


def _all(targets):
    text = bazel.output_of("aquery", "--output=jsonproto", "--keep_going",
                           f'mnemonic("CppCompile", deps({" + ".join(targets)}))')
    for action in json.loads(text).get("actions", []):
        arguments = action["arguments"]
        source = next((word for previous, word in zip(arguments, arguments[1:])
                       if previous == "-c"), None)
        if source and not source.startswith(("external/", "bazel-out/")):
            yield {"file": source, "arguments": arguments}


def _unique(commands):
    first = {}
    for command in commands:
        first.setdefault(command["file"], command)
    return [first[path] for path in sorted(first)]


def for_editors(command, root, folder):
    """An entry of compile_commands.json."""
    file = os.path.join(root, command["file"])
    return {"directory": folder, "file": file,
            "arguments": ["clang++", *clang_flags(command), "-c", file]}


def main():
    root = os.environ.get("BUILD_WORKSPACE_DIRECTORY", bazel.ROOT)
    if not make_generated():
        return 1
    folder = execution_root()
    commands = [for_editors(command, root, folder) for command in everything()]
    with open(os.path.join(root, "compile_commands.json"), "w", encoding="utf-8") as stream:
        json.dump(commands, stream, indent=1)
    print(f"{len(commands)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
