// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>
#include <zircon/rights.h>

#include <utility>

#include "kernel/base/ref_ptr.h"
#include "kernel/base/result.h"
#include "kernel/objects/handle_slot.h"
#include "kernel/objects/handle_table.h"

namespace sirocco {

/// An object as a coroutine call holds it: kept alive across suspensions, and with the handle it
/// was found through, to which its waits are bound.
template <typename T>
class HandleRef {
 public:
  HandleRef(RefPtr<T> object, HandleSlot slot, zx_rights_t rights)
      : object_(std::move(object)), slot_(slot), rights_(rights) {}

  T* operator->() const { return object_.get(); }
  T& operator*() const { return *object_; }
  const RefPtr<T>& object() const { return object_; }
  HandleSlot slot() const { return slot_; }
  Side side() const { return slot_.side(); }
  zx_rights_t rights() const { return rights_; }

 private:
  RefPtr<T> object_;
  HandleSlot slot_;
  zx_rights_t rights_;
};

/// A reference to what a plain call looked up. **Errors** ZX_ERR_BAD_HANDLE: its last handle went
/// meanwhile, and the object with it.
template <typename T>
Result<RefPtr<T>> TakeRef(T& object) {
  if (!object.TryAddRef()) return Error{ZX_ERR_BAD_HANDLE};
  return AdoptRef(&object);
}

/// The same for a coroutine that goes on where a plain call found nothing ready.
template <typename T>
Result<HandleRef<T>> Keep(const Found<T>& found) {
  TRY(RefPtr<T> object, TakeRef(found.object));
  return HandleRef<T>(std::move(object), found.slot, found.rights);
}

}  // namespace sirocco
