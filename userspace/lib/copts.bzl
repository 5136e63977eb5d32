# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Flags of libraries that userboot links, which has no C++ runtime."""

FREESTANDING_COPTS = [
    "-fno-exceptions",
    "-fno-rtti",
    "-fno-threadsafe-statics",
]
