# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""What tools/bench/plugin sees of the unchanged image from outside."""

import bisect
import collections
import os
import subprocess
import tempfile

from tools.bench import figures as figure_list
from tools.qemu import guest as guests
from tools.qemu import image
from tools.symbols import elf

PROMPT = r"[$#>] $"
_PLUGIN = "tools/bench/plugin/observer.so"
_KERNEL_START = 0x80200000  # Where the firmware jumps to.
_TIMEOUT = 600
_WARM_UPS = 16
_FIRST_READING = 2 * _WARM_UPS  # From where on the plug-in counts.

# Between two readings of the cycle counter by a program.
Interval = collections.namedtuple(
    "Interval", "instructions traps satp fences sfences sbi locks atomics stored")


class Observer:
    """A machine's settings for being observed, and what was seen. Use as a context."""

    def __init__(self, kernel, profile=False):
        self._folder = tempfile.TemporaryDirectory(prefix="sirocco-observer-")
        self._out = os.path.join(self._folder.name, "out")
        marks = os.path.join(self._folder.name, "marks")
        with open(marks, "w", encoding="utf-8") as stream:
            stream.writelines(_marks(kernel))
        words = f"{_plugin()},out={self._out},marks={marks}"
        self.extra = ("-plugin", words + (",profile=on" if profile else ""))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def _lines(self, kind):
        with open(self._out, encoding="utf-8") as stream:
            return [line.split()[1:] for line in stream if line.startswith(kind + " ")]

    def numbers(self, kind):
        return [int(words[0]) for words in self._lines(kind)]

    def intervals(self):
        return [Interval(*map(int, words)) for words in self._lines("interval")]

    def counts(self):
        """{address: how often it was executed}"""
        return {int(at, 16): int(count) for at, count in self._lines("at")}

    def longest(self):
        """(instructions, whose they were)"""
        (count, name), = self._lines("longest")
        return int(count), name


def _plugin():
    done = subprocess.run(image.bazel("build", "--noshow_progress", "--ui_event_filters=-info",
                                      f"//{os.path.dirname(_PLUGIN)}:{os.path.basename(_PLUGIN)}"),
                          cwd=image.ROOT, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise image.BuildError(done.stderr)
    return os.path.join(os.path.dirname(os.path.dirname(image.build("opt").kernel)), _PLUGIN)


def _marks(kernel):
    yield f"{_KERNEL_START:x} start kernel\n"
    with open(kernel, "rb") as stream:
        program = elf.Elf(stream.read())
    for symbol in program.symbols():
        if symbol.name == "TrapEntry":
            yield f"{symbol.value:x} trap entry\n"
        elif symbol.name == "_ZN7sirocco4arch14TakeInterruptsEv":
            yield f"{symbol.value:x} window executor\n"
        elif symbol.name.startswith("Thunk_"):
            yield f"{symbol.value:x} call {symbol.name[len('Thunk_'):]}\n"


def boot(built, seed):
    """boot.process and boot.shell of one boot, both from the kernel's first instruction, and the
    firmware's instructions before it."""
    with Observer(built.kernel) as observer:
        settings = dict(built=built, harts=1, icount=True, seed=seed, extra=observer.extra)
        with guests.Guest(**settings) as guest, guest.terminal() as terminal:
            terminal.expect(PROMPT)
        (start,), (user,) = observer.numbers("start"), observer.numbers("user")
        # The prompt was the last that the console was told.
        prompt = observer.numbers("console")[-1]
    single = lambda op, value: figure_list.statistics(op, "instructions", [value])
    return {"boot.process": single("boot.process", user - start),
            "boot.shell": single("boot.shell", prompt - start)}, start


def _run(observer, built, programs, words):
    settings = dict(built=built, harts=1, icount=True, seed=1, extra=observer.extra)
    with guests.Guest(files=programs, **settings) as guest:
        outcome = guest.run(f"bench {words}".strip(), _TIMEOUT)
    if outcome.status != 0:
        raise image.BuildError(f"guest status {outcome.status}: {outcome.output.decode()}")
    return figure_list.parse(outcome.output.decode(errors="replace"))


def longest_plain(built, programs):
    """kernel.longest.plain over a run of the benchmark, and the call that it was."""
    with Observer(built.kernel) as observer:
        _run(observer, built, programs, "")
        length, name = observer.longest()
    return figure_list.statistics("kernel.longest.plain", "instructions", [length]), name


def intervals(built, programs, op, samples=400):
    """Intervals of `op`'s samples: what its code, both sides' and the kernel's, did."""
    with Observer(built.kernel) as observer:
        _run(observer, built, programs, op)
        seen = observer.intervals()
    # The program reads in pairs, and does nothing else between the last pairs.
    return seen[1::2][-samples:]


def samples_counted(figure, readings):
    """How many samples the plug-in counted the instructions of. `readings`: of the whole run, the
    same number in each sample; or any number, most of them of waiting, where it waits for something.
    """
    each = readings / (_WARM_UPS + figure.n)
    return _WARM_UPS + figure.n - _FIRST_READING / each


def profile(built, programs, op):
    """[(instructions a sample, function of the kernel)], most first; `user` is all else. What a
    sample does before its first and after its last reading is in it too."""
    with Observer(built.kernel, profile=True) as observer:
        figure = _run(observer, built, programs, op)[op]
        samples = samples_counted(figure, len(observer.intervals()))
        counts = observer.counts()
    with open(built.kernel, "rb") as stream:
        functions = sorted((symbol.value, symbol.name) for symbol in elf.Elf(stream.read()).symbols()
                           if symbol.kind == "func" or symbol.name.startswith("Thunk_"))
    starts = [value for value, _ in functions]
    spent = collections.Counter()
    for address, count in counts.items():
        index = bisect.bisect_right(starts, address) - 1
        spent[functions[index][1] if index >= 0 else "user"] += count
    return [(count / samples, name) for name, count in spent.most_common()]
