// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "tests/zx/call_table.h"

#include <sirocco/syscall_numbers.h>
#include <zircon/errors.h>
#include <zircon/rights.h>
#include <zircon/syscalls/log.h>
#include <zircon/syscalls/port.h>

#include <algorithm>

#include "kernel/arch/host/user_fiber.h"

namespace sirocco::zx {

namespace {

using enum Argument::Kind;

struct Row {
  uint32_t number;
  std::vector<Argument> arguments;
};

#define WORD \
  Argument {}
#define HANDLE(flags) \
  Argument { kHandle, flags }
#define OBJECT(flags, type, rights) \
  Argument { kObject, flags, type, rights }
#define OPTIONS(allowed, refused) \
  Argument { kOptions, 0, 0, allowed, refused }
#define POINTER(flags, unmapped, forbidden) \
  Argument { kPointer, flags, 0, 0, unmapped, forbidden }
#define SYSCALL(call, ...) Row{ZX_SYS_##call, {__VA_ARGS__}},
const std::vector<Row>& Rows() {
  static const std::vector<Row> rows = {
#include "vdso/invalid_arguments.inc"
  };
  return rows;
}
#undef SYSCALL
#undef POINTER
#undef OPTIONS
#undef OBJECT
#undef HANDLE
#undef WORD

std::vector<Argument> ArgumentsOf(uint32_t number) {
  const auto row = std::ranges::find(Rows(), number, &Row::number);
  return row == Rows().end() ? std::vector<Argument>() : row->arguments;
}

}  // namespace

bool Call::Declares(zx_status_t error) const {
  return std::ranges::find(errors, error) != errors.end();
}

std::span<const Call> AllCalls() {
#define SYSCALL_SCENARIO(call, ...) \
  Call{#call, ZX_SYS_##call, &Scenario_##call, {__VA_ARGS__}, ArgumentsOf(ZX_SYS_##call)},
  static const std::vector<Call> calls = {
#include "vdso/scenarios.inc"
  };
#undef SYSCALL_SCENARIO
  return calls;
}

zx_status_t Invoke(const Call& call, const Scenario& scenario) {
  if (scenario.invoke != nullptr) return scenario.invoke(scenario.arguments);
  return static_cast<zx_status_t>(arch::UserFiber::Call(call.number, scenario.arguments.data()));
}

}  // namespace sirocco::zx
