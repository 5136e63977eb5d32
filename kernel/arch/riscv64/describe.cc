// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <string_view>
#include <type_traits>

#include "kernel/arch/machine.h"
#include "kernel/arch/riscv64/platform.h"
#include "kernel/base/format.h"

namespace sirocco::arch {
namespace {

using Line = StringBuffer<160>;
using PrintLine = void (*)(std::string_view);

template <typename... Args>
void Say(PrintLine print, FormatString<std::type_identity_t<Args>...> format, const Args&... args) {
  Line line;
  Print(line, format, args...);
  print(line.view());
}

void SayRange(PrintLine print, std::string_view what, const PhysRange& range) {
  Say(print, "  {} at {:#x}, {} KiB", what, range.base.value(), (range.size_bytes + 1023) / 1024);
}

}  // namespace

void DescribeMachine(PrintLine print) {
  const Platform& platform = ThisPlatform();
  Say(print, "machine: {}", platform.model.view());
  Say(print, "  {} harts (booted on {}), clock {} Hz, IPIs by {}", platform.harts.count,
      platform.harts.items[0].id, platform.timebase_frequency,
      platform.sswi.size_bytes != 0 ? "SSWI" : "firmware");
  if (platform.harts_left_out != 0) Say(print, "  {} harts left out", platform.harts_left_out);
  for (const PhysRange& bank : platform.ram.all()) SayRange(print, "memory", bank);
  for (const PhysRange& range : platform.reserved.all()) SayRange(print, "reserved", range);
  SayRange(print, "console: ns16550a", platform.console);
  Say(print, "  interrupts: PLIC, {} sources", platform.plic_sources);
  if (platform.boot_archive.size_bytes != 0) {
    SayRange(print, "boot archive", platform.boot_archive);
  }
  Say(print, "  random seed: {} bytes", platform.entropy.size());
  Say(print, "  command line: {}", platform.command_line.view());
}

}  // namespace sirocco::arch
