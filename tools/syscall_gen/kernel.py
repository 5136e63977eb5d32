# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The kernel's side of the table: handlers' prototypes, checked thunks, the table, the doors."""

import re

import model

CPP = "// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0\n" \
      "// Made from vdso/syscalls.toml.\n"


def handler_type(call, arg):
    """How the handler receives an argument."""
    if arg.is_pointer:
        if arg.direction == "in":
            return f"UserPtr<const {arg.type}>"
        return f"UserOut<{arg.type}>"
    if arg.object is None:
        return "HandleValue" if arg.is_raw_handle else arg.type
    cls = model.OBJECTS[arg.object]
    if arg.is_optional:
        return f"{cls}*"
    if call.kind == "waits":
        return f"HandleRef<{cls}>"
    return f"Found<{cls}>" if arg.wants_found else f"{cls}&"


def handler_returns(call):
    return {"waits": "Task<zx_status_t>", "handoff": "uint64_t"}.get(call.kind, "zx_status_t")


def prototype(call):
    arguments = ["SyscallContext& ctx"]
    arguments += [f"{handler_type(call, arg)} {arg.name}" for arg in call.args]
    return f"{handler_returns(call)} sys_{call.name}({', '.join(arguments)});"


def handlers_header(table):
    out = [CPP, "#pragma once\n",
           "#include <sirocco/channel_handoff.h>", "#include <zircon/syscalls/port.h>",
           "#include <zircon/syscalls/system.h>", "#include <zircon/types.h>\n",
           "#include <cstddef>", "#include <cstdint>\n",
           '#include "kernel/async/task.h"', '#include "kernel/objects/handle_slot.h"',
           '#include "kernel/objects/handle_table.h"', '#include "kernel/syscall/context.h"',
           '#include "kernel/syscall/handle_ref.h"', '#include "kernel/syscall/user_ptr.h"\n',
           "namespace sirocco {\n"]
    out += [f"class {cls};" for name, cls in sorted(model.OBJECTS.items()) if name != "any"]
    out += ["",
            "// The handlers of all calls. Handles with an object were looked up, with type and",
            "// rights checked; option bits were checked where the table says which are allowed. A",
            "// fast, plain or handoff call that answers kStatusPageMissing has done nothing yet: it",
            "// is dispatched again, with the same arguments, when the page is there.\n"]
    for call in table.kernel_calls:
        if call.is_assembly:
            out.append(f"// {call.name}: the entry is written by hand.")
        elif call.is_inline:
            out.append(f"// {call.name}: inline in kernel/syscall/fast_calls.h.")
        else:
            out.append(prototype(call))
    out += ["", "}  // namespace sirocco", ""]
    return "\n".join(out)


def _rights(arg):
    return " | ".join(f"ZX_RIGHT_{right}" for right in arg.rights) or "ZX_RIGHT_NONE"


def _value(call, arg, index):
    """The expression that passes an argument to the handler."""
    if arg.is_pointer:
        return f"{handler_type(call, arg)}(a{index})"
    if arg.object is None:
        return f"static_cast<{handler_type(call, arg)}>(a{index})"
    if arg.is_optional:
        return arg.name
    if call.kind == "waits":
        cls = model.OBJECTS[arg.object]
        return f"HandleRef<{cls}>(std::move({arg.name}_ref).value(), {arg.name}->slot, {arg.name}->rights)"
    return f"*{arg.name}" if arg.wants_found else f"{arg.name}->object"


def _look_up_waited(arg, index):
    """The shortest look-up, which finds only handles that were waited through before."""
    cls = model.OBJECTS[arg.object]
    value = f"static_cast<HandleValue>(a{index})"
    return [f"  const auto {arg.name} = syscall::Handles(ctx).FindWaited<{cls}>({value}, {_rights(arg)});",
            f"  if (!{arg.name}.is_found) [[unlikely]] return otherwise();"]


def _look_up(call, arg, index):
    cls = model.OBJECTS[arg.object]
    value = f"static_cast<HandleValue>(a{index})"
    get = f"syscall::Handles(ctx).Get<{cls}>({value}, {_rights(arg)})"
    if arg.is_optional:
        return [f"  {cls}* {arg.name} = nullptr;",
                f"  if (static_cast<HandleValue>(a{index}) != ZX_HANDLE_INVALID) {{",
                f"    auto found = {get};",
                "    if (!found.ok()) [[unlikely]] return refuse(found.status());",
                f"    {arg.name} = &found->object;",
                "  }"]
    lines = [f"  auto {arg.name} = {get};",
             f"  if (!{arg.name}.ok()) [[unlikely]] return refuse({arg.name}.status());"]
    if call.kind == "waits":
        lines += [f"  auto {arg.name}_ref = TakeRef({arg.name}->object);",
                  f"  if (!{arg.name}_ref.ok()) [[unlikely]] return refuse({arg.name}_ref.status());"]
    return lines


def _retry(call):
    words = [f"a{i}" for i in range(len(call.args))]
    return f"syscall::Retry({', '.join(['ctx', f'&Thunk_{call.name}'] + words)})"


def _refuse(call):
    """A lambda that ends the call before its handler ran: consumed handles go all the same."""
    discards = []
    for index, arg in enumerate(call.args):
        if not arg.is_consumed:
            continue
        if arg.is_pointer:
            count = [a.name for a in call.args].index(arg.count) if arg.count else None
            more = f", static_cast<size_t>(a{count})" if count is not None else ""
            pointer = f"UserPtr<const {arg.type}>(a{index})"
            discards.append(f"DiscardHandles(ctx, {pointer}{more}, why)")
        else:
            discards.append(f"DiscardHandle(ctx, static_cast<HandleValue>(a{index}), why)")
    if not discards:
        return ["  const auto refuse = [](zx_status_t why) { return ToResult(why); };"]
    assert len(discards) == 1, call.name
    lines = ["  const auto refuse = [&](zx_status_t why) -> uint64_t {",
             f"    const zx_status_t status = {discards[0]};"]
    if call.has_pointers:
        lines.append(f"    if (status == kStatusPageMissing) return {_retry(call)};")
    return lines + ["    return ToResult(status);", "  };"]


def _option_checks(call, short=False):
    """A short way takes no options at all."""
    lines = []
    for index, arg in enumerate(call.args):
        if arg.allowed is None:
            continue
        mask = f"static_cast<{arg.type}>(a{index})"
        no_options = short or arg.allowed == "0"
        test = f"{mask} != 0" if no_options else f"({mask} & ~({arg.allowed})) != 0"
        lines.append(f"  if ({test}) [[unlikely]] return refuse(ZX_ERR_{arg.refused});")
    return lines


def _checks(call):
    checks = _option_checks(call)
    for index, arg in enumerate(call.args):
        if arg.object is not None:
            checks += _look_up(call, arg, index)
    return checks


def _invocation(call):
    values = ["ctx"] + [_value(call, arg, index) for index, arg in enumerate(call.args)]
    return f"sys_{call.name}({', '.join(values)})"


def _body(call):
    """The statements of a thunk."""
    out = ["  SyscallContext& ctx = syscall::CallersContext();"]
    checks = _checks(call)
    if checks:
        out += _refuse(call) + checks
    invocation = _invocation(call)
    if call.kind == "waits":
        return out + [f"  return ctx.StartCall({invocation});"]
    if call.kind == "handoff":
        out.append(f"  const uint64_t result = {invocation};")
        if call.has_pointers:
            out += ["  if (result == ToResult(kStatusPageMissing)) [[unlikely]]",
                    f"    return {_retry(call)};"]
        return out + ["  return result;"]
    out.append(f"  const zx_status_t status = {invocation};")
    if call.has_pointers:
        out += ["  if (status == kStatusPageMissing) [[unlikely]]",
                f"    return {_retry(call)};"]
    return out + ["  return ToResult(status);"]


def _short_body(call):
    """The same for its short way: whatever is amiss is said by the long one."""
    words = ", ".join(f"a{i}" for i in range(len(call.args)))
    out = ["  SyscallContext& ctx = syscall::CallersContext();"]
    # With a function: that one, which gets the words, and the long way for when it cannot either.
    out += ["  const auto otherwise = [&](auto... instead) {",
            f"    if constexpr (sizeof...(instead) == 0) return LongWay_{call.name}({words});",
            f"    else return (instead({words}, &LongWay_{call.name}), ...);",
            "  };"]
    out.append("  [[maybe_unused]] const auto refuse = [&](zx_status_t) { return otherwise(); };")
    out += _option_checks(call, short=True)
    values = []
    for index, arg in enumerate(call.args):
        if arg.object is not None and call.short_way == "waited":
            out += _look_up_waited(arg, index)
            values.append(arg.name)
            continue
        if arg.object is not None:
            out += _look_up(call, arg, index)
        values.append(_value(call, arg, index))
    return out + [f"  return short_{call.name}({', '.join(['ctx'] + values + ['otherwise'])});"]


def thunk(call):
    used = [f"uint64_t a{i}" for i in range(len(call.args))]
    parameters = ", ".join(used + ["uint64_t"] * (model.MAX_ARGS - len(used)))
    # Flat: the look-ups of handles are the fast path of nearly every call.
    entry = f'extern "C" __attribute__((flatten)) uint64_t Thunk_{call.name}({parameters}) {{'
    if not call.short_way:
        return [entry] + _body(call) + ["}", ""]
    # A jump from where the arguments still are, so that the thunk itself needs no frame.
    long_way = f"[[gnu::noinline]] static uint64_t LongWay_{call.name}({', '.join(used)}) {{"
    return [long_way] + _body(call) + ["}"] + [entry] + _short_body(call) + ["}", ""]


def _object_headers(table):
    used = {arg.object for call in table.kernel_calls if not call.is_assembly
            for arg in call.args if arg.object not in (None, "any")}
    return sorted(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", model.OBJECTS[name]).lower() for name in used)


def thunks_source(table):
    out = [CPP, '#include "kernel/syscall/table.h"\n', "#include <utility>\n",
           *[f'#include "kernel/objects/{stem}.h"' for stem in _object_headers(table)],
           '#include "kernel/syscall/discard.h"',
           '#include "kernel/syscall/fast_calls.h"', '#include "kernel/syscall/handlers.h"',
           '#include "kernel/syscall/thunk.h"\n',
           "namespace sirocco {\n", "using syscall::ToResult;\n"]
    for call in table.kernel_calls:
        if not call.is_assembly:
            out += thunk(call)
    out += ["// clang-format off",
            f"const syscall::Entry syscall::kTable[kTableSize] = {{",
            '  {nullptr, "", syscall::Class::kFast},']
    for call in table.kernel_calls:
        out.append(f'  {{&Thunk_{call.name}, "{call.name}", '
                   f"syscall::Class::k{call.kind.capitalize()}}},")
    return "\n".join(out + ["};", "// clang-format on", "", "}  // namespace sirocco", ""])


def table_header(table):
    out = [CPP, "#pragma once\n", "#include <cstddef>", "#include <cstdint>\n",
           "namespace sirocco {\n",
           "// One thunk for each call that enters the kernel: checks its arguments, calls the",
           "// handler, and answers what the program gets, or kEntryPending."]
    arguments = ", ".join(["uint64_t"] * model.MAX_ARGS)
    for call in table.kernel_calls:
        hand = "  // Written in assembly." if call.is_assembly else ""
        out.append(f'extern "C" uint64_t Thunk_{call.name}({arguments});{hand}')
    out += ["", "namespace syscall {\n", "enum class Class : uint8_t { kFast, kHandoff, kPlain, kWaits };\n",
            "/// What the kernel knows of a call: for dispatch on the host, traces and reports.",
            "struct Entry {", f"  uint64_t (*thunk)({arguments});", "  const char* name;",
            "  Class kind;", "};\n",
            f"inline constexpr size_t kTableSize = {len(table.kernel_calls) + 1};  // 0 is no call.",
            "extern const Entry kTable[kTableSize];\n", "}  // namespace syscall", "",
            "}  // namespace sirocco", ""]
    return "\n".join(out)


def doors_source(table):
    """The table that the trap entry jumps through: see kernel/arch/riscv64/trap_layout.h."""
    out = ["// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0",
           "// Made from vdso/syscalls.toml and the linked vDSO.",
           '#include "vdso/vdso_image.h"\n',
           "// For each number the low half of its thunk's address, and the offset of its only ecall",
           "// from the start of the vDSO's text. An odd offset is no instruction: nobody's number.",
           '.section .rodata.SyscallDoors, "a"', ".balign 8", ".global SyscallDoors",
           ".type SyscallDoors, @object", "SyscallDoors:", "    .4byte 0, 0xffffffff"]
    for call in table.kernel_calls:
        out.append(f"    .4byte Thunk_{call.name}, VDSO_SITE_{call.name}")
    rest = model.MAX_CALLS - len(table.kernel_calls) - 1
    out += [f"    .rept {rest}", "    .4byte 0, 0xffffffff", "    .endr",
            ".size SyscallDoors, . - SyscallDoors", ""]
    return "\n".join(out)
