# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Tells the guest's output from the firmware's, which share one serial line."""

# The last line that OpenSBI prints before it enters the kernel.
_LAST_FIRMWARE_LINE = b"Boot HART MEDELEG"


class GuestOutput:
    """Feed it what the serial line says; it returns what the system said, line ends as the host's."""

    def __init__(self):
        self._firmware = b""  # Kept until the guest speaks, to explain a refused boot.
        self._in_guest = False
        self._held = b""
        self.spoke = False

    @property
    def firmware(self):
        return self._firmware

    def feed(self, data):
        self.spoke = self.spoke or bool(data)
        if not self._in_guest:
            self._firmware += data
            data = self._after_firmware()
        return self._plain_line_ends(data)

    def end(self):
        """What was still held back."""
        held, self._held = self._held, b""
        return held

    def _after_firmware(self):
        start = self._firmware.find(_LAST_FIRMWARE_LINE)
        end = self._firmware.find(b"\n", start)
        if start < 0 or end < 0:
            return b""
        self._in_guest = True
        rest = self._firmware[end + 1:]
        self._firmware = self._firmware[:end + 1]
        return rest

    def _plain_line_ends(self, data):
        data = (self._held + data).replace(b"\r\n", b"\n")
        # A carriage return at the end may be half of a line end.
        self._held = b"\r" if data.endswith(b"\r") else b""
        return data[:-1] if self._held else data
