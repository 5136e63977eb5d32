// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/rights.h>
#include <zircon/types.h>

#include <cstdint>

namespace sirocco {

/// What all objects of a type have in common. Source: Zircon's reference of objects and signals.
struct ObjectType {
  const char* name = "";
  zx_rights_t default_rights = 0;
  zx_signals_t user_signals = 0;  // What zx_object_signal may change.
  bool is_waitable = false;       // Has signals at all.
  bool is_peered = false;         // Two ends, with a koid each.
};

/// The entry of `type`; an unknown one has no name and can do nothing.
const ObjectType& TypeInfo(zx_obj_type_t type);

}  // namespace sirocco
