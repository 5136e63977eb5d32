#!/usr/bin/env python3
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""Builds the system and boots it under QEMU.

Without -c: a shell on this terminal; `poweroff` or Ctrl-A X ends it.
Exit status: 0..199 that of the guest's last command; 240 kernel panic; 241 hang or --timeout over;
242 the boot was refused, or QEMU or the build did not work; 243 wrong use of this command.
"""

import argparse
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

from tools.qemu import boot
from tools.qemu import image
from tools.qemu import machine as qemu
from tools.qemu import terminal

COMMANDS_FILE = "boot/commands"
DEFAULT_TIMEOUT = 120
GDB_PORT = 1234


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.print_usage(sys.stderr)
        print(f"run: {message}", file=sys.stderr)
        sys.exit(qemu.USAGE)


def harts(text):
    value = int(text)
    if not 1 <= value <= qemu.MAX_HARTS:
        raise argparse.ArgumentTypeError(f"1 to {qemu.MAX_HARTS} harts")
    return value


def seconds(text):
    value = float(text)
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError("a positive number of seconds")
    return value


def memory(text):
    if not re.fullmatch(r"[1-9][0-9]*[MG]", text):
        raise argparse.ArgumentTypeError("a size as 256M or 1G")
    return text


def member(text):
    guest, equals, host = text.partition("=")
    if not guest or not equals or not host:
        raise argparse.ArgumentTypeError("GUEST=HOST")
    if not os.path.isfile(host):
        raise argparse.ArgumentTypeError(f"{host}: no such file")
    return guest.removeprefix("/boot/"), os.path.abspath(host)


def parse(arguments):
    parser = Parser(prog="run", description=__doc__,
                    formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    parser.add_argument("-c", dest="commands", metavar="COMMANDS",
                        help="run these in the guest's shell, print their output, power off")
    parser.add_argument("--harts", type=harts, metavar="N",
                        help="1 to 8; default 4, with --icount 1")
    parser.add_argument("--memory", type=memory, default="256M", metavar="SIZE",
                        help="default 256M")
    parser.add_argument("--add", type=member, action="append", default=[], metavar="GUEST=HOST",
                        help="put the host's file into the boot archive: bin/hello=./hello")
    parser.add_argument("--timeout", type=seconds, metavar="S",
                        help=f"seconds after which the machine is stopped; {DEFAULT_TIMEOUT} "
                        "with -c, else none")
    parser.add_argument("--icount", action="store_true",
                        help="count instructions, and let time stand for them; with --seed, runs "
                        "repeat exactly")
    parser.add_argument("--seed", type=int, default=0, metavar="N",
                        help="seed of the machine's randomness")
    parser.add_argument("--gdb", action="store_true",
                        help="stop before the first instruction and wait for tools/gdb")
    parser.add_argument("--flavour", choices=sorted(image.FLAVOURS), default="opt",
                        help="opt (default), dbg, or kassert: opt with assertions")
    parser.add_argument("--append", default="", metavar="WORDS",
                        help="words for the kernel's command line")
    options = parser.parse_args(arguments)
    if len(dict(options.add)) != len(options.add):
        parser.error("--add: the same guest path twice")
    return options


def machine_for(options, built, archive):
    count = options.harts or (1 if options.icount else 4)
    return qemu.Machine(
        kernel=built.kernel, archive=archive, harts=count, memory=options.memory,
        command_line=options.append, icount=options.icount, seed=options.seed,
        gdb_port=GDB_PORT if options.gdb else 0)


def archive_for(options, built, folder):
    members = dict(options.add)
    if options.commands is not None:
        path = os.path.join(folder, "commands")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(options.commands + "\n")
        members[COMMANDS_FILE] = path
    if not members:
        return built.archive
    return built.with_members(members, os.path.join(folder, "boot.cpio"))


def run_commands(machine, timeout):
    outcome = boot.boot(machine, timeout, boot.show_on_stdout)
    if outcome.status == qemu.HANG and outcome.seconds >= timeout:  # Else the guest has told.
        print("run: the machine did not end in time", file=sys.stderr)
    if outcome.status == qemu.REFUSED:
        sys.stderr.write(outcome.firmware.decode(errors="replace") + outcome.errors)
        print("run: the machine did not boot", file=sys.stderr)
    return outcome.status


def main(arguments, built=None):
    options = parse(arguments)
    try:
        built = built or image.build(options.flavour)
        with tempfile.TemporaryDirectory(prefix="sirocco-run-") as folder:
            machine = machine_for(options, built, archive_for(options, built, folder))
            if options.gdb:
                print("run: waiting for tools/gdb in another terminal", file=sys.stderr)
            if options.commands is not None:
                return run_commands(machine, options.timeout or DEFAULT_TIMEOUT)
            return terminal.session(machine, options.timeout)
    except image.BuildError as error:
        print(f"run: {error}", file=sys.stderr)
        return qemu.REFUSED
    except KeyboardInterrupt:
        return qemu.HANG


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
