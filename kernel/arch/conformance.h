// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace sirocco::arch {

/// A claim about the contract that every back end keeps.
struct ConformanceCheck {
  const char* name;
  const char* (*run)();  // Null if it holds, else what does not.
};

/// All of them. They run on the host as tests and on the machine at boot (boot option
/// debug.check=arch), one source for both. Context: a hart whose executor is attached, nothing
/// armed.
std::span<const ConformanceCheck> ConformanceChecks();

}  // namespace sirocco::arch
