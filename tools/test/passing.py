# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The committed list of claims that have passed once: it may only grow (row T8)."""

import os

from tools.qemu import image

PATH = os.path.join(image.ROOT, "tests/passing.txt")
_HEADER = """# Claims that pass. The list may only grow: one that fails or is gone fails ./test --ci.
# ./test --update-list adds those that passed.
"""


def read(path=PATH):
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as stream:
        return [line.strip() for line in stream if line.strip() and not line.startswith("#")]


def lost(listed, claims):
    """Listed claims that did not pass, with the reason."""
    verdicts = {name: claim.verdict for name, claim in claims.items()}
    return [(name, verdicts.get(name, "missing")) for name in listed
            if verdicts.get(name) != "pass"]


def update(claims, defined, path=PATH):
    """Adds what passed and is `defined` by a source, takes nothing away. Returns the number added."""
    old = set(read(path))
    new = old | {name for name, claim in claims.items() if claim.verdict == "pass" and name in defined}
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(_HEADER)
        stream.writelines(name + "\n" for name in sorted(new))
    return len(new) - len(old)
