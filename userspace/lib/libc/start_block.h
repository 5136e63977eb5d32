// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "userspace/lib/process/processargs.h"

namespace sirocco::libc {

/// An entry of the auxiliary vector, AT_*.
struct Auxiliary {
  uint64_t type;
  uint64_t value;
};

/// Words that WriteStartBlock() needs.
size_t StartBlockWords(const process::Message& message, size_t auxiliary_count);

/// Writes what a C library expects where a program starts: argc, argv, environment and auxiliary
/// vector, each but the first ended by zero. The strings stay where they are in the message.
void WriteStartBlock(const process::Message& message, std::span<const Auxiliary> auxiliary,
                     std::span<uintptr_t> words);

}  // namespace sirocco::libc
