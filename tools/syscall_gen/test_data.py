# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""What tests are made from: the invalid-argument matrix, the list of scenarios, the signatures."""

import model

CPP = "// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0\n" \
      "// Made from vdso/syscalls.toml.\n"


def _flags(arg):
    return (["kOptional"] if arg.is_optional else []) + (["kConsumed"] if arg.is_consumed else [])


def _pointer(call, arg):
    access = {"none": "kUnused", "read": "kRead", "write": "kWrite", "both": "kReadWrite"}[arg.access]
    if call.is_assembly and arg.type not in model.STRUCTS:
        access = "kUnused"  # Registers: the C function, not the kernel, is at this memory.
    flags = [access] + _flags(arg) + (["kAligned"] if arg.type == "zx_futex_t" else [])
    return f"POINTER({' | '.join(flags)}, ZX_ERR_{arg.unmapped}, ZX_ERR_{arg.forbidden})"


def _argument(call, arg):
    flags = " | ".join(_flags(arg)) or "kRequired"
    if arg.object is not None:
        kind = "NONE" if arg.object == "any" else arg.object.upper()
        rights = " | ".join(f"ZX_RIGHT_{right}" for right in arg.rights) or "ZX_RIGHT_NONE"
        return f"OBJECT({flags}, ZX_OBJ_TYPE_{kind}, {rights})"
    if arg.allowed is not None:
        return f"OPTIONS({arg.allowed}, ZX_ERR_{arg.refused})"
    if arg.is_pointer:
        return _pointer(call, arg)
    return f"HANDLE({flags})" if arg.is_raw_handle else "WORD"


def matrix(table):
    """SYSCALL(call, arguments...): what is checked of each argument, an item an argument."""
    out = [CPP]
    for call in table.kernel_calls:
        if call.returns != "noreturn":
            items = "".join(", " + _argument(call, arg) for arg in call.args)
            out.append(f"SYSCALL({call.name}{items})")
    return "\n".join(out + [""])


def scenarios(table):
    """SYSCALL_SCENARIO(call, errors...) for each call that enters the kernel, with all it may give."""
    out = [CPP]
    for call in table.kernel_calls:
        names = dict.fromkeys(name for name, _ in call.errors + call.implied_errors)
        out.append(f"SYSCALL_SCENARIO({call.name}{''.join(f', ZX_ERR_{name}' for name in names)})")
    return "\n".join(out + [""])


def signatures(table):
    """The golden of the interface: a line a call, and a frame budget's hook for each coroutine."""
    out = []
    for call in table.calls:
        number = call.number if call.number is not None else "-"
        rights = "".join(f" {arg.name}:{'+'.join(arg.rights)}" for arg in call.args if arg.rights)
        out.append(f"{number} {call.kind} {call.returns} zx_{call.name}({call.c_parameters()}){rights}")
    return "\n".join(out + [""])


