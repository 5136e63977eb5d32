// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

namespace sirocco::libc {

/// Opens descriptors 0 to 2 on what the bootstrap message brought under PA_FD: a channel of the
/// stream protocol or a debuglog. Without either, output goes to a debuglog if one can be made.
/// Context: once, before the program runs.
void OpenStandardStreams();

}  // namespace sirocco::libc
