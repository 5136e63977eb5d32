// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/object.h>

namespace zx {

/// A handle to an object of any type.
using handle = object<void>;
using unowned_handle = unowned<handle>;

}  // namespace zx
