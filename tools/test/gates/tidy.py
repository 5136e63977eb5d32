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
_CONFIG = os.path.join(source_files.ROOT, ".clang-tidy")


def check(targets):
    if not compile_commands.make_generated(targets):
        return ["generated headers cannot be made"]
    folder = compile_commands.execution_root()
    wanted = [command for command in compile_commands.everything(targets)
              if command["file"].startswith(_FOLDERS) and command["file"].endswith(".cc")]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda command: _check_file(command, folder), wanted))
    return sorted({problem for problems in results for problem in problems})


def _check_file(command, folder):
    flags = compile_commands.clang_flags(command)
    remembered = _memory(command["file"], flags, folder)
    if os.path.exists(remembered):
        return []
    done = subprocess.run(
        [_TIDY, "--quiet", f"--config-file={_CONFIG}", command["file"], "--", *flags],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    found = re.findall(r"^(\S+:\d+:\d+: (?:error|warning): .*)", done.stdout, re.M)
    if done.returncode and not found:
        found = [f"{command['file']}: {_TIDY}: {done.stderr.strip()[-300:]}"]
    if not found:
        os.makedirs(os.path.dirname(remembered), exist_ok=True)
        with open(remembered, "w", encoding="utf-8"):
            pass
    return [re.sub(f"^({re.escape(folder)}/|\\./)", "", problem) for problem in found]


def _memory(file, flags, folder):
    """The file whose presence says that this content was clean; what it includes counts too."""
    digest = hashlib.sha256(repr(flags).encode())
    seen = set()
    waiting = [file, _CONFIG]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        with open(os.path.join(folder, path), encoding="utf-8") as stream:
            text = stream.read()
        digest.update(text.encode())
        for name in sorted(set(re.findall(r'#\s*include [<"]([^">]+)[">]', text))):
            waiting += _found(name, [os.path.dirname(path), *_include_folders(flags)], folder)
    cache = os.path.expanduser(os.environ.get("SIROCCO_CACHE", "~/.cache/sirocco"))
    return os.path.join(cache, "tidy", digest.hexdigest())


def _include_folders(flags):
    return [folder for option, folder in zip(flags, flags[1:])
            if option in ("-iquote", "-isystem", "-I")]


def _found(name, folders, root):
    """The first file of that name; none for a header of the machine that builds."""
    for folder in folders:
        path = os.path.normpath(os.path.join(folder, name))
        if os.path.isfile(os.path.join(root, path)):
            return [path]
    return []
