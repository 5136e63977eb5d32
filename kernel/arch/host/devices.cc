// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Clock, timers, interrupt lines and RAM of the host's machine.

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <random>

#include "kernel/arch/boot_options.h"
#include "kernel/arch/clock.h"
#include "kernel/arch/console.h"
#include "kernel/arch/entropy.h"
#include "kernel/arch/hart.h"
#include "kernel/arch/host/interrupts.h"
#include "kernel/arch/irq_controller.h"
#include "kernel/arch/physical_memory.h"
#include "kernel/arch/power.h"
#include "kernel/arch/timer.h"
#include "kernel/base/kassert.h"

namespace sirocco::arch {

namespace {

std::atomic<bool> is_real{false};
std::atomic<int64_t> simulated_now{0};
struct Alarm {
  std::atomic<int64_t> deadline{INT64_MAX};
};
std::array<Alarm, kMaxHarts> alarms;

struct Line {
  IrqHandler handler = nullptr;
  void* context = nullptr;
  bool is_masked = true;
  bool is_high = false;
};
std::mutex lines_mutex;
std::array<Line, IrqController::vector_count()> lines;

}  // namespace

Instant Clock::Now() {
  if (!is_real.load(std::memory_order_relaxed)) {
    return Instant(simulated_now.load(std::memory_order_acquire));
  }
  static const auto start = std::chrono::steady_clock::now();
  const auto span = std::chrono::steady_clock::now() - start;
  return Instant(std::chrono::duration_cast<std::chrono::nanoseconds>(span).count());
}
uint64_t Clock::Ticks() { return static_cast<uint64_t>(Now().ns()) / nanoseconds_per_tick(); }
void Clock::SetMode(Mode mode) { is_real.store(mode == Mode::kReal); }
void Clock::AdvanceTo(Instant instant) {
  int64_t now = simulated_now.load();
  while (now < instant.ns() && !simulated_now.compare_exchange_weak(now, instant.ns())) {
  }
  WakeAllHarts();
}

void Timer::Arm(Instant deadline) { alarms[ThisHart().index].deadline.store(deadline.ns()); }
void Timer::Disarm() { alarms[ThisHart().index].deadline.store(INT64_MAX); }

bool is_timer_due() {
  const int64_t deadline = alarms[ThisHart().index].deadline.load();
  return deadline != INT64_MAX && deadline <= Clock::Now().ns();
}
std::chrono::nanoseconds RealTimeToTimer() {
  constexpr std::chrono::nanoseconds kLong = std::chrono::hours(1);
  const int64_t deadline = alarms[ThisHart().index].deadline.load();
  if (!is_real.load() || deadline == INT64_MAX) return kLong;
  return std::min(kLong, std::chrono::nanoseconds(deadline - Clock::Now().ns()));
}
bool TakeDueTimer() {
  if (!is_timer_due()) return false;
  Timer::Disarm();
  return true;
}

void OnAllIdle() {
  if (HartCount() > 1) JumpToNextTimer();
}

void JumpToNextTimer() {
  if (is_real.load()) return;
  int64_t first = INT64_MAX;
  for (uint32_t index = 0; index < HartCount(); ++index) {
    first = std::min(first, alarms[index].deadline.load());
  }
  if (first != INT64_MAX) Clock::AdvanceTo(Instant(first));
}

void Console::Write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<size_t>(written));
  }
}

zx_status_t IrqController::Register(uint32_t vector, IrqHandler handler, void* context) {
  if (vector == 0 || vector >= lines.size()) return ZX_ERR_OUT_OF_RANGE;
  std::lock_guard guard(lines_mutex);
  if (lines[vector].handler != nullptr) return ZX_ERR_ALREADY_BOUND;
  lines[vector] = Line{handler, context, true, lines[vector].is_high};
  return ZX_OK;
}
void IrqController::Unregister(uint32_t vector) {
  std::lock_guard guard(lines_mutex);
  lines[vector] = Line{nullptr, nullptr, true, lines[vector].is_high};
}
void IrqController::Mask(uint32_t vector) {
  std::lock_guard guard(lines_mutex);
  lines[vector].is_masked = true;
}
void IrqController::Unmask(uint32_t vector) {
  {
    std::lock_guard guard(lines_mutex);
    lines[vector].is_masked = false;
  }
  WakeHart(0);
}
void IrqController::SetLine(uint32_t vector, bool is_high) {
  {
    std::lock_guard guard(lines_mutex);
    lines[vector].is_high = is_high;
  }
  WakeHart(0);
}
bool IrqController::is_pending() {
  std::lock_guard guard(lines_mutex);
  for (const Line& line : lines) {
    if (line.is_high && !line.is_masked && line.handler != nullptr) return true;
  }
  return false;
}
bool IrqController::Serve() {
  bool has_served = false;
  for (uint32_t vector = 1; vector < lines.size(); ++vector) {
    Line line;
    {
      std::lock_guard guard(lines_mutex);
      line = lines[vector];
    }
    if (!line.is_high || line.is_masked || line.handler == nullptr) continue;
    line.handler(line.context, vector);
    has_served = true;
  }
  return has_served;
}

namespace {
std::byte* RamStart() {
  static std::byte* const start = [] {
    void* memory = mmap(nullptr, PhysicalMemory::kSize, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    PANIC_UNLESS(memory != MAP_FAILED);
    return static_cast<std::byte*>(memory);
  }();
  return start;
}
}  // namespace

std::byte* PhysicalMemory::ToVirt(PhysAddr address) {
  KASSERT(address.value() >= kBase && address.value() - kBase < kSize);
  return RamStart() + (address.value() - kBase);
}
PhysAddr PhysicalMemory::ToPhys(const void* pointer) {
  const auto offset = static_cast<uint64_t>(static_cast<const std::byte*>(pointer) - RamStart());
  KASSERT(offset < kSize);
  return PhysAddr(kBase + offset);
}

std::span<const PhysRange> Ram() {
  static const PhysRange ram[] = {{PhysAddr(PhysicalMemory::kBase), PhysicalMemory::kSize}};
  return ram;
}
std::span<const PhysRange> FreeRam() { return Ram(); }
PhysRange BootArchive() { return {}; }
PhysRange DeviceTreeBlob() { return {}; }
std::string_view CommandLine() { return {}; }

std::span<const std::byte> BootEntropy() {
  static const auto bytes = [] {
    // Fixed: a test that wants other layouts seeds its own generator.
    std::array<std::byte, 32> all;
    std::mt19937 random(1);
    for (std::byte& byte : all) byte = static_cast<std::byte>(random());
    return all;
  }();
  return bytes;
}

void PowerOff(uint32_t status) { _exit(static_cast<int>(status)); }
void HaltHart() {
  for (;;) pause();
}

}  // namespace sirocco::arch
