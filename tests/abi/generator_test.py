#!/usr/bin/env python3
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""The call table's generator: what it refuses, and that what is committed is what it makes."""

import contextlib
import filecmp
import hashlib
import io
import os
import re
import struct
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, "tools/syscall_gen")

import docs  # noqa: E402
import kernel  # noqa: E402
import main  # noqa: E402
import model  # noqa: E402
import test_data  # noqa: E402
import user  # noqa: E402

TABLE = "vdso/syscalls.toml"

GOOD = """
[[syscall]]
name = "{name}"
doc = "Does it."
class = "{kind}"
ring = "{ring}"
args = [{args}]
{more}
"""


def entry(name="event_poke", kind="plain", ring="yes", args="", more=""):
    return GOOD.format(name=name, kind=kind, ring=ring, args=args, more=more)


class Refuses(unittest.TestCase):
    def refuses(self, text, message):
        with self.assertRaisesRegex(model.TableError, message):
            model.Table(text)

    def test_what_is_not_toml(self):
        self.refuses("[[syscall", "not TOML")

    def test_a_table_of_something_else(self):
        self.refuses("[other]\n", r"\[\[syscall\]\] entries and nothing else")

    def test_a_call_without_documentation(self):
        self.refuses('[[syscall]]\nname = "a"\nclass = "plain"\nring = "yes"\nargs = []\n',
                     "a: has no doc")

    def test_a_name_with_prefix_or_capitals(self):
        self.refuses(entry(name="Event"), "Event: a name is lower case")

    def test_a_call_declared_twice(self):
        self.refuses(entry() + entry(), "event_poke: declared twice")

    def test_an_unknown_class(self):
        self.refuses(entry(kind="quick"), "event_poke: unknown class quick")

    def test_an_unknown_key(self):
        self.refuses(entry(more='colour = "red"'), "event_poke: unknown key colour")

    def test_an_unexplained_ring_exception(self):
        self.refuses(entry(ring="no"), 'ring is "yes"')

    def test_nine_arguments(self):
        args = ", ".join(f'{{ name = "a{i}", type = "uint32_t" }}' for i in range(9))
        self.refuses(entry(args=args), "9 arguments, at most 8")

    def test_two_arguments_of_one_name(self):
        arg = '{ name = "a", type = "uint32_t" }'
        self.refuses(entry(args=f"{arg}, {arg}"), "two arguments a")

    def test_an_unknown_type(self):
        self.refuses(entry(args='{ name = "a", type = "int" }'), "argument a: unknown type int")

    def test_an_unknown_right(self):
        self.refuses(entry(args='{ name = "h", type = "zx_handle_t", object = "event", '
                                'rights = ["FLY"] }'), "unknown right FLY")

    def test_rights_of_a_handle_that_is_not_looked_up(self):
        self.refuses(entry(args='{ name = "h", type = "zx_handle_t", rights = ["READ"] }'),
                     "rights and pass need an object")

    def test_an_unknown_object(self):
        self.refuses(entry(args='{ name = "h", type = "zx_handle_t", object = "teapot" }'),
                     "unknown object teapot")

    def test_a_count_that_is_no_argument(self):
        self.refuses(entry(args='{ name = "p", type = "void", out = true, count = "n" }'),
                     "no argument n")

    def test_an_access_of_what_is_no_pointer(self):
        self.refuses(entry(args='{ name = "n", type = "uint32_t", access = "none" }'),
                     "access, unmapped and forbidden are for pointers")

    def test_an_unknown_access(self):
        self.refuses(entry(args='{ name = "p", type = "uint32_t", out = true, access = "seldom" }'),
                     'access is "none" or "read"')

    def test_memory_without_a_size(self):
        self.refuses(entry(args='{ name = "p", type = "void", out = true }'), "void needs a count")

    def test_a_structure_by_value(self):
        self.refuses(entry(args='{ name = "p", type = "zx_port_packet_t" }'),
                     "a structure is passed by in, out or inout")

    def test_an_argument_both_in_and_out(self):
        self.refuses(entry(args='{ name = "p", type = "uint32_t", out = true, in = true }'),
                     "both out and in")

    def test_an_entering_call_that_returns_no_status(self):
        self.refuses(entry(more='returns = "uint64_t"'), "returns a status")

    def test_a_short_way_of_a_call_that_always_waits(self):
        self.refuses(entry(kind="waits", more="short = true"), "class waits has no short way")

    def test_more_calls_than_the_entry_has_doors(self):
        self.refuses("".join(entry(name=f"call{i}") for i in range(256)), "at most 255")

    def test_and_names_the_file_on_the_command_line(self):
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write(entry(kind="quick"))
            file.flush()
            errors = io.StringIO()
            with contextlib.redirect_stderr(errors):
                status = main.main([file.name, "docs=/nowhere"])
        self.assertEqual(status, 1)
        self.assertIn(f"{file.name}: event_poke: unknown class quick", errors.getvalue())


class Makes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.table = model.load(TABLE)

    def call(self, name):
        return next(call for call in self.table.calls if call.name == name)

    def test_consecutive_numbers_from_one(self):
        numbers = [call.number for call in self.table.kernel_calls]
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))

    def test_the_committed_signatures(self):
        with open("tests/abi/signatures.golden", encoding="utf-8") as file:
            self.assertEqual(file.read(), test_data.signatures(self.table),
                             "the interface changed: syscall_gen signatures=...")

    def test_the_committed_pages(self):
        with tempfile.TemporaryDirectory() as folder:
            docs.write(self.table, folder)
            made = sorted(os.listdir(folder + "/syscalls"))
            self.assertEqual(made, sorted(os.listdir("docs/syscalls")))
            same, different, _ = filecmp.cmpfiles(
                folder, "docs", ["syscalls.md"] + ["syscalls/" + name for name in made], False)
        self.assertEqual(different, [], "out of date: syscall_gen docs=docs")
        self.assertEqual(len(same), len(made) + 1)

    def test_checks_in_zircons_order(self):
        thunk = "\n".join(kernel.thunk(self.call("object_wait_async")))
        order = [thunk.index(text) for text in
                 ("ZX_ERR_INVALID_ARGS", "Get<KernelObject>", "Get<Port>", "sys_object_wait_async(")]
        self.assertEqual(order, sorted(order))

    def test_every_looked_up_handle_with_its_type_and_rights(self):
        for call in self.table.kernel_calls:
            thunk = "\n".join(kernel.thunk(call))
            for arg in call.args:
                if arg.object and not call.is_assembly:
                    rights = " | ".join("ZX_RIGHT_" + r for r in arg.rights) or "ZX_RIGHT_NONE"
                    self.assertIn(f"Get<{model.OBJECTS[arg.object]}>(static_cast<HandleValue>"
                                  f"(a{call.args.index(arg)}), {rights})", thunk)

    def test_a_retry_for_every_plain_call_with_memory(self):
        for call in self.table.kernel_calls:
            if call.kind in ("plain", "handoff") and call.has_pointers and not call.is_assembly:
                self.assertIn(f"Retry(ctx, &Thunk_{call.name}", "\n".join(kernel.thunk(call)))

    def test_a_long_way_behind_every_short_one(self):
        short = [call for call in self.table.kernel_calls if call.short_way]
        self.assertIn(self.call("handle_duplicate"), short)
        for call in short:
            thunk = "\n".join(kernel.thunk(call))
            retry = ["Retry(ctx"] if call.has_pointers else []
            order = [thunk.rindex(text) for text in
                     [f"LongWay_{call.name}(uint64_t a0", f"sys_{call.name}("] + retry +
                     [f"Thunk_{call.name}(uint64_t a0", f"return LongWay_{call.name}(a0",
                      f"return short_{call.name}(", ", otherwise)"]]
            self.assertEqual(order, sorted(order))

    def test_a_short_way_for_waited_handles_looks_up_no_others(self):
        thunk = "\n".join(kernel.thunk(self.call("port_wait")))
        long_way, short_way = thunk.split("Thunk_port_wait(uint64_t a0")
        self.assertIn(".Get<Port>(", long_way)
        self.assertIn(".FindWaited<Port>(", short_way)
        self.assertNotIn(".Get<", short_way)

    def test_calls_that_consume_handles_even_when_checks_fail(self):
        thunk = "\n".join(kernel.thunk(self.call("process_start")))
        self.assertIn("DiscardHandle(ctx, static_cast<HandleValue>(a4), why)", thunk)
        thunk = "\n".join(kernel.thunk(self.call("channel_write")))
        self.assertIn("DiscardHandles(ctx, UserPtr<const zx_handle_t>(a4), static_cast<size_t>(a5)",
                      thunk)

    def test_no_door_that_two_calls_share(self):
        doors = re.findall(r"\.4byte Thunk_(\w+), VDSO_SITE_(\w+)", kernel.doors_source(self.table))
        self.assertEqual([thunk for thunk, _ in doors], [site for _, site in doors])
        self.assertEqual(len(set(doors)), len(self.table.kernel_calls))

    def test_both_names_of_every_public_call(self):
        header = user.syscalls_header(self.table)
        for call in self.table.public_calls:
            self.assertRegex(header, rf"\bzx_{call.name}\(")
            self.assertRegex(header, rf"\b_zx_{call.name}\(")

    def test_no_public_name_of_an_internal_call(self):
        self.assertNotIn("cprng_draw_once(", user.syscalls_header(self.table))
        self.assertNotIn("zx_cprng_draw_once;", user.version_script(self.table))

    def test_a_scenario_for_every_call_that_enters(self):
        self.assertEqual(test_data.scenarios(self.table).count("SYSCALL_SCENARIO("),
                         len(self.table.kernel_calls))

    def test_matrix_rows_with_what_is_checked_of_every_argument(self):
        matrix = test_data.matrix(self.table)
        bad = "ZX_ERR_INVALID_ARGS, ZX_ERR_INVALID_ARGS)"
        self.assertIn(f"SYSCALL(event_create, OPTIONS(0, ZX_ERR_INVALID_ARGS), POINTER(kWrite, {bad})\n",
                      matrix)
        self.assertIn("SYSCALL(timer_set, OBJECT(kRequired, ZX_OBJ_TYPE_TIMER, ZX_RIGHT_WRITE), WORD, WORD)"
                      "\n", matrix)
        self.assertIn("OBJECT(kOptional, ZX_OBJ_TYPE_RESOURCE, ZX_RIGHT_NONE)", matrix)
        self.assertIn("SYSCALL(handle_close, HANDLE(kOptional | kConsumed))\n", matrix)
        self.assertIn(f"SYSCALL(futex_wake, POINTER(kUnused | kAligned, {bad}, WORD)\n", matrix)
        self.assertIn("POINTER(kWrite, ZX_ERR_NOT_FOUND, ZX_ERR_ACCESS_DENIED)", matrix)

    def test_scenarios_with_every_error_that_is_declared_or_follows(self):
        self.assertIn("SYSCALL_SCENARIO(timer_set, ZX_ERR_OUT_OF_RANGE, ZX_ERR_BAD_HANDLE, "
                      "ZX_ERR_WRONG_TYPE, ZX_ERR_ACCESS_DENIED)\n", test_data.scenarios(self.table))


class StreamProtocol(unittest.TestCase):
    def test_ordinals_are_hashes_of_their_names(self):
        with open("vdso/abi/include/sirocco/stream.h", encoding="utf-8") as file:
            found = re.findall(r"SIROCCO_STREAM_([A-Z_]+) \(\(uint64_t\)(0x[0-9a-f]+)u\)", file.read())
        self.assertEqual(len(found), 6)
        for name, ordinal in found:
            method = "".join(word.capitalize() for word in name.split("_"))
            digest = hashlib.sha256(f"sirocco.io/Stream.{method}".encode()).digest()
            self.assertEqual(int(ordinal, 16), struct.unpack("<Q", digest[:8])[0] & (2**63 - 1))


if __name__ == "__main__":
    unittest.main()
