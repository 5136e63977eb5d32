# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""C++ source as lints want it: without comments and literals, lines kept."""

import re

_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^()\\\s]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'
    r"(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'", re.S)


def code_only(text):
    """Comments and string contents become blanks; positions and line ends stay."""

    def blank(match):
        token = match.group(0)
        kept = '""' if token.startswith(("R", '"')) and len(token) > 1 else ""
        rest = re.sub(r"[^\n]", " ", token[len(kept):])
        return kept + rest

    return _TOKEN.sub(blank, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def statement_around(code, position):
    """(start, end) of the statement that has `position`: from the last ; { } before it to the next ;."""
    start = max(code.rfind(mark, 0, position) for mark in ";{}") + 1
    end = code.find(";", position)
    return start, len(code) if end < 0 else end


def enclosing_call(code, start, position):
    """The text before the innermost parenthesis that is open at `position`, or None."""
    opened = []
    for index in range(start, position):
        if code[index] in "([":
            opened.append(index)
        elif code[index] in ")]" and opened:
            opened.pop()
    return code[start:opened[-1]].rstrip() if opened else None
