// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernel/base/ref_ptr.h"
#include "kernel/base/result.h"
#include "kernel/mm/vmo_storage.h"

namespace sirocco::init {

// What the image and the boot loader brought, as VMOs. **Errors** ZX_ERR_NO_MEMORY.

using Storage = Result<RefPtr<mm::VmoStorage>>;

/// The vDSO, a copy that knows this machine; its code can only be executed.
Storage MakeVdso();
/// The first process's program: the image's own pages.
Storage MakeUserbootCode();
/// ZX_ERR_NOT_FOUND: there is none.
Storage MakeBootArchive();
Storage MakeDeviceTree();

}  // namespace sirocco::init
