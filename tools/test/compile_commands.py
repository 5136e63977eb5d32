# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""How Bazel compiles each file: for clang-tidy, and as compile_commands.json for editors."""

import json
import os
import sys

if __name__ == "__main__":
    sys.path.insert(0, os.environ.get("BUILD_WORKSPACE_DIRECTORY", os.getcwd()))

from tools.test import bazel


def host_commands():
    """One command a file, as the host configuration compiles it."""
    return _unique(command for command in _all() if "riscv64" not in command["arguments"][0])


def everything():
    """The host's commands first: editors take the first; then the machine's own files."""
    return _unique(sorted(_all(), key=lambda command: "riscv64" in command["arguments"][0]))


def _all():
    text = bazel.output_of("aquery", "--output=jsonproto", "--keep_going",
                           'mnemonic("CppCompile", deps(//...))')
    for action in json.loads(text).get("actions", []):
        arguments = action["arguments"]
        source = next((word for previous, word in zip(arguments, arguments[1:])
                       if previous == "-c"), None)
        if source and not source.startswith(("external/", "bazel-out/")):
            yield {"directory": bazel.ROOT, "file": source, "arguments": arguments}


def _unique(commands):
    first = {}
    for command in commands:
        first.setdefault(command["file"], command)
    return [first[path] for path in sorted(first)]


def main():
    root = os.environ.get("BUILD_WORKSPACE_DIRECTORY", bazel.ROOT)
    execution_root = bazel.output_of("info", "execution_root").strip()
    commands = everything()
    for command in commands:
        # Generated headers lie below the execution root, and so do links to the tree's folders.
        command["directory"] = execution_root
    with open(os.path.join(root, "compile_commands.json"), "w", encoding="utf-8") as stream:
        json.dump(commands, stream, indent=1)
    print(f"{len(commands)} files")


if __name__ == "__main__":
    main()
