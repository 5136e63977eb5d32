// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <array>
#include <atomic>

#include "kernel/arch/irq_controller.h"
#include "kernel/arch/riscv64/early_devices.h"
#include "kernel/arch/riscv64/hart_block.h"
#include "kernel/arch/riscv64/interrupts.h"
#include "kernel/arch/riscv64/kernel_map.h"
#include "kernel/base/kassert.h"

namespace sirocco::arch {
namespace {

// **Source** RISC-V PLIC 1.0, chapter 3: byte offsets.
constexpr size_t kPriority = 0;
constexpr size_t kEnable = 0x2000;
constexpr size_t kEnableStride = 0x80;
constexpr size_t kContext = 0x200000;
constexpr size_t kContextStride = 0x1000;
constexpr size_t kThreshold = 0;  // Words of a context.
constexpr size_t kClaim = 1;

constexpr uint32_t kMaxVectors = 128;

struct Binding {
  // The store of `handler` publishes `context`.
  std::atomic<IrqHandler> handler{nullptr};
  std::atomic<void*> context{nullptr};
};

std::byte* plic = nullptr;
uint32_t sources = 0;
uint32_t target_context = 0;
std::array<Binding, kMaxVectors> bindings;

volatile uint32_t& Register32(size_t offset) {
  return *reinterpret_cast<volatile uint32_t*>(plic + offset);
}

void SetPriority(uint32_t vector, uint32_t priority) {
  Register32(kPriority + vector * 4) = priority;
}

}  // namespace

void InitIrqController(const Platform& platform) {
  plic = MapDevice(platform.plic);
  sources = platform.plic_sources < kMaxVectors ? platform.plic_sources : kMaxVectors - 1;
  target_context = platform.harts.items[0].plic_context;
  for (uint32_t vector = 1; vector <= sources; ++vector) SetPriority(vector, 0);
  for (uint32_t i = 0; i < platform.harts.count; ++i) {
    const uint32_t context = platform.harts.items[i].plic_context;
    for (uint32_t word = 0; word <= sources / 32; ++word) {
      Register32(kEnable + context * kEnableStride + word * 4) = 0;
    }
    auto* const registers = reinterpret_cast<uint32_t*>(plic + kContext + context * kContextStride);
    const_cast<volatile uint32_t*>(registers)[kThreshold] = 0;
    RiscvHartAt(i).plic_context = registers;
  }
  // Every source may reach the target; priority 0 keeps it from doing so.
  for (uint32_t word = 0; word <= sources / 32; ++word) {
    Register32(kEnable + target_context * kEnableStride + word * 4) = ~uint32_t{0};
  }
}

uint32_t IrqController::vector_count() { return sources + 1; }

zx_status_t IrqController::Register(uint32_t vector, IrqHandler handler, void* context) {
  if (vector == 0 || vector > sources) return ZX_ERR_OUT_OF_RANGE;
  Binding& binding = bindings[vector];
  KASSERT(context != nullptr);
  void* nobody = nullptr;
  // The context is claimed first: of two registrations one wins before a handler is visible.
  if (!binding.context.compare_exchange_strong(nobody, context)) return ZX_ERR_ALREADY_BOUND;
  binding.handler.store(handler, std::memory_order_release);
  return ZX_OK;
}

void IrqController::Unregister(uint32_t vector) {
  Mask(vector);
  bindings[vector].handler.store(nullptr, std::memory_order_release);
  bindings[vector].context.store(nullptr, std::memory_order_release);
}

void IrqController::Mask(uint32_t vector) { SetPriority(vector, 0); }

void IrqController::Unmask(uint32_t vector) { SetPriority(vector, 1); }

void HandleExternalInterrupt() {
  auto* const context = const_cast<volatile uint32_t*>(ThisRiscvHart().plic_context);
  // Another hart may have claimed it, or it went away: 0.
  while (const uint32_t vector = context[kClaim]) {
    const Binding& binding = bindings[vector < kMaxVectors ? vector : 0];
    if (const IrqHandler handler = binding.handler.load(std::memory_order_acquire)) {
      handler(binding.context.load(std::memory_order_relaxed), vector);
    } else {
      SetPriority(vector, 0);
    }
    context[kClaim] = vector;  // Complete. Masked meanwhile or not, the enable bit is set.
  }
}

}  // namespace sirocco::arch
