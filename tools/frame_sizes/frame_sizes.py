#!/usr/bin/env python3
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The sizes of coroutine frames, as g++ leaves them in the debug information.

frame_sizes KERNEL TABLE OUTPUT [LIMIT]
  OUTPUT  a line a coroutine: bytes, a tab, the function; calls of class `waits` come first
  LIMIT   the most a call's own frame may have: larger, or missing, is an error
"""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "../syscall_gen"))

import model  # pylint: disable=wrong-import-position

READELF = "riscv64-linux-gnu-readelf"
CXXFILT = "riscv64-linux-gnu-c++filt"


def frames_of(lines):
    """mangled function -> bytes. g++ describes a frame as a structure `<function>.Frame`."""
    found = {}
    name = None
    for line in lines:
        at = re.search(r"DW_AT_name\s*:.*?(\S+)\.Frame$", line)
        if at:
            name = at.group(1)
            continue
        size = re.search(r"DW_AT_byte_size\s*:\s*(\d+)", line)
        if size and name:
            # One function in several units has one size; take the larger if it has not.
            found[name] = max(found.get(name, 0), int(size.group(1)))
        name = None
    return found


def demangle(names):
    text = "\n".join(names)
    made = subprocess.run([CXXFILT], input=text, capture_output=True, text=True, check=True)
    return made.stdout.splitlines()


def own_frames(frames, table):
    """(call, bytes or None) for each call that is a coroutine."""
    for call in table.kernel_calls:
        if call.kind != "waits":
            continue
        symbol = f"sys_{call.name}"
        start = f"_ZN7sirocco{len(symbol)}{symbol}E"
        sizes = [size for name, size in frames.items() if name.startswith(start)]
        yield call.name, max(sizes) if sizes else None


def main(arguments):
    if len(arguments) not in (3, 4):
        sys.stderr.write(__doc__)
        return 2
    kernel, table_path, output = arguments[:3]
    with subprocess.Popen([READELF, "--debug-dump=info", kernel], stdout=subprocess.PIPE,
                          text=True) as process:
        frames = frames_of(process.stdout)
    calls = dict(own_frames(frames, model.load(table_path)))
    names = sorted(frames, key=lambda name: (-frames[name], name))
    with open(output, "w", encoding="utf-8") as file:
        for name, size in sorted(calls.items()):
            file.write(f"{size if size is not None else '-'}\tsys_{name}\n")
        for name, text in zip(names, demangle(names)):
            file.write(f"{frames[name]}\t{text}\n")
    if len(arguments) == 4:
        limit = int(arguments[3])
        bad = [f"sys_{name}: {'no frame' if size is None else size}"
               for name, size in sorted(calls.items()) if size is None or size > limit]
        if bad:
            sys.stderr.write(f"frames of more than {limit} bytes: {', '.join(bad)}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
