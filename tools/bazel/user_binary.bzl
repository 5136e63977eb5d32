# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Programs for the system, in C or C++."""

load("//tools/bazel:platform.bzl", "platform_files")

_LIBC = Label("//userspace/lib/libc")
_EXPORTS = Label("//userspace/lib/libc:program.ver")
_USER = Label("//platforms:user")
_PLATFORM = Label("//platforms:riscv64_user")

# A program is one position-independent image without a dynamic linker. Code and constants lie in
# segments of their own. (-z text would refuse room for relocations that ld set aside in them and
# did not use.)
_LINKOPTS = [
    "-static-pie",
    "-Wl,--no-dynamic-linker",
    "-Wl,--eh-frame-hdr",
    "-Wl,-z,separate-code",
    "-Wl,--fatal-warnings",
    "-Wl,-u,main",  # Which may lie in a library: the start code that names it comes last.
]

def user_binary(
        name,
        srcs,
        deps = [],
        copts = [],
        linkopts = [],
        visibility = None,
        testonly = False,
        **kwargs):
    """Builds a program for the system, from any workspace and for any platform asked for.

    `:<name>` is the file `<name>.elf`, stripped, as `./run --add bin/<name>=<file>` takes it;
    `:<name>.debug` is the same with symbols, which only builds for the user platform.

    Args:
      name: the target; the C library, and C++'s, come by themselves.
      srcs: C, C++ and assembly sources, and private headers.
      deps: cc_library targets.
      copts: compiler flags.
      linkopts: linker flags.
      visibility: of both targets.
      testonly: as for any target.
      **kwargs: other arguments of cc_binary.
    """
    native.cc_binary(
        name = name + ".debug",
        srcs = srcs,
        additional_linker_inputs = [str(_EXPORTS)],
        copts = copts,
        linkopts = _LINKOPTS + [
            "-Wl,--version-script=$(location {})".format(_EXPORTS),
        ] + linkopts,
        target_compatible_with = [str(_USER)],
        testonly = testonly,
        visibility = visibility,
        deps = deps + [str(_LIBC)],
        **kwargs
    )
    platform_files(
        name = name + "_stripped",
        srcs = [":" + name + ".debug.stripped"],
        platform = str(_PLATFORM),
        testonly = testonly,
    )
    native.genrule(
        name = name,
        srcs = [":" + name + "_stripped"],
        outs = [name + ".elf"],
        cmd = "cp $< $@",
        testonly = testonly,
        visibility = visibility,
    )
