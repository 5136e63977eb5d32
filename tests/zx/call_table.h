// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstdint>
#include <span>
#include <vector>

#include "tests/zx/scenario.h"

// The call table as tests iterate over it: made of vdso/syscalls.toml.

namespace sirocco::zx {

enum ArgumentFlags : uint32_t {
  kRequired = 0,
  kOptional = 1,  // May be 0.
  kConsumed = 2,  // The handle, or the handles that are named there, go even if the call fails.
  kUnused = 0,    // What the kernel does with the memory of a pointer.
  kRead = 4,
  kWrite = 8,
  kReadWrite = 12,
  kAligned = 16,
};

/// What the kernel checks of an argument.
struct Argument {
  enum class Kind : uint8_t { kWord, kHandle, kObject, kOptions, kPointer };
  Kind kind = Kind::kWord;
  uint32_t flags = 0;
  zx_obj_type_t type = ZX_OBJ_TYPE_NONE;  // Of an object; NONE: any.
  uint32_t bits = 0;                      // The rights that are needed, the options there are.
  zx_status_t refused = ZX_OK;            // For bad options, and for memory that is not there.
  zx_status_t forbidden = ZX_OK;          // For memory that is not for this.
};

struct Call {
  const char* name;
  uint32_t number;
  Scenario (*scenario)(Stage& stage);
  std::vector<zx_status_t> errors;  // What it may give.
  std::vector<Argument> arguments;  // Empty of a call that does not come back.

  bool Declares(zx_status_t error) const;
};

std::span<const Call> AllCalls();

/// Makes the call as a program does. Context: a program.
zx_status_t Invoke(const Call& call, const Scenario& scenario);

}  // namespace sirocco::zx
