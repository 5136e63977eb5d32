// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "userspace/lib/process/owned_handle.h"

namespace sirocco::bench {

/// What this program was started with: the means to start others.
struct Surroundings {
  process::OwnedHandle vdso;
  process::OwnedHandle vmex;
  process::OwnedHandle statistics;  // May read ZX_INFO_KMEM_STATS.
};

const Surroundings& Environment();

/// A process of this same program in the role of a server; this is the client's end. The server
/// ends when it is closed.
process::OwnedHandle StartServer(std::string_view role);

}  // namespace sirocco::bench
