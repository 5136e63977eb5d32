// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace sirocco::libc {

/// The contents of a file below /boot, which is the boot archive if the process was given it
/// (VMO_BOOTFS or VMO_BOOTDATA). Stays mapped. False if there is no such file.
/// Context: any thread.
bool FindBootFile(std::string_view path, std::span<const std::byte>& contents);

}  // namespace sirocco::libc
