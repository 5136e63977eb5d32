# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The committed list of claims that have passed once: it may only grow (row T8)."""

import os
import subprocess

from tools.qemu import image

PATH = os.path.join(image.ROOT, "tests/passing.txt")
UPDATE = "./test --flavour opt --update-list"
_HEADER = f"""# Claims that pass. The list may only grow: one that fails or is gone fails ./test --ci.
# `{UPDATE} [PATTERN...]` adds those that passed. A claim with a new name is added under
# it, and its line becomes `Old.Name -> New.Name`.
"""
_ARROW = " -> "


def parse(lines):
    """(the names that must pass, {a former name: the one it has now})"""
    lines = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return ([line for line in lines if _ARROW not in line],
            dict(line.split(_ARROW) for line in lines if _ARROW in line))


def read(path=PATH):
    if not os.path.exists(path):
        return [], {}
    with open(path, encoding="utf-8") as stream:
        return parse(stream)


def ever_listed(path=PATH):
    """All names that some commit has added."""
    log = subprocess.run(["git", "log", "--format=", "--patch", "--unified=0", "--", path],
                         cwd=os.path.dirname(path), check=True, stdout=subprocess.PIPE, text=True)
    added = (line[1:] for line in log.stdout.splitlines()
             if line.startswith("+") and not line.startswith("+++"))
    return set(parse(added)[0])


def taken_off(ever, names, renamed):
    """Names that may not be missing from the list."""
    return sorted(name for name in set(ever) - set(names) if renamed.get(name) not in names)


def lost(names, claims):
    """Listed claims that did not pass, with the reason."""
    verdicts = {name: claim.verdict for name, claim in claims.items()}
    return [(name, verdicts.get(name, "missing")) for name in names
            if verdicts.get(name) != "pass"]


def fresh(names, claims, defined):
    """Claims that passed and are `defined` by a source, but not on the list."""
    return sorted({name for name, claim in claims.items() if claim.verdict == "pass"}
                  & set(defined) - set(names))


def update(claims, defined, path=PATH):
    """Adds what is fresh, takes nothing away. Returns the number added."""
    names, renamed = read(path)
    added = fresh(names, claims, defined)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(_HEADER)
        stream.writelines(f"{name}\n" for name in sorted({*names, *added}))
        stream.writelines(f"{old}{_ARROW}{new}\n" for old, new in sorted(renamed.items()))
    return len(added)
