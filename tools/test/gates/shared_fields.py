# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Every field that harts share says what guards it (style.md, Locks)."""

import re

from tools.test.gates import cpp_text

_CLASS = re.compile(r"\b(?:class|struct)\s+(?:\[\[\w+\]\]\s*)?([\w:]+)\b([^;{}()=]*)\{")
_LOCK = re.compile(r"\b(?:SpinLock<[^<>]*>|(?:async::)?Mutex|Lock)\s+\w+\s*$")
_GUARD = re.compile(r"\b(?:PT_)?GUARDED_BY\([^()]*\)")
_LOCKED_BASES = re.compile(r"\bpublic\s+(?:KernelObject|Dispatcher)\b")
_NOT_A_FIELD = re.compile(r"\s*(?:using|typedef|friend|static|enum|template|struct|class|union)\b|\s*#")
# Written once before anybody else sees the object, or shared by its own rules.
_NEEDS_NO_GUARD = re.compile(r"^(?:mutable\s+)?const\b|\bconst\s+\w+$|\batomic\w*\b|&\s*\w+$")


def problems(path, text):
    """Fields beside a lock that are neither guarded, atomic nor const, and have no comment."""
    code = cpp_text.code_only(text)
    for match in _CLASS.finditer(code):
        fields = list(_fields(code, match.end()))
        shares = _LOCKED_BASES.search(match.group(2)) or any(
            _LOCK.search(field) or _GUARD.search(field) for _, field in fields)
        if not shares:
            continue
        for position, field in fields:
            if not _is_explained(field) and not _has_comment(text, position):
                name = re.search(r"\w+$", _declared(field)).group(0)
                yield (f"{path}:{cpp_text.line_of(code, position)}: {match.group(1)}::{name} is beside a "
                       "lock: GUARDED_BY, atomic, const, or a comment that says who owns it")


def _fields(code, start):
    """(position, declaration) of the data members of the class whose body begins at `start`."""
    depth, begin, index = 0, start, start
    while index < len(code) and depth >= 0:
        mark = code[index]
        if mark in "{}":
            depth += 1 if mark == "{" else -1
            # The end of a function; a field's initialiser has a semicolon after it.
            if mark == "}" and depth == 0 and not re.match(r"\s*[;,\w&*]", code[index + 1:]) or (
                    mark == "}" and depth == 0 and _is_function(code[begin:index])):
                begin = index + 1
        elif mark == ";" and depth == 0:
            declaration = re.sub(r"\b(?:public|private|protected):", lambda m: " " * len(m.group(0)),
                                 code[begin:index])
            if _is_field(declaration):
                yield begin + len(declaration) - len(declaration.lstrip()), declaration.strip()
            begin = index + 1
        index += 1


def _is_function(text):
    return "(" in _GUARD.sub("", text.partition("{")[0])


def _declared(field):
    """Type and name alone."""
    plain = _GUARD.sub("", field)
    plain = re.sub(r"\balignas\([^()]*\)|\[\[[^\]]*\]\]", "", plain)
    return re.sub(r"\s*\[[^\]]*\]$", "", re.split(r"(?<![<>=!])=|\{", plain)[0].strip())


def _is_field(declaration):
    declared = _declared(declaration)
    return bool(not _NOT_A_FIELD.match(declaration) and "(" not in re.sub(r"<[^;]*>", "", declared)
                and re.search(r"[\w>*&]\s+[*&]?\w+$|[*&]\w+$", declared)
                and not re.search(r"\boperator\b|~", declared))


def _is_explained(field):
    declared = _declared(field)
    return bool(_GUARD.search(field) or _LOCK.search(declared) or _NEEDS_NO_GUARD.search(declared))


def _has_comment(text, position):
    """On its lines, or on one of its own above, with no blank line between."""
    line_start = text.rfind("\n", 0, position) + 1
    line_end = text.find("\n", text.find(";", position))
    if "//" in text[line_start:line_end]:
        return True
    for line in reversed(text[:line_start].splitlines()):
        if line.strip().startswith("//"):
            return True
        if not line.strip() or line.rstrip().endswith((":", "{", "}")):
            return False
    return False
