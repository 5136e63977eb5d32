# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""What tests are made from: the invalid-argument matrix, the list of scenarios, the signatures."""


CPP = "// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0\n" \
      "// Made from vdso/syscalls.toml.\n"


def _mistakes(call):
    """(argument index, mistake, status) for what the generated checks refuse by themselves."""
    for index, arg in enumerate(call.args):
        if arg.allowed is not None:
            yield index, "kUnknownOption", arg.refused
        if arg.object is not None:
            yield index, "kBadHandle", "BAD_HANDLE"
            if arg.object != "any":
                yield index, "kWrongType", "WRONG_TYPE"
            if arg.rights:
                yield index, "kMissingRight", "ACCESS_DENIED"


def matrix(table):
    """INVALID_ARGUMENT(call, argument index, mistake, status, allowed options or rights)."""
    out = [CPP]
    for call in table.public_calls:
        if not call.enters_kernel or call.is_assembly:
            continue
        for index, mistake, status in _mistakes(call):
            arg = call.args[index]
            detail = "0"
            if mistake == "kUnknownOption":
                detail = arg.allowed
            elif mistake == "kMissingRight":
                detail = " | ".join(f"ZX_RIGHT_{right}" for right in arg.rights)
            out.append(f"INVALID_ARGUMENT({call.name}, {index}, {mistake}, ZX_ERR_{status}, {detail})")
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


