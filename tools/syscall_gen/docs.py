# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Reference pages: docs/syscalls/<call>.md and their index."""

import os
import textwrap

CLASS_WORDS = {
    "fast": "Takes a few instructions; never waits.",
    "plain": "Does not wait.",
    "handoff": "May wait; switches directly to another thread where it can.",
    "waits": "May wait. A wait ends with `ZX_ERR_CANCELED` when its handle is closed or moved.",
    "vdso": "Runs in the vDSO.",
}
UNITS = {
    "zx_instant_mono_t": "ns on the monotonic clock", "zx_instant_boot_t": "ns on the boot clock",
    "zx_duration_mono_t": "ns", "zx_ticks_t": "ticks a second",
    "zx_instant_mono_ticks_t": "ticks", "zx_instant_boot_ticks_t": "ticks",
}
GENERATED = "<!-- Made from vdso/syscalls.toml by tools/syscall_gen. -->\n"


def _passing(arg):
    if arg.direction:
        words = {"in": "read", "out": "written", "inout": "read and written"}[arg.direction]
        if arg.count:
            words += f", {arg.count} {'bytes' if arg.type in ('void', 'char') else 'elements'}"
        return words + (", may be null" if arg.is_optional else "")
    words = []
    if arg.object:
        words.append("any object" if arg.object == "any" else arg.object)
    if arg.is_optional:
        words.append("may be 0")
    return ", ".join(words)


def _argument_row(arg):
    notes = [arg.doc] if arg.doc else []
    if not arg.doc and arg.type in UNITS:
        notes.append(UNITS[arg.type] + ".")
    if arg.allowed is not None:
        allowed = arg.allowed.replace(" | ", ", ")
        notes.append("Must be 0." if allowed == "0" else f"0 or of: {allowed}.")
    if arg.is_consumed:
        notes.append("**Consumed**, even when the call fails.")
    rights = ", ".join(arg.rights)
    return f"| `{arg.name}` | `{arg.c_type}` | {_passing(arg)} | {rights} | {' '.join(notes)} |"


def _error_rows(call):
    errors = call.implied_errors if call.enters_kernel else []
    return [f"| `ZX_ERR_{name}` | {cause or 'not a handle of this process' if name == 'BAD_HANDLE' else cause} |"
            for name, cause in errors + call.errors]


def page(call):
    out = [GENERATED, f"# zx_{call.name}\n", textwrap.fill(call.doc, 100) + "\n", "```c"]
    attribute = "[[noreturn]] " if call.returns == "noreturn" else ""
    start = f"{attribute}{call.c_returns} zx_{call.name}("
    body = (",\n" + " " * len(start)).join(f"{a.c_type} {a.name}" for a in call.args) or "void"
    out += ["#include <zircon/syscalls.h>\n", f"{start}{body});", "```\n"]
    out.append(CLASS_WORDS[call.kind])
    facts = []
    if call.is_internal:
        facts.append("Only the vDSO itself makes this call.")
    if call.since == "sirocco":
        facts.append("Zircon has no such call.")
    if call.has_progress:
        facts.append("Moves data in steps: a missing page does not start it over.")
    if call.policy:
        facts.append(f"Subject to the job policy `ZX_POL_{call.policy}`.")
    ring, _, why = call.ring.partition(": ")
    if ring != "yes":
        facts.append(f"No operation of a ring: {why}.")
    out += [" ".join(facts), ""] if facts else [""]
    if call.args:
        out += ["## Arguments\n", "| name | type | passing | rights | |", "|---|---|---|---|---|"]
        out += [_argument_row(arg) for arg in call.args] + [""]
    if call.returns in UNITS:
        out += ["## Returns\n", f"{UNITS[call.returns][0].upper()}{UNITS[call.returns][1:]}.\n"]
    rows = _error_rows(call)
    if rows:
        out += ["## Errors\n", "| status | cause |", "|---|---|"] + rows + [""]
    return "\n".join(out).rstrip() + "\n"


def index(table):
    out = [GENERATED, "# System calls\n",
           f"{len(table.public_calls)} calls, {len(table.kernel_calls)} of which enter the kernel.\n",
           "| call | | class |", "|---|---|---|"]
    for call in table.calls:
        summary = call.doc.split(". ")[0].rstrip(".")
        out.append(f"| [zx_{call.name}](syscalls/{call.name}.md) | {summary} | {call.kind} |")
    return "\n".join(out) + "\n"


def write(table, folder):
    os.makedirs(os.path.join(folder, "syscalls"), exist_ok=True)
    with open(os.path.join(folder, "syscalls.md"), "w", encoding="utf-8") as file:
        file.write(index(table))
    for call in table.calls:
        path = os.path.join(folder, "syscalls", call.name + ".md")
        with open(path, "w", encoding="utf-8") as file:
            file.write(page(call))
