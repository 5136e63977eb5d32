# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Boots the unchanged image under instruction counting and collects its figures."""

import glob
import hashlib
import os
import subprocess
import time

from tools.bench import figures as figure_list
from tools.bench import observe
from tools.qemu import boot
from tools.qemu import guest as guests
from tools.qemu import image
from tools.qemu import machine as qemu

SEEDS = (1, 2, 3)
PROGRAMS = "tests/bench/programs"
WALL_BOOTS = 20
_TIMEOUT = 600


class BenchError(Exception):
    pass


def build(flavour):
    """(Image, {guest path: host path}) with the benchmark's programs."""
    built = image.build(flavour)
    package, _, target = PROGRAMS.rpartition("/")
    done = subprocess.run(image.bazel("build", "--noshow_progress", "--ui_event_filters=-info",
                                      f"//{package}:{target}"), cwd=image.ROOT)
    if done.returncode:
        raise BenchError("the benchmark programs do not build")
    # They are the same whatever the kernel's flavour, and lie beside the optimised image.
    folder = os.path.dirname(os.path.dirname(image.build("opt").kernel))
    paths = glob.glob(os.path.join(folder, PROGRAMS, "*"))
    return built, {f"bin/{os.path.basename(path)}": path for path in sorted(paths)}


def instructions(built, programs, seed, words=""):
    """The figures of one run of `bench`."""
    with guests.Guest(built=built, files=programs, harts=1, icount=True, seed=seed) as guest:
        outcome = guest.run(f"bench {words}".strip(), _TIMEOUT)
    text = outcome.output.decode(errors="replace")
    if outcome.status != 0:
        raise BenchError(f"seed {seed}: guest status {outcome.status}\n{text}{outcome.errors}")
    found = figure_list.parse(text)
    if not found:
        raise BenchError(f"seed {seed}: no figures in\n{text}")
    return found


def observed(built, programs, seeds):
    """What is counted from outside. Also the firmware's instructions, and the longest plain call."""
    boots = [observe.boot(built, seed) for seed in seeds]
    longest, name = observe.longest_plain(built, programs)
    return (figure_list.worst([found for found, _ in boots] + [{longest.op: longest}]),
            {"firmware_instructions": max(before for _, before in boots), "longest_plain": name})


def boot_wall(built, boots=WALL_BOOTS):
    """Milliseconds from QEMU's start to the shell's prompt."""
    samples = []
    for _ in range(boots):
        with guests.Guest(built=built, harts=4) as guest:
            started = time.monotonic()
            with guest.terminal() as terminal:
                terminal.expect(observe.PROMPT)
                samples.append(round((time.monotonic() - started) * 1000))
    return figure_list.statistics("boot.wall", "milliseconds", samples)


def meta(built, seeds):
    """What the figures depend on."""
    machine = qemu.Machine("KERNEL", "ARCHIVE", harts=1, icount=True)
    digest = hashlib.sha256()
    for path in (built.kernel, built.archive):
        with open(path, "rb") as stream:
            digest.update(stream.read())
    firmware = boot.boot(qemu.Machine(built.kernel, built.archive, harts=1), 20).firmware
    opensbi = next((line.strip() for line in firmware.decode(errors="replace").splitlines()
                    if line.startswith("OpenSBI")), "unknown")
    return {"image_sha256": digest.hexdigest(), "qemu": _first_line(qemu.QEMU, "--version"),
            "opensbi": opensbi, "compiler": _first_line("riscv64-linux-gnu-g++", "--version"),
            "flags": " ".join(machine.command("stdio")[1:]), "seeds": list(seeds)}


def _first_line(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout.splitlines()[0]
