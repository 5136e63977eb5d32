# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Builds images and puts files into boot archives."""

import os
import shlex
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PACKER = "tools/archive/pack"
FLAVOURS = {"opt": ("image", []), "dbg": ("image", ["--config=dbg"]), "kassert": ("image_kassert", [])}


class BuildError(Exception):
    pass


def bazel(command, *words):
    """Bazel's command line: $BAZEL may name another binary and start-up options."""
    program = shlex.split(os.environ.get("BAZEL", "bazel"))
    cache = os.path.expanduser(os.environ.get("SIROCCO_CACHE", "~/.cache/sirocco"))
    options = [f"--disk_cache={cache}/bazel", "--symlink_prefix=/"]
    return program + [command] + options + list(words)


class Image:
    """Kernel, boot archive and packer of a flavour."""

    def __init__(self, folder, name):
        self.kernel = os.path.join(folder, name, "kernel.elf")
        self.archive = os.path.join(folder, name, "boot.cpio")
        self.packer = os.path.join(folder, PACKER)

    def with_members(self, members, output):
        """Appends {guest path: host path} to the boot archive as the new archive `output`."""
        words = [f"{guest}={host}" for guest, host in members.items()]
        done = subprocess.run(
            [self.packer, f"--output={output}", f"--base={self.archive}"] + words,
            stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise BuildError(done.stderr.strip())
        return output


def build(flavour="opt"):
    """Builds a flavour and returns its Image. Errors: BuildError with Bazel's text."""
    target, options = FLAVOURS[flavour]
    try:
        done = subprocess.run(
            bazel("build", *options, "--noshow_progress", "--ui_event_filters=-info",
                  f"//:{target}", f"//{os.path.dirname(PACKER)}:pack"),
            cwd=ROOT, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise BuildError(done.stderr)
        folder = subprocess.run(bazel("info", *options, "bazel-bin"), cwd=ROOT, check=True,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise BuildError(f"cannot run Bazel: {error}") from error
    return Image(folder.stdout.strip(), target)


def of_runfiles():
    """The image among the files of the Bazel test or command that runs."""
    return Image(os.getcwd(), "image")
