// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/rights.h>
#include <zircon/types.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace sirocco {

/// What all objects of a type have in common. Source: Zircon's reference of objects and signals.
struct ObjectType {
  const char* name = "";
  zx_rights_t default_rights = 0;
  zx_signals_t user_signals = 0;  // What zx_object_signal may change.
  bool is_waitable = false;       // Has signals at all.
  bool is_peered = false;         // Two ends, with a koid each.
  zx_obj_type_t type = ZX_OBJ_TYPE_NONE;
};

/// Of every type, and behind them that of an unknown one, which has no name and can do nothing.
extern const std::array<ObjectType, ZX_OBJ_TYPE_UPPER_BOUND + 1> kObjectTypes;

/// The entry of `type`.
inline const ObjectType& TypeInfo(zx_obj_type_t type) {
  return kObjectTypes[std::min(type, ZX_OBJ_TYPE_UPPER_BOUND)];
}

}  // namespace sirocco
