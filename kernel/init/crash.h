// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sirocco::init {

/// Brings the kernel down in the way `kind` names (boot option debug.crash), so that anybody can
/// see what each report looks like: panic, fault, jump, stack, spin, hang. Returns if it knows no
/// such way.
void Crash(std::string_view kind);

}  // namespace sirocco::init
