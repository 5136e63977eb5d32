# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""A linked kernel with the table that its panics read."""

def _symbolised_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.run(
        inputs = [ctx.file.src],
        outputs = [out],
        executable = ctx.executable._symbolise,
        arguments = [ctx.file.src.path, out.path],
        mnemonic = "Symbolise",
        use_default_shell_env = True,
    )
    return [DefaultInfo(files = depset([out]), executable = out)]

symbolised = rule(
    implementation = _symbolised_impl,
    doc = "`src`, an ELF file, with its section .symbols filled; the file is called as the target.",
    executable = True,
    attrs = {
        "src": attr.label(mandatory = True, allow_single_file = True),
        "_symbolise": attr.label(
            default = "//tools/symbols:symbolise",
            executable = True,
            cfg = "host",
        ),
    },
)
