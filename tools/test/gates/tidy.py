# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""clang-tidy over the kernel and user space; what was clean is remembered by its content."""

import concurrent.futures
import hashlib
import os
import re
import subprocess

from tools.test import compile_commands
from tools.test import source_files

_FOLDERS = ("kernel/", "userspace/", "vdso/", "tools/")
_TIDY = "clang-tidy-19"


def check():
    commands = compile_commands.host_commands()
    wanted = [command for command in commands
              if command["file"].startswith(_FOLDERS) and command["file"].endswith(".cc")]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(_check_file, wanted))
    return [problem for problems in results for problem in problems]


def _check_file(command):
    remembered = _memory(command)
    if os.path.exists(remembered):
        return []
    done = subprocess.run(
        [_TIDY, "--quiet", command["file"], "--", *_flags(command["arguments"])],
        cwd=source_files.ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    found = sorted(set(re.findall(r"^\S+:\d+:\d+: (?:error|warning): .*", done.stdout, re.M)))
    if done.returncode and not found:
        found = [f"{command['file']}: {_TIDY}: {done.stderr.strip()[-300:]}"]
    if not found:
        os.makedirs(os.path.dirname(remembered), exist_ok=True)
        with open(remembered, "w", encoding="utf-8"):
            pass
    return [problem.replace(source_files.ROOT + "/", "") for problem in found]


def _flags(arguments):
    """A compile command without its compiler, input and outputs."""
    kept = []
    words = iter(arguments[1:])
    for word in words:
        if word in ("-o", "-c", "-MF"):
            next(words, None)
        elif not word.startswith(("-MD", "-frandom-seed", "-fno-canonical", "-Wno-free-nonheap",
                                  "-Wunused-but-set-parameter", "-fno-omit")):
            kept.append(word)
    return kept + ["-Wno-unknown-warning-option"]


def _memory(command):
    """The file whose presence says that this content was clean; headers of the tree count too."""
    digest = hashlib.sha256(repr(_flags(command["arguments"])).encode())
    seen = set()
    waiting = [command["file"], ".clang-tidy"]
    while waiting:
        path = waiting.pop()
        if path in seen or not os.path.isfile(os.path.join(source_files.ROOT, path)):
            continue
        seen.add(path)
        text = source_files.read(path)
        digest.update(text.encode())
        waiting += sorted(re.findall(r'#include "([^"]+)"', text))
    cache = os.path.expanduser(os.environ.get("SIROCCO_CACHE", "~/.cache/sirocco"))
    return os.path.join(cache, "tidy", digest.hexdigest())
