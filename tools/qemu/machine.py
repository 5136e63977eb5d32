# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The machine we boot on: how QEMU is called, and what its exit status means."""

import dataclasses

QEMU = "qemu-system-riscv64"
MAX_HARTS = 8

# Statuses of `./run`. Below them stands the guest's own, from 0 to LAST_GUEST_STATUS.
LAST_GUEST_STATUS = 199
PANIC = 240
HANG = 241
REFUSED = 242
USAGE = 243


@dataclasses.dataclass
class Machine:
    """One boot. Files are paths on the host."""

    kernel: str
    archive: str  # "": none.
    harts: int = 4
    memory: str = "256M"
    command_line: str = ""
    icount: bool = False
    gdb_port: int = 0  # 0: nobody debugs.
    seed: int = 0  # 0: the machine's randomness differs each boot.
    extra: tuple = ()

    def command(self, serial):
        """QEMU's command line; `serial` is its argument for the guest's console."""
        words = [
            QEMU,
            "-M", "virt,aclint=on",
            "-cpu", "rv64",
            "-m", self.memory,
            "-smp", str(self.harts),
            "-global", "virtio-mmio.force-legacy=false",
            "-no-reboot",
            "-kernel", self.kernel,
        ]
        if self.archive:
            words += ["-initrd", self.archive]
        words += ["-nographic"] if serial == "terminal" else [
            "-display", "none", "-monitor", "none", "-serial", serial]
        if self.command_line:
            words += ["-append", self.command_line]
        if self.icount:
            words += ["-icount", "shift=0,sleep=off"]
        if self.gdb_port:
            words += ["-S", "-gdb", f"tcp:127.0.0.1:{self.gdb_port}"]
        if self.seed:
            words += ["-seed", str(self.seed)]
        return words + list(self.extra)


def status_of(returncode, guest_spoke):
    """`./run`'s status for QEMU's.

    QEMU itself ends with 1 when it cannot start, which a guest may also say: but before any guest
    the firmware prints its banner.
    """
    if not guest_spoke or returncode < 0:
        return REFUSED
    if returncode in (PANIC, HANG, REFUSED):
        return returncode
    return min(returncode, LAST_GUEST_STATUS)
