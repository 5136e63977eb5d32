# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""What the tree takes from the system is what tools/setup/install.sh installs, no more."""

import os
import re
import shutil
import subprocess

from tools.test import source_files

SETUP = "tools/setup/install.sh"
# Where an #include may lead, in this order.
_FOLDERS = ("/usr/src/googletest/googletest/include", "/usr/src/googletest/googlemock/include",
            "/usr/include", "/usr/include/x86_64-linux-gnu")
_TOOLS = r'"((?:clang|qemu|riscv64-linux-gnu)-[a-z0-9+-]*[a-z0-9+])"'
_NAMED = re.compile(r"/usr/(?:bin|lib|src|include|riscv64)[\w/.+-]*[\w+]")


def problems(texts):
    """`texts`: {path from the root: its text}."""
    users = {}
    for path, text in texts.items():
        for file in taken(path, text):
            users.setdefault(os.path.realpath(file), path)
    allowed = installed_by(texts[SETUP])
    return [f"{users[file]}: {file} is of {package}, which {SETUP} does not install"
            for file, package in owners(users).items() if package not in allowed]


def taken(path, text):
    """Files of the system that a file of the tree uses."""
    if path.endswith((".cc", ".h", ".c", ".S")):
        for name in re.findall(r'^\s*#\s*include [<"]([^>"]+)[>"]', text, re.M):
            if not os.path.exists(os.path.join(source_files.ROOT, name)):
                places = (os.path.join(folder, name) for folder in _FOLDERS)
                yield from list(filter(os.path.isfile, places))[:1]
    elif path.endswith((".py", ".bzl", ".bazelrc", "BUILD", "WORKSPACE")):
        yield from filter(os.path.exists, _NAMED.findall(text))
        yield from filter(None, map(shutil.which, re.findall(_TOOLS, text)))


def owners(files):
    """{file: its package}; files of no package, as of other compilers, are left out."""
    done = subprocess.run(["dpkg", "-S", *files], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True)
    lines = (line.rpartition(": ") for line in done.stdout.splitlines())
    return {file: package.split(",")[0].split(":")[0] for package, _, file in lines if file in files}


def installed_by(script):
    """The packages that a system with git has when the script has run: all they depend on."""
    wanted = " ".join(re.findall(r'^\w+_PACKAGES="(.*)"', script, re.M)).split()
    fields = "${Package}\t${Essential}\t${Priority}\t${Pre-Depends}, ${Depends}\t${Provides}\n"
    table = [line.split("\t") for line in subprocess.run(
        ["dpkg-query", "-W", "-f", fields], check=True, stdout=subprocess.PIPE,
        text=True).stdout.splitlines()]
    needs = {name: _names(depends) for name, _, _, depends, _ in table}
    for name, _, _, _, provides in table:
        for virtual in _names(provides):
            needs.setdefault(virtual, []).append(name)
    found = set()
    left = wanted + ["git", "apt"] + [name for name, essential, priority, *_ in table
                                      if essential == "yes" or priority == "required"]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += needs.get(name, [])
    return found


def _names(depends):
    """Of alternatives all: which one is there decides nothing that this looks for."""
    return [re.match(r"[\w.+-]+", word.strip()).group()
            for word in re.split(r"[,|]", depends) if word.strip()]
