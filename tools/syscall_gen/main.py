#!/usr/bin/env python3
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Makes the files of the call table: syscall_gen TABLE KIND=FILE...; `docs` takes a folder."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import docs  # pylint: disable=wrong-import-position
import kernel
import model
import test_data
import user

EMITTERS = {
    "numbers": user.numbers_header,
    "syscalls": user.syscalls_header,
    "stubs": user.stubs_source,
    "version-script": user.version_script,
    "trampolines": user.trampolines_source,
    "host-stubs": user.host_stubs_source,
    "handlers": kernel.handlers_header,
    "thunks": kernel.thunks_source,
    "table": kernel.table_header,
    "doors": kernel.doors_source,
    "matrix": test_data.matrix,
    "scenarios": test_data.scenarios,
    "signatures": test_data.signatures,
}


def main(arguments):
    if len(arguments) < 2:
        sys.stderr.write(__doc__ + f"\nkinds: docs {' '.join(EMITTERS)}\n")
        return 2
    try:
        table = model.load(arguments[0])
    except model.TableError as error:
        sys.stderr.write(f"{arguments[0]}: {error}\n")
        return 1
    for request in arguments[1:]:
        kind, _, path = request.partition("=")
        if kind == "docs":
            docs.write(table, path)
        elif kind in EMITTERS and path:
            with open(path, "w", encoding="utf-8") as file:
                file.write(EMITTERS[kind](table))
        else:
            sys.stderr.write(f"syscall_gen: {request}: not KIND=FILE\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
