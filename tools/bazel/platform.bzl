# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Builds files for another platform from inside an ordinary host build."""

_OPTIONS = [
    "platforms",
    "copt",
    "cxxopt",
    "conlyopt",
    "linkopt",
    "collect_code_coverage",
    "compilation_mode",
]

# The flags of a host flavour (sanitizers, coverage) must not reach the machine's code.
def _to_platform_impl(settings, attr):
    mode = attr.mode or settings["//command_line_option:compilation_mode"]
    values = {
        "platforms": [attr.platform],
        "copt": attr.target_copts,
        "cxxopt": [],
        "conlyopt": [],
        "linkopt": [],
        "collect_code_coverage": False,
        "compilation_mode": "dbg" if mode == "dbg" else "opt",
    }
    return {"//command_line_option:" + name: value for name, value in values.items()}

_to_platform = transition(
    implementation = _to_platform_impl,
    inputs = ["//command_line_option:compilation_mode"],
    outputs = ["//command_line_option:" + option for option in _OPTIONS],
)

def _platform_files_impl(ctx):
    outputs = []
    folder = ctx.attr.folder or ctx.label.name
    for file in ctx.files.srcs:
        link = ctx.actions.declare_file(folder + "/" + file.basename)
        ctx.actions.symlink(output = link, target_file = file)
        outputs.append(link)
    return [DefaultInfo(
        files = depset(outputs),
        runfiles = ctx.runfiles(files = outputs),
    )]

platform_files = rule(
    implementation = _platform_files_impl,
    doc = "`srcs` built for `platform`, as files `<name>/<file>`. Whole targets, no flags leak in.",
    attrs = {
        "srcs": attr.label_list(allow_files = True, cfg = _to_platform),
        "platform": attr.string(mandatory = True),
        "folder": attr.string(doc = "Where the files appear; empty: the rule's name."),
        "mode": attr.string(doc = "opt or dbg; empty: as the build that asks."),
        "target_copts": attr.string_list(doc = "Flags for all of it, KASSERT's define for one."),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
)
