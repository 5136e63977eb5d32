#!/usr/bin/env python3
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The frame table's reader, on what readelf prints."""

import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, "tools/frame_sizes")
sys.path.insert(0, "tools/syscall_gen")

import frame_sizes  # noqa: E402
import model  # noqa: E402

WAIT = "_ZN7sirocco13sys_nanosleepERNS_14SyscallContextEl"
OTHER = "_ZN7sirocco19sys_nanosleep_innerERNS_14SyscallContextEl"
DUMP = f"""
 <1><8bd9>: Abbrev Number: 12 (DW_TAG_structure_type)
    <8bda>   DW_AT_name        : (indirect string, offset: 0x1147): {WAIT}.Frame
    <8bde>   DW_AT_byte_size   : 160
    <8cc4>   DW_AT_name        : (indirect string, offset: 0x6145): {OTHER}.Frame
    <8cc8>   DW_AT_byte_size   : 900
    <9000>   DW_AT_name        : (indirect string, offset: 0x6145): Frame
    <9004>   DW_AT_byte_size   : 8
    <9100>   DW_AT_name        : (indirect string, offset: 0x1147): {WAIT}.Frame
    <9104>   DW_AT_byte_size   : 176
"""


class FrameSizes(unittest.TestCase):
    def test_are_read_from_the_structures_named_frame(self):
        frames = frame_sizes.frames_of(DUMP.splitlines())
        self.assertEqual(frames, {WAIT: 176, OTHER: 900})

    def test_belong_to_the_call_of_exactly_that_name(self):
        table = model.load("vdso/syscalls.toml")
        frames = frame_sizes.frames_of(DUMP.splitlines())
        calls = dict(frame_sizes.own_frames(frames, table))
        self.assertEqual(calls["nanosleep"], 176)

    def test_are_missing_for_a_waiting_call_without_a_coroutine(self):
        table = model.load("vdso/syscalls.toml")
        self.assertIsNone(dict(frame_sizes.own_frames({}, table))["object_wait_many"])

    def test_are_asked_of_every_waiting_call_and_of_no_other(self):
        table = model.load("vdso/syscalls.toml")
        calls = dict(frame_sizes.own_frames({}, table))
        self.assertEqual(set(calls), {c.name for c in table.kernel_calls if c.kind == "waits"})


if __name__ == "__main__":
    unittest.main()
