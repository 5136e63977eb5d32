# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The house rules that compilers do not know, and a few of clang-tidy's."""

import re

from tools.test import source_files
from tools.test.gates import cpp_text
from tools.test.gates import packages
from tools.test.gates import shared_fields
from tools.test.gates import tidy

_CPP = (".cc", ".h")
_MAX_LINES = 500

# The bounds of await rule 1: what g++ 12.2 compiles right is `x = co_await op;`, the same with a
# declaration, a bare `co_await op;`, and CO_TRY(decl, co_await op).
_ALONE = re.compile(r"(?:[\w:<>,*&\s\[\]\.\->()]*[^=!<>]=\s*)?", re.S)
_COPYRIGHT = "Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0"


def check(context):
    problems = []
    texts = {}
    for path in source_files.listed():
        try:
            texts[path] = source_files.read(path)
        except UnicodeDecodeError:
            continue
    for path, text in texts.items():
        problems += check_any(path, text)
        if path.endswith(_CPP):
            problems += check_cpp(path, text)
    return problems + packages.problems(texts) + tidy.check(context.targets)


def check_any(path, text):
    """Rules for files of every kind."""
    found = []
    if re.search(r"\.(cc|h|S|ld|py|bzl|sh|toml)$|(^|/)BUILD$", path):
        if _COPYRIGHT not in text[:300]:
            found.append(f"{path}:1: no copyright line")
        lines = text.count("\n")
        if lines > _MAX_LINES and not path.endswith(".toml"):  # Tables, not texts.
            found.append(f"{path}:{lines}: longer than {_MAX_LINES} lines")
    if path != "tools/test/gates/lint.py":
        for match in re.finditer(r"\bTODO\b(?!.*\bcosts?\b)", text):
            line = text[text.rfind("\n", 0, match.start()) + 1:].partition("\n")[0]
            if "TODO`" not in line and "`TODO" not in line:
                found.append(f"{path}:{cpp_text.line_of(text, match.start())}: "
                             "a TODO says on its line what it costs today")
    return found


def check_cpp(path, text):
    """Rules for C++."""
    code = cpp_text.code_only(text)
    found = []

    def report(position, message):
        found.append(f"{path}:{cpp_text.line_of(code, position)}: {message}")

    for match in re.finditer(r"\bco_await\b", code):
        problem = await_problem(code, match.start())
        if problem:
            report(match.start(), problem)
    if not path.startswith("kernel/arch/riscv64/"):
        for match in re.finditer(r"^\s*#\s*(?:el)?if.*\b__riscv", code, re.M):
            report(match.start(), "only kernel/arch/riscv64 knows the machine: use select()")
    if path.startswith(("kernel/", "vdso/", "userspace/lib/")):
        for match in re.finditer(r"\bthread_local\b", code):
            if not path.startswith(("kernel/arch/host/", "userspace/lib/libc/")):
                report(match.start(), "thread_local: a task may go on elsewhere after a wait")
    if path.endswith(".h") and "#pragma once" not in code and not path.startswith("third_party/"):
        report(0, "no #pragma once")
    found += capturing_coroutines(path, code)
    if path.startswith(("kernel/", "userspace/", "vdso/")):
        found += shared_fields.problems(path, text)
    return found


def await_problem(code, position):
    """What is wrong with the co_await at `position`, or None."""
    if re.search(r"#\s*define\b[^\n]*(\\\n[^\n]*)*$", code[:position].rpartition("\n\n")[2]):
        return None  # The macros themselves.
    start, _ = cpp_text.statement_around(code, position)
    before = code[start:position]
    opener = cpp_text.enclosing_call(code, start, position)
    if opener is not None:
        if re.search(r"\bCO_TRY\w*$", opener):
            return None
        word = re.search(r"(\w+)\s*$", opener)
        return f"co_await inside {word.group(1) if word else 'parentheses'}(...): name its result first"
    if re.search(r"\bco_return\b|\breturn\b|\bnew\b|\?|&&|\|\|", before):
        return "co_await stands on a line of its own"
    if not _ALONE.fullmatch(before.strip() and before):
        return "co_await stands on a line of its own"
    # clang-format puts a blank before the brace of a block, and none before that of a list.
    if re.search(r"(\S|[=,(]\s)\{$", code[:start].rstrip()):
        return "co_await inside an initialiser list"
    return None


def capturing_coroutines(path, code):
    """Lambdas with captures whose body waits: the captures die before the frame."""
    for match in re.finditer(r"\[[^\[\]\n]+\]\s*(?:\([^()]*\))?[^;{}()]*\{", code):
        if not re.match(r"\[\s*(?:[&=]|this|\*this|\w+\s*[,=\]]|&\w)", match.group(0)):
            continue
        body = code[match.end():_closing(code, match.end())]
        if re.search(r"\bco_(await|return|yield)\b", body):
            yield f"{path}:{cpp_text.line_of(code, match.start())}: a lambda with captures must not wait"


def _closing(code, position):
    depth = 1
    while position < len(code) and depth:
        depth += {"{": 1, "}": -1}.get(code[position], 0)
        position += 1
    return position
