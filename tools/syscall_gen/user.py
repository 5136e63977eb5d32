# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The programs' side of the table: C header, vDSO stubs, trampolines, host stubs."""

C = "// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0\n" \
    "// Made from vdso/syscalls.toml.\n"


def numbers_header(table):
    out = [C, "#pragma once\n",
           "// Numbers are private to a build: programs call the vDSO, which has them in its stubs.\n"]
    out += [f"#define ZX_SYS_{call.name} {call.number}" for call in table.kernel_calls]
    return "\n".join(out + [f"#define ZX_SYS_COUNT {len(table.kernel_calls) + 1}", ""])


def exported(table):
    """Names the vDSO exports, without their prefix, in a stable order."""
    names = []
    for call in table.public_calls:
        names.append(call.name)
        if call.is_assembly:
            names.append(call.name + "_raw")
    return names


def syscalls_header(table):
    out = [C, "#pragma once\n", "#include <sirocco/channel_handoff.h>",
           "#include <zircon/compiler.h>", "#include <zircon/syscalls/debug.h>",
           "#include <zircon/syscalls/exception.h>", "#include <zircon/syscalls/log.h>",
           "#include <zircon/syscalls/object.h>", "#include <zircon/syscalls/policy.h>",
           "#include <zircon/syscalls/port.h>", "#include <zircon/syscalls/profile.h>",
           "#include <zircon/syscalls/resource.h>", "#include <zircon/syscalls/system.h>",
           "#include <zircon/types.h>\n", "// The system calls. docs/syscalls/ has a page for each.\n",
           "__BEGIN_CDECLS\n"]
    for call in table.public_calls:
        attribute = "__NO_RETURN " if call.returns == "noreturn" else ""
        out.append(f"/// {call.doc}")
        for prefix in ("zx", "_zx"):
            out.append(f"{attribute}{call.c_returns} {prefix}_{call.name}({call.c_parameters()});")
        if call.is_assembly:
            out.append("/// The bare call, for inline assembly: not callable from C.")
            out.append(f"void zx_{call.name}_raw(void);")
        out.append("")
    return "\n".join(out + ["__END_CDECLS", ""])


def stubs_source(table):
    """One ecall a call. `site_` labels stay in the linked image's symbol table for the kernel."""
    out = [C, '#include "vdso/stub.inc"', "#include <sirocco/syscall_numbers.h>\n"]
    for call in table.kernel_calls:
        if call.is_internal:
            out.append(f"vdso_internal_stub {call.name}, ZX_SYS_{call.name}")
        elif call.is_assembly:
            out.append(f"vdso_raw_stub {call.name}, ZX_SYS_{call.name}")
        else:
            out.append(f"vdso_stub {call.name}, ZX_SYS_{call.name}")
    return "\n".join(out + [""])


def version_script(table):
    out = ["/* Made from vdso/syscalls.toml. */", "ZX_1.0 {", "  global:"]
    for name in exported(table):
        out += [f"    zx_{name};", f"    _zx_{name};"]
    out += ["    zx_status_get_string;", "    _zx_status_get_string;"]
    return "\n".join(out + ["  local: *;", "};", ""])


def _gnu_hash(name):
    value = 5381
    for char in name.encode():
        value = (value * 33 + char) & 0xffffffff
    return value


def trampolines_source(table):
    """For programs that are not linked dynamically: jumps through a table that fills itself."""
    names = exported(table) + ["status_get_string"]
    out = [C, '#include "vdso/trampoline.inc"\n', ".text"]
    for index, name in enumerate(names):
        out.append(f"trampoline {name}, {index}")
    out += ["", "trampoline_lazy_entries", ""]
    for index in range(len(names)):
        out.append(f"trampoline_lazy {index}")
    out += ["trampoline_lazy_end", "", ".section .rodata", ".balign 4",
            ".hidden sirocco_vdso_symbols", ".global sirocco_vdso_symbols",
            "sirocco_vdso_symbols:  // GNU hash, offset of the name."]
    offset = 0
    for name in names:
        out.append(f"    .4byte {_gnu_hash('zx_' + name):#x}, {offset}")
        offset += len("zx_" + name) + 1
    out += [".hidden sirocco_vdso_names", ".global sirocco_vdso_names", "sirocco_vdso_names:"]
    out += [f'    .asciz "zx_{name}"' for name in names]
    out += ["", ".bss", ".balign 8", ".hidden sirocco_vdso_targets",
            ".global sirocco_vdso_targets", "sirocco_vdso_targets:",
            f"    .space {8 * len(names)}",
            ".hidden sirocco_vdso_targets_end", ".global sirocco_vdso_targets_end",
            "sirocco_vdso_targets_end:", '.section .note.GNU-stack, "", %progbits', ""]
    return "\n".join(out)


def host_stubs_source(table):
    """The stubs of the hosted world: the same calls, through the same dispatch."""
    out = [C, "#include <sirocco/syscall_numbers.h>", "#include <zircon/syscalls.h>\n",
           '#include "vdso/host/host_syscall.h"\n',
           "#define WORD(value) ((uint64_t)(uintptr_t)(value))\n"]
    for call in table.kernel_calls:
        if call.is_assembly:
            continue  # Composed of other calls in vdso/host/.
        words = [f"WORD({arg.name})" if arg.is_pointer else
                 (f"(uint64_t)(int64_t){arg.name}" if arg.type in ("int32_t", "int64_t")
                  else f"(uint64_t){arg.name}") for arg in call.args]
        words += ["0"] * (8 - len(words))
        prefixes = ["vdso"] if call.is_internal else ["zx", "_zx"]
        for prefix in prefixes:
            out.append(f"{call.c_returns} {prefix}_{call.name}({call.c_parameters()}) {{")
            out.append(f"  const uint64_t arguments[8] = {{{', '.join(words)}}};")
            invocation = f"sirocco_host_syscall(ZX_SYS_{call.name}, arguments)"
            if call.returns == "noreturn":
                out += [f"  {invocation};", "  __builtin_trap();"]
            else:
                out.append(f"  return (zx_status_t){invocation};")
            out += ["}", ""]
    return "\n".join(out)
