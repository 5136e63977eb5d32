// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/riscv64/platform.h"

#include <algorithm>
#include <utility>

#include "kernel/arch/riscv64/csr.h"

namespace sirocco::arch {
namespace {

using Node = DeviceTree::Node;
using Property = DeviceTree::Property;

PhysRange ToPhysRange(const DeviceTree::Range& range) {
  return PhysRange{PhysAddr(range.base), range.size};
}

PhysRange RegOf(const std::optional<Node>& node) {
  if (!node) return PhysRange{};
  const auto reg = node->Reg();
  return reg ? ToPhysRange(*reg) : PhysRange{};
}

// --- Harts ---

// "rv64imafdc_zicsr_sstc": single letters behind "rv64", then words. 'g' is imafd.
bool HasLetter(std::string_view isa, char letter) {
  const std::string_view letters = isa.substr(0, isa.find('_'));
  if (letters.size() < 4) return false;
  const std::string_view base = letters.substr(4);
  return base.find(letter) != std::string_view::npos ||
         (std::string_view("imafd").find(letter) != std::string_view::npos &&
          base.find('g') != std::string_view::npos);
}

bool HasWord(std::string_view isa, std::string_view word) {
  for (size_t at = isa.find('_'); at != std::string_view::npos; at = isa.find('_', at + 1)) {
    const std::string_view rest = isa.substr(at + 1);
    if (rest.substr(0, rest.find('_')) == word) return true;
  }
  return false;
}

// **Source** RISC-V Unprivileged 20191213, chapter 27; Sstc 1.0; Bitmanip 1.0.
const char* CheckIsa(std::string_view isa) {
  if (isa.substr(0, 4) != "rv64") return "the processor is not an RV64 one";
  for (char letter : std::string_view("imafdc")) {
    if (!HasLetter(isa, letter)) return "the processor lacks a part of RV64GC (IMAFDC)";
  }
  static constexpr std::pair<std::string_view, const char*> kWanted[] = {
      {"zba", "the processor lacks Zba (address generation)"},
      {"zbb", "the processor lacks Zbb (basic bit manipulation)"},
      {"zbs", "the processor lacks Zbs (single-bit instructions)"},
      {"sstc", "the processor lacks Sstc (supervisor timer, stimecmp)"},
  };
  for (const auto& [word, refusal] : kWanted) {
    if (!HasWord(isa, word)) return refusal;
  }
  return nullptr;
}

const char* ReadHarts(const DeviceTree& tree, uint64_t boot_hart_id, Platform& platform) {
  const auto cpus = tree.Find("/cpus");
  if (!cpus) return "the device tree has no /cpus";
  platform.timebase_frequency = cpus->Cell("timebase-frequency", 0);
  bool has_boot_hart = false;
  for (auto cpu = cpus->FirstChild(); cpu; cpu = cpu->NextSibling()) {
    if (cpu->String("device_type") != "cpu" || !cpu->is_enabled()) continue;
    const auto reg = cpu->Reg();
    const auto controller = cpu->Child("interrupt-controller");
    if (!reg || !controller) return "a processor in the device tree has no number or interrupts";
    if (const char* refusal = CheckIsa(cpu->String("riscv,isa"))) return refusal;
    Platform::Hart hart{.id = reg->base,
                        .interrupt_controller = controller->Cell("phandle", Platform::kNone)};
    const bool is_boot_hart = hart.id == boot_hart_id;
    // The boot hart has a place whatever its number.
    const size_t capacity = has_boot_hart || is_boot_hart ? kMaxHarts : kMaxHarts - 1;
    if (platform.harts.count >= capacity || !platform.harts.Add(hart)) {
      ++platform.harts_left_out;
      continue;
    }
    if (is_boot_hart) {
      std::swap(platform.harts.items[0], platform.harts.items[platform.harts.count - 1]);
      has_boot_hart = true;
    }
  }
  return has_boot_hart ? nullptr : "the boot hart is not in the device tree";
}

// --- Interrupts ---

// Both controllers list (phandle of a hart's own controller, cause) pairs, one a context.
template <typename Function>
void ForEachContext(const Node& controller, uint64_t cause, Platform& platform, Function found) {
  const auto contexts = controller.Get("interrupts-extended");
  if (!contexts) return;
  for (size_t i = 0; i * 2 + 1 < contexts->cell_count(); ++i) {
    if (contexts->Cell(i * 2 + 1) != cause) continue;
    for (Platform::Hart& hart : platform.harts.items) {
      if (hart.interrupt_controller == contexts->Cell(i * 2)) found(hart, static_cast<uint32_t>(i));
    }
  }
}

const char* ReadInterrupts(const DeviceTree& tree, Platform& platform) {
  auto plic = tree.FindCompatible("riscv,plic0");
  if (!plic) plic = tree.FindCompatible("sifive,plic-1.0.0");
  platform.plic = RegOf(plic);
  if (platform.plic.size_bytes == 0) return "the device tree has no PLIC";
  platform.plic_sources = plic->Cell("riscv,ndev", 0);
  ForEachContext(*plic, kCauseExternal, platform,
                 [](Platform::Hart& hart, uint32_t i) { hart.plic_context = i; });
  const auto sswi = tree.FindCompatible("riscv,aclint-sswi");
  platform.sswi = RegOf(sswi);
  if (sswi) {
    ForEachContext(*sswi, kCauseSoftware, platform,
                   [](Platform::Hart& hart, uint32_t i) { hart.sswi_index = i; });
  }
  return nullptr;
}

// --- Memory ---

const char* ReadMemory(const DeviceTree& tree, Platform& platform) {
  for (auto node = tree.root().FirstChild(); node; node = node->NextSibling()) {
    if (node->String("device_type") != "memory" || !node->is_enabled()) continue;
    for (size_t i = 0; auto reg = node->Reg(i); ++i) {
      if (!platform.ram.Add(ToPhysRange(*reg))) return "the device tree has too many memory banks";
    }
  }
  if (platform.ram.count == 0) return "the device tree has no memory";

  bool fits = true;
  if (const auto reserved = tree.Find("/reserved-memory")) {
    for (auto node = reserved->FirstChild(); node; node = node->NextSibling()) {
      for (size_t i = 0; auto reg = node->Reg(i); ++i) {
        fits = fits && platform.reserved.Add(ToPhysRange(*reg));
      }
    }
  }
  for (size_t i = 0;; ++i) {
    const DeviceTree::Range range = tree.Reservation(i);
    if (range.size == 0) break;
    fits = fits && platform.reserved.Add(ToPhysRange(range));
  }
  return fits ? nullptr : "the device tree has too many reserved memory ranges";
}

// Addresses in /chosen have one or two cells, whatever the root says.
uint64_t ChosenAddress(const Node& chosen, std::string_view property) {
  const auto value = chosen.Get(property);
  return value ? value->Number(0, value->cell_count() >= 2 ? 2 : 1) : 0;
}

const char* ReadChosen(const DeviceTree& tree, Platform& platform) {
  const auto chosen = tree.Find("/chosen");
  if (!chosen) return "the device tree has no /chosen";
  platform.command_line.Write(chosen->String("bootargs"));
  const uint64_t start = ChosenAddress(*chosen, "linux,initrd-start");
  const uint64_t end = ChosenAddress(*chosen, "linux,initrd-end");
  if (end > start) platform.boot_archive = PhysRange{PhysAddr(start), end - start};
  const auto seed = chosen->Get("rng-seed");
  if (!seed || seed->bytes().size() < platform.entropy.size()) {
    return "the firmware gives no random seed of 32 bytes (/chosen/rng-seed)";
  }
  std::ranges::copy(seed->bytes().first(platform.entropy.size()), platform.entropy.begin());
  return nullptr;
}

}  // namespace

void ReadConsole(const DeviceTree& tree, Platform& platform) {
  platform.model.Write(tree.root().String("model"));
  const auto chosen = tree.Find("/chosen");
  std::optional<Node> console;
  if (chosen) {
    const std::string_view path = chosen->String("stdout-path");
    if (!path.empty()) console = tree.Find(path.substr(0, path.find(':')));
  }
  if (!console || !console->IsCompatible("ns16550a")) console = tree.FindCompatible("ns16550a");
  platform.console = RegOf(console);
  platform.finisher = RegOf(tree.FindCompatible("sifive,test0"));
}

const char* ReadPlatform(const DeviceTree& tree, uint64_t boot_hart_id, Platform& platform) {
  if (const char* refusal = ReadHarts(tree, boot_hart_id, platform)) return refusal;
  const uint32_t frequency = platform.timebase_frequency;
  if (frequency == 0 || 1'000'000'000 % frequency != 0) {
    return "a clock tick is not a whole number of nanoseconds (timebase-frequency)";
  }
  if (const char* refusal = ReadInterrupts(tree, platform)) return refusal;
  if (const char* refusal = ReadMemory(tree, platform)) return refusal;
  return ReadChosen(tree, platform);
}

}  // namespace sirocco::arch
