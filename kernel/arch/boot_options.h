// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace sirocco::arch {

/// The boot command line, words separated by blanks; empty if there is none. Lives as long as the
/// kernel. kernel/init/options.h reads it.
std::string_view CommandLine();

}  // namespace sirocco::arch
