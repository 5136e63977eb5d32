# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The flavours that tests run in."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Flavour:
    name: str
    options: tuple  # Bazel's, beyond those of every build.
    tags: str  # --test_tag_filters

    def filters(self, long):
        """Quick runs leave out what is tagged `slow`; long runs run only that.

        Not `long`: Bazel's filters take sizes and time-outs for tags.
        """
        mark = "slow" if long else "-slow"
        return ",".join(part for part in (self.tags, mark) if part)


# GCC, optimised: every host test, and every test that boots the optimised image.
OPT = Flavour("opt", (), "")
# No sanitizer is in the machine's code: tests that only read it would build it anew, all the same.
_SANITIZED = "-qemu,-machine_code,-host_only_opt"
ASAN = Flavour("asan", ("--config=asan",), _SANITIZED)
TSAN = Flavour("tsan", ("--config=tsan",), _SANITIZED)
UBSAN = Flavour("ubsan", ("--config=ubsan",), _SANITIZED)
DBG = Flavour("dbg", ("--config=dbg",), "-host_only_opt")
DBG_QEMU = Flavour("dbg", ("--config=dbg",), "qemu")

BY_NAME = {flavour.name: flavour for flavour in (OPT, ASAN, TSAN, UBSAN, DBG)}


def plan(long=False, ci=False):
    """What a run of ./test runs. asan holds ubsan's checks; alone those are for --long."""
    flavours = [OPT, ASAN, TSAN]
    if long:
        flavours += [UBSAN, DBG]
    elif ci:
        flavours.append(DBG_QEMU)
    return flavours
