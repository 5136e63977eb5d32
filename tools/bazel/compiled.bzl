# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The objects of C and C++ targets and of what they depend on, without linking anything."""

_Objects = provider(fields = ["files"])

def _own_objects(target):
    files = []
    for action in target.actions:
        if action.mnemonic == "CppCompile":
            files += action.outputs.to_list()

    # Most sources have two objects; the one that programs link tells all the compiler has to say.
    linked = [file for file in files if ".pic." not in file.basename]
    return linked or files

def _compiled_impl(target, ctx):
    own = [] if ctx.label.workspace_name else _own_objects(target)
    deps = [dep[_Objects].files for dep in getattr(ctx.rule.attr, "deps", []) if _Objects in dep]
    files = depset(own, transitive = deps)
    return [_Objects(files = files), OutputGroupInfo(compiled = files)]

# Bazel's own output group for this knows no cc_binary.
compiled = aspect(
    implementation = _compiled_impl,
    attr_aspects = ["deps"],
)
