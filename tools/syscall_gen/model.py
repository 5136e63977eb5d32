# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The call table as objects: reads vdso/syscalls.toml and refuses what does not make sense."""

import re
import tomllib

MAX_ARGS = 8
MAX_CALLS = 256  # The entry cuts a number to this many doors.

CLASSES = ("fast", "handoff", "plain", "waits", "vdso")
CALL_KEYS = {"name", "doc", "class", "ring", "returns", "entry", "internal", "progress", "policy",
             "since", "short", "errors", "args"}
ARG_KEYS = {"name", "type", "doc", "out", "in", "inout", "count", "optional", "object", "rights",
            "pass", "consumed", "allowed", "refused", "access", "unmapped", "forbidden"}

# Object names of `object = ...`, and the kernel's classes (header: kernel/objects/<snake case>.h).
# Types with two ends are always found.
OBJECTS = {
    "any": "KernelObject",
    "channel": "Channel",
    "debuglog": "Debuglog",
    "event": "Event",
    "eventpair": "EventPair",
    "interrupt": "Interrupt",
    "job": "Job",
    "port": "Port",
    "process": "Process",
    "resource": "Resource",
    "thread": "Thread",
    "timer": "Timer",
    "vmar": "Vmar",
    "vmo": "Vmo",
}
PEERED = {"any", "channel", "eventpair"}

RIGHTS = {"DUPLICATE", "TRANSFER", "READ", "WRITE", "EXECUTE", "MAP", "GET_PROPERTY",
          "SET_PROPERTY", "ENUMERATE", "DESTROY", "SET_POLICY", "GET_POLICY", "SIGNAL",
          "SIGNAL_PEER", "WAIT", "INSPECT", "MANAGE_JOB", "MANAGE_PROCESS", "MANAGE_THREAD",
          "APPLY_PROFILE", "MANAGE_SOCKET", "OP_CHILDREN", "RESIZE", "ATTACH_VMO", "MANAGE_VMO"}

SCALARS = {
    "char": 1, "int32_t": 4, "uint32_t": 4, "int64_t": 8, "uint64_t": 8, "size_t": 8,
    "uintptr_t": 8, "zx_handle_t": 4, "zx_rights_t": 4, "zx_signals_t": 4, "zx_clock_t": 4,
    "zx_vm_option_t": 4, "zx_koid_t": 8, "zx_vaddr_t": 8, "zx_paddr_t": 8,
    "zx_instant_mono_t": 8, "zx_instant_boot_t": 8, "zx_duration_mono_t": 8, "zx_futex_t": 4,
}
SIGNED = {"int32_t", "int64_t", "zx_instant_mono_t", "zx_instant_boot_t", "zx_duration_mono_t"}
STRUCTS = {"zx_wait_item_t", "zx_port_packet_t", "zx_handle_info_t", "zx_handle_disposition_t",
           "zx_channel_call_args_t", "zx_channel_call_etc_args_t", "zx_channel_serve_args_t",
           "zx_system_powerctl_arg_t"}
RETURNS = {"zx_status_t", "noreturn", "void", "uint32_t", "uint64_t", "zx_instant_mono_t",
           "zx_instant_boot_t", "zx_instant_mono_ticks_t", "zx_instant_boot_ticks_t", "zx_ticks_t",
           "zx_string_view_t"}


class TableError(Exception):
    """A mistake in the table, with the place where it stands."""


class Arg:
    def __init__(self, call_name, raw):
        where = f"{call_name}: argument {raw.get('name', '?')}"
        unknown = set(raw) - ARG_KEYS
        if unknown:
            raise TableError(f"{where}: unknown key {', '.join(sorted(unknown))}")
        for key in ("name", "type"):
            if key not in raw:
                raise TableError(f"{where}: has no {key}")
        self.name, self.type = raw["name"], raw["type"]
        self.doc = raw.get("doc", "")
        directions = [d for d in ("out", "in", "inout") if raw.get(d)]
        if len(directions) > 1:
            raise TableError(f"{where}: both {' and '.join(directions)}")
        self.direction = directions[0] if directions else None
        self.count = raw.get("count")
        self.is_optional = raw.get("optional", False)
        self.object = raw.get("object")
        self.rights = raw.get("rights", [])
        self.wants_found = raw.get("pass") == "found" or self.object in PEERED
        self.is_consumed = raw.get("consumed", False)
        self.allowed = raw.get("allowed")
        self.refused = raw.get("refused", "INVALID_ARGS")
        self.access = raw.get("access") or \
            {None: None, "in": "read", "out": "write", "inout": "both"}[self.direction]
        self.unmapped = raw.get("unmapped", "INVALID_ARGS")
        self.forbidden = raw.get("forbidden", self.unmapped)
        self._check(where, raw)

    def _check(self, where, raw):
        known = set(SCALARS) | STRUCTS | ({"void"} if self.direction else set())
        if self.type not in known:
            raise TableError(f"{where}: unknown type {self.type}")
        if self.type in STRUCTS and not self.direction:
            raise TableError(f"{where}: a structure is passed by in, out or inout")
        if self.type == "void" and not self.count:
            raise TableError(f"{where}: void needs a count")
        if self.count and not self.direction:
            raise TableError(f"{where}: a count without in, out or inout")
        if self.object is not None:
            if self.object not in OBJECTS:
                raise TableError(f"{where}: unknown object {self.object}")
            if self.type != "zx_handle_t" or self.direction:
                raise TableError(f"{where}: object is for handles that are passed by value")
        elif self.rights or "pass" in raw:
            raise TableError(f"{where}: rights and pass need an object")
        if raw.get("pass", "found") != "found":
            raise TableError(f"{where}: pass can only be \"found\"")
        for right in self.rights:
            if right not in RIGHTS:
                raise TableError(f"{where}: unknown right {right}")
        if self.is_optional and not (self.direction or self.type == "zx_handle_t"):
            raise TableError(f"{where}: optional is for pointers and handles")
        if raw.get("access", "none") not in ("none", "read"):
            raise TableError(f"{where}: access is \"none\" or \"read\"")
        if not self.direction and set(raw) & {"access", "unmapped", "forbidden"}:
            raise TableError(f"{where}: access, unmapped and forbidden are for pointers")

    @property
    def is_pointer(self):
        return self.direction is not None

    @property
    def is_raw_handle(self):
        return self.type == "zx_handle_t" and not self.direction and self.object is None

    @property
    def c_type(self):
        if self.direction == "in":
            return f"const {self.type}*"
        return f"{self.type}*" if self.direction else self.type


class Call:
    def __init__(self, raw):
        name = raw.get("name", "?")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise TableError(f"{name}: a name is lower case, without zx_")
        unknown = set(raw) - CALL_KEYS
        if unknown:
            raise TableError(f"{name}: unknown key {', '.join(sorted(unknown))}")
        for key in ("doc", "class", "ring", "args"):
            if key not in raw:
                raise TableError(f"{name}: has no {key}")
        self.name, self.doc = name, raw["doc"]
        self.kind, self.ring = raw["class"], raw["ring"]
        self.returns = raw.get("returns", "zx_status_t")
        self.is_assembly = raw.get("entry") == "assembly"
        self.is_inline = self.kind == "fast" or raw.get("entry") == "inline"
        self.is_internal = raw.get("internal", False)
        self.short_way = raw.get("short", False)
        self.has_progress = raw.get("progress", False)
        self.policy = raw.get("policy")
        self.since = raw.get("since")
        self.errors = [self._error(text) for text in raw.get("errors", [])]
        self.args = [Arg(name, arg) for arg in raw["args"]]
        self.number = None
        self._check(raw)

    def _error(self, text):
        name, _, cause = text.partition(":")
        if not re.fullmatch(r"[A-Z_]+", name):
            raise TableError(f"{self.name}: an error reads \"NAME: cause\", not \"{text}\"")
        return name, cause.strip()

    def _check(self, raw):
        if self.kind not in CLASSES:
            raise TableError(f"{self.name}: unknown class {self.kind}")
        if not re.fullmatch(r"yes|(thread|no): .+", self.ring):
            raise TableError(f"{self.name}: ring is \"yes\", \"thread: why\" or \"no: why\"")
        if self.returns not in RETURNS:
            raise TableError(f"{self.name}: unknown return type {self.returns}")
        if raw.get("entry", "inline") not in ("assembly", "inline"):
            raise TableError(f"{self.name}: entry can only be \"assembly\" or \"inline\"")
        if self.enters_kernel and self.returns not in ("zx_status_t", "noreturn"):
            raise TableError(f"{self.name}: a call that enters the kernel returns a status")
        if "entry" in raw and self.kind != "handoff":
            raise TableError(f"{self.name}: only handoff calls have an entry of their own")
        if self.short_way not in (False, True, "waited"):
            raise TableError(f"{self.name}: short is true or \"waited\"")
        if self.short_way and self.kind not in ("fast", "handoff", "plain"):
            raise TableError(f"{self.name}: a call of class {self.kind} has no short way")
        if len(self.args) > MAX_ARGS:
            raise TableError(f"{self.name}: {len(self.args)} arguments, at most {MAX_ARGS}")
        names = [arg.name for arg in self.args]
        for arg in self.args:
            if names.count(arg.name) > 1:
                raise TableError(f"{self.name}: two arguments {arg.name}")
            if arg.count and arg.count not in names:
                raise TableError(f"{self.name}: argument {arg.name}: no argument {arg.count}")

    @property
    def enters_kernel(self):
        return self.kind != "vdso"

    @property
    def has_pointers(self):
        return any(arg.is_pointer for arg in self.args)

    @property
    def touches_memory(self):
        return any(arg.is_pointer and arg.access != "none" for arg in self.args)

    @property
    def implied_errors(self):
        """[(name, cause)] of what the generated checks and the memory of arguments can give."""
        named = {name for name, _ in self.errors}
        objects = [arg for arg in self.args if arg.object]
        implied = []
        if objects and "BAD_HANDLE" not in named:
            implied.append(("BAD_HANDLE", "not a handle of this process"))
        if any(arg.object != "any" for arg in objects) and "WRONG_TYPE" not in named:
            implied.append(("WRONG_TYPE", "a handle to another type of object"))
        if any(arg.rights for arg in objects):
            implied.append(("ACCESS_DENIED", "a right from the table is missing"))
        if self.policy:
            implied.append(("ACCESS_DENIED", f"job policy `ZX_POL_{self.policy}` denies it"))
        if "NO_MEMORY" not in named and (self.kind == "waits" or self.touches_memory):
            implied.append(("NO_MEMORY", "no memory for the call, or for a page of an argument"))
        return implied

    @property
    def consumed(self):
        return [arg for arg in self.args if arg.is_consumed]

    @property
    def c_returns(self):
        return "void" if self.returns == "noreturn" else self.returns

    def c_parameters(self):
        return ", ".join(f"{arg.c_type} {arg.name}" for arg in self.args) or "void"


class Table:
    def __init__(self, text):
        try:
            raw = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise TableError(f"not TOML: {error}") from error
        if set(raw) != {"syscall"}:
            raise TableError("the table is [[syscall]] entries and nothing else")
        self.calls = [Call(entry) for entry in raw["syscall"]]
        names = [call.name for call in self.calls]
        for name in names:
            if names.count(name) > 1:
                raise TableError(f"{name}: declared twice")
        # Number 0 is nobody's: a register that was never set is no call.
        for number, call in enumerate(self.kernel_calls, 1):
            call.number = number
        if len(self.kernel_calls) >= MAX_CALLS:
            raise TableError(f"{len(self.kernel_calls)} calls enter the kernel, at most "
                             f"{MAX_CALLS - 1}")

    @property
    def kernel_calls(self):
        return [call for call in self.calls if call.enters_kernel]

    @property
    def public_calls(self):
        return [call for call in self.calls if not call.is_internal]


def load(path):
    with open(path, encoding="utf-8") as file:
        return Table(file.read())
