# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The parts of a bootable image."""

load("//tools/bazel:platform.bzl", "platform_files")

def boot_archive(name, programs = {}, files = {}, visibility = None):
    """Packs `programs` and `files` ({path in the archive: label}) into `<name>.cpio`.

    Programs are built for user mode; files are taken as they are.
    """
    sources = dict(files)
    for path, label in programs.items():
        platform_files(
            name = name + "/" + path,
            srcs = [label],
            platform = "//platforms:riscv64_user",
        )
        sources[path] = ":" + name + "/" + path
    members = ["%s=$(location %s)" % (path, label) for path, label in sources.items()]
    native.genrule(
        name = name,
        srcs = sources.values(),
        outs = [name + ".cpio"],
        cmd = "$(location //tools/archive:pack) --output=$@ " + " ".join(members),
        tools = ["//tools/archive:pack"],
        visibility = visibility,
    )

def image(name, archive, mode = "", kernel_copts = [], visibility = None):
    """`<name>/kernel.elf` and the boot archive, as the emulator is given them."""
    platform_files(
        name = name + "_kernel",
        srcs = ["//kernel:kernel.elf"],
        folder = name,
        mode = mode,
        platform = "//platforms:riscv64_kernel",
        target_copts = kernel_copts,
    )
    native.genrule(
        name = name + "_archive",
        srcs = [archive],
        outs = [name + "/boot.cpio"],
        cmd = "cp $< $@",
    )
    native.filegroup(
        name = name,
        srcs = [
            name + "_archive",
            name + "_kernel",
        ],
        visibility = visibility,
    )
