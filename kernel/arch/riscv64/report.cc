// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/riscv64/report.h"

#include <atomic>

#include "kernel/arch/clock.h"
#include "kernel/arch/console.h"
#include "kernel/arch/hart.h"
#include "kernel/arch/power.h"
#include "kernel/arch/riscv64/symbol_table.h"
#include "kernel/arch/riscv64/watchdog.h"
#include "kernel/arch/upcalls.h"
#include "kernel/base/format.h"

namespace sirocco::arch {
namespace {

constexpr size_t kMaxFrames = 32;
constexpr uint32_t kNobody = ~uint32_t{0};

std::atomic<uint32_t> reporter{kNobody};

using Line = StringBuffer<240>;

// "function+0x12 (file:line)". An address outside the kernel's text is not printed: logs carry
// none.
void AddPlace(Line& line, uint64_t address, bool is_return) {
  const auto place = FindSymbol(is_return ? address - 1 : address);
  if (!place) {
    line.Write("?");
    return;
  }
  Print(line, "{}+{:#x}", place->function, place->offset + (is_return ? 1 : 0));
  if (!place->file.empty()) Print(line, " ({}:{})", place->file, place->line);
}

void PrintFrame(size_t number, const StackPlace& place) {
  Line line;
  Print(line, "  #{} ", number);
  AddPlace(line, place.pc, !place.is_exact);
  line.Write("\n");
  Console::Write(line.view());
}

void PrintAwaiter(const void* resume_function) {
  Line line;
  line.Write("  ");
  AddPlace(line, reinterpret_cast<uint64_t>(resume_function), false);
  line.Write("\n");
  Console::Write(line.view());
}

}  // namespace

void ClaimReport(uint32_t exit_status) {
  const uint32_t self = ThisHart().index;
  uint32_t expected = kNobody;
  if (reporter.compare_exchange_strong(expected, self)) {
    for (uint32_t i = 0; i < HartCount(); ++i) {
      if (i != self) SendIpi(i);
    }
    return;
  }
  if (expected != self) HaltHart();
  Console::Write("\nanother defect while the first was reported: the machine ends\n");
  PowerOff(exit_status);
}

bool IsReporting() { return reporter.load(std::memory_order_relaxed) != kNobody; }

void StopIfMachineEnds() {
  if (IsReporting() && reporter.load(std::memory_order_relaxed) != ThisHart().index) HaltHart();
}

void ReportAndEnd(std::string_view title, std::string_view detail, const StackPlace& place,
                  uint32_t exit_status) {
  const int64_t now_ms = Clock::Now().ns() / 1'000'000;
  Line line;
  Print(line, "\n{}\n", title);
  if (!detail.empty()) Print(line, "  {}\n", detail);
  Console::Write(line.view());
  line.Clear();
  Print(line, "  hart {} of {}, {}.{:03} s after power-on\nstack:\n", ThisHart().index, HartCount(),
        now_ms / 1000, now_ms % 1000);
  Console::Write(line.view());
  StackPlace at = place;
  size_t number = 0;
  do {
    PrintFrame(number++, at);
  } while (number < kMaxFrames && StepOut(at));
  if (ThisHart().resuming != nullptr) {
    Console::Write("coroutines, each awaited by the next:\n");
    init::ForEachAwaiter(ThisHart().resuming, &PrintAwaiter);
  }
  PowerOff(exit_status);
}

}  // namespace sirocco::arch
