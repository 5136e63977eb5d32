# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
"""What the kernel makes of its machine, and how it ends: by panic, by hang, by refusal."""

import re
import unittest

from tools.qemu import boot as boots
from tools.qemu import image
from tools.qemu import machine as qemu

# A frame of a report: "  #1 name+0x12 (file:line)"; a coroutine's name has an addition.
FRAME = r"  #{} (?:sirocco::init::)?.*{}(?: \[clone \.actor\])?\+0x[0-9a-f]+ \(kernel/[a-z_0-9/]+\.cc:[0-9]+\)"


def boot(command_line="", **settings):
    """Boots the kernel alone, without an archive; a boot.Outcome whose output is text."""
    machine = qemu.Machine(kernel=image.of_runfiles().kernel, archive="", seed=1,
                           command_line=command_line, **settings)
    outcome = boots.boot(machine, timeout=60)
    outcome.output = outcome.output.decode(errors="replace") + outcome.errors
    return outcome


class Panic(unittest.TestCase):
    def assert_stack(self, output, *functions):
        for number, function in enumerate(functions):
            self.assertRegex(output, FRAME.format(number, function))

    def test_prints_its_text_and_ends_with_its_status(self):
        run = boot("debug.crash=panic")
        self.assertEqual(run.status, qemu.PANIC)
        self.assertIn("kernel panic: debug.crash=panic\n  at kernel/init/crash.cc:", run.output)

    def test_names_function_file_and_line_of_every_frame(self):
        run = boot("debug.crash=panic")
        self.assert_stack(run.output, "CrashByPanic", "Crash")
        self.assertRegex(run.output, r"#\d+ RiscvBootMain\+0x[0-9a-f]+ \(kernel/arch/riscv64/early.cc:")

    def test_in_a_coroutine_names_those_that_await_it(self):
        run = boot("debug.crash=await")
        self.assertEqual(run.status, qemu.PANIC)
        chain = run.output[run.output.index("coroutines, each awaited by the next:"):]
        names = re.findall(r"^  \S*?(\w+) \[clone \.actor\]\+0x0 \(kernel/init/", chain.replace(
            "(anonymous namespace)::", ""), re.MULTILINE)
        self.assertEqual(names, ["CrashInside", "CrashByAwait", "Crash", "KernelMain"])

    def test_tells_no_address(self):
        run = boot("debug.crash=fault")
        report = run.output[run.output.index("kernel panic"):]
        self.assertIsNone(re.search(r"[0-9a-f]{8,}", report))

    def test_of_a_fault_names_its_cause_and_the_faulting_function(self):
        run = boot("debug.crash=fault")
        self.assertEqual(run.status, qemu.PANIC)
        self.assertIn("kernel panic: page fault: store\n  cause 15, address near null", run.output)
        self.assert_stack(run.output, "CrashByFault", "Crash")

    def test_of_a_jump_to_nowhere_still_names_the_caller(self):
        run = boot("debug.crash=jump")
        self.assertEqual(run.status, qemu.PANIC)
        self.assertIn("no instruction there", run.output)
        self.assertRegex(run.output, FRAME.format(1, "Crash"))

    def test_of_a_stack_overflow_is_reported_from_another_stack(self):
        run = boot("debug.crash=stack")
        self.assertEqual(run.status, qemu.PANIC)
        self.assertIn("kernel stack overflow\n", run.output)
        self.assertRegex(run.output, FRAME.format(5, "CrashByStack"))

    def test_works_on_one_hart_and_on_eight(self):
        for harts in (1, 8):
            run = boot("debug.crash=fault", harts=harts)
            self.assertEqual(run.status, qemu.PANIC)
            self.assertRegex(run.output, FRAME.format(0, "CrashByFault"))


class Hang(unittest.TestCase):
    def test_of_a_spin_is_noticed_by_the_spinning_hart_alone(self):
        run = boot("debug.crash=spin", harts=1)
        self.assertEqual(run.status, qemu.HANG)
        self.assertIn("kernel hang\n  a spin that does not end", run.output)
        self.assertRegex(run.output, FRAME.format(1, "CrashBySpin"))

    def test_of_a_masked_loop_is_noticed_by_a_neighbour_and_names_the_loop(self):
        run = boot("debug.crash=hang", harts=2)
        self.assertEqual(run.status, qemu.HANG)
        self.assertIn("a hart that does not come out of the kernel", run.output)
        self.assertRegex(run.output, FRAME.format(0, "CrashByHang"))
        self.assertRegex(run.output, FRAME.format(1, "Crash"))


class Machine(unittest.TestCase):
    def test_is_described_from_its_device_tree(self):
        run = boot("debug.console debug.check=arch", harts=2, memory="128M")
        self.assertIn("machine: riscv-virtio,qemu\n  2 harts (booted on ", run.output)
        self.assertIn("  memory at 0x80000000, 131072 KiB\n", run.output)
        self.assertIn("  console: ns16550a at 0x10000000", run.output)
        self.assertIn("  interrupts: PLIC, 96 sources\n", run.output)
        self.assertIn("  random seed: 32 bytes\n", run.output)
        self.assertIn("  command line: debug.console debug.check=arch\n", run.output)

    def test_without_sswi_sends_ipis_through_the_firmware(self):
        run = boot("debug.console debug.check=arch", harts=2, extra=("-M", "aclint=off"))
        self.assertEqual(run.status, 0, run.output)
        self.assertIn("IPIs by firmware", run.output)
        self.assertIn("check AnIpiToOneselfWakes: ok", run.output)

    def test_with_more_than_eight_harts_leaves_the_others_alone(self):
        run = boot("debug.console debug.check=arch", harts=9)
        self.assertEqual(run.status, 0, run.output)
        self.assertIn("  8 harts (booted on ", run.output)
        self.assertIn("  1 harts left out\n", run.output)

    def test_keeps_the_contract_of_the_architecture(self):
        for harts in (1, 4):
            run = boot("debug.check=arch", harts=harts)
            self.assertEqual(run.status, 0, run.output)
            checks = re.findall(r"^check (\w+): (.*)$", run.output, re.MULTILINE)
            self.assertGreaterEqual(len(checks), 15)
            self.assertEqual({verdict for _, verdict in checks}, {"ok"})
            self.assertIn("KernelMapIsWriteXorExecute", dict(checks))


class Awaiting(unittest.TestCase):
    def test_a_million_times_touches_at_most_16_kib_of_a_harts_stack(self):
        for harts in (1, 4):
            run = boot("debug.check=async", harts=harts)
            self.assertEqual(run.status, 0, run.output)
            checks = re.findall(r"^check (\w+): ok\n  (\d+) bytes", run.output, re.MULTILINE)
            self.assertEqual([name for name, _ in checks],
                             ["AMillionAwaitsTouchAtMost16KibOfStack",
                              "AMillionYieldsTouchAtMost16KibOfStack",
                              "TenThousandNestedTasksTouchAtMost16KibOfStack"])
            for _, touched in checks:
                self.assertLessEqual(int(touched), 16 * 1024)


class Refusal(unittest.TestCase):
    def assert_refused(self, reason, *options):
        run = boot(extra=options)
        self.assertEqual(run.status, qemu.REFUSED)
        self.assertRegex(run.output, r"^sirocco: boot refused: .*" + reason + r".*\n$")

    def test_names_a_missing_supervisor_timer(self):
        self.assert_refused(r"Sstc \(supervisor timer, stimecmp\)", "-cpu", "rv64,sstc=off")

    def test_names_missing_bit_manipulation_without_using_it(self):
        self.assert_refused("Zba", "-cpu", "rv64,zba=off,zbb=off,zbs=off")
        self.assert_refused("Zbb", "-cpu", "rv64,zbb=off")
        self.assert_refused("Zbs", "-cpu", "rv64,zbs=off")

    def test_names_a_missing_boot_archive_and_says_nothing_else(self):
        self.assert_refused("no boot archive")

    def test_names_a_missing_interrupt_controller(self):
        self.assert_refused("no PLIC", "-M", "aia=aplic")


if __name__ == "__main__":
    unittest.main()
