// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <string_view>

#include "kernel/base/ref_ptr.h"
#include "kernel/base/result.h"
#include "kernel/mm/vmo_storage.h"
#include "kernel/objects/kernel_object.h"
#include "kernel/objects/object_name.h"
#include "kernel/sync/annotations.h"

namespace sirocco {

/// What handles to memory lead to. The memory itself is shared with the mappings, which may outlive
/// the last handle.
class Vmo final : public KernelObject {
 public:
  static constexpr zx_obj_type_t kType = ZX_OBJ_TYPE_VMO;

  /// **Errors** ZX_ERR_NO_MEMORY.
  static Result<RefPtr<Vmo>> Create(RefPtr<mm::VmoStorage> storage);

  mm::VmoStorage& storage() const { return *storage_; }
  const RefPtr<mm::VmoStorage>& storage_ref() const { return storage_; }

  zx_status_t GetName(char (&name)[ZX_MAX_NAME_LEN]) const override EXCLUDES(lock_);
  zx_status_t SetName(std::string_view name) override EXCLUDES(lock_);

 private:
  explicit Vmo(RefPtr<mm::VmoStorage> storage)
      : KernelObject(kType, ZX_VMO_ZERO_CHILDREN), storage_(std::move(storage)) {}

  const RefPtr<mm::VmoStorage> storage_;
  ObjectName name_ GUARDED_BY(lock_);
};

}  // namespace sirocco
