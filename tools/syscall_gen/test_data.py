# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""What tests are made from: the invalid-argument matrix, the list of scenarios, the signatures."""


CPP = "// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0\n" \
      "// Made from vdso/syscalls.toml.\n"


def _argument(arg):
    if arg.object is not None:
        kind = "NONE" if arg.object == "any" else arg.object.upper()
        rights = " | ".join(f"ZX_RIGHT_{right}" for right in arg.rights) or "ZX_RIGHT_NONE"
        macro = "OPTIONAL_OBJECT" if arg.is_optional else "OBJECT"
        return f"{macro}(ZX_OBJ_TYPE_{kind}, {rights})"
    if arg.allowed is not None:
        return f"OPTIONS({arg.allowed}, ZX_ERR_{arg.refused})"
    return "POINTER" if arg.is_pointer else "WORD"


def matrix(table):
    """SYSCALL(call, arguments...): what the generated checks look at, an item an argument."""
    out = [CPP]
    for call in table.public_calls:
        if call.enters_kernel and not call.is_assembly and call.returns != "noreturn":
            items = "".join(", " + _argument(arg) for arg in call.args)
            out.append(f"SYSCALL({call.name}{items})")
    return "\n".join(out + [""])


def scenarios(table):
    """SYSCALL_SCENARIO(call) for each call that enters the kernel."""
    return "\n".join([CPP] + [f"SYSCALL_SCENARIO({call.name})" for call in table.kernel_calls] + [""])


def signatures(table):
    """The golden of the interface: a line a call, and a frame budget's hook for each coroutine."""
    out = []
    for call in table.calls:
        number = call.number if call.number is not None else "-"
        rights = "".join(f" {arg.name}:{'+'.join(arg.rights)}" for arg in call.args if arg.rights)
        out.append(f"{number} {call.kind} {call.returns} zx_{call.name}({call.c_parameters()}){rights}")
    return "\n".join(out + [""])


