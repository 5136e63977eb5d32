// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/object_type.h"

#include <array>

namespace sirocco {

namespace {

constexpr zx_signals_t kUser = ZX_USER_SIGNAL_ALL;

constexpr std::array<ObjectType, ZX_OBJ_TYPE_UPPER_BOUND + 1> MakeTypes() {
  std::array<ObjectType, ZX_OBJ_TYPE_UPPER_BOUND + 1> types{};
  types[ZX_OBJ_TYPE_PROCESS] = {"process", ZX_DEFAULT_PROCESS_RIGHTS, kUser, true, false};
  types[ZX_OBJ_TYPE_THREAD] = {"thread", ZX_DEFAULT_THREAD_RIGHTS, kUser, true, false};
  types[ZX_OBJ_TYPE_VMO] = {"vmo", ZX_DEFAULT_VMO_RIGHTS, kUser, true, false};
  types[ZX_OBJ_TYPE_CHANNEL] = {"channel", ZX_DEFAULT_CHANNEL_RIGHTS, kUser, true, true};
  types[ZX_OBJ_TYPE_EVENT] = {"event", ZX_DEFAULT_EVENT_RIGHTS, kUser | ZX_EVENT_SIGNALED, true,
                              false};
  types[ZX_OBJ_TYPE_PORT] = {"port", ZX_DEFAULT_PORT_RIGHTS, 0, false, false};
  types[ZX_OBJ_TYPE_INTERRUPT] = {"interrupt", ZX_DEFAULT_INTERRUPT_RIGHTS, 0, false, false};
  types[ZX_OBJ_TYPE_DEBUGLOG] = {"debuglog", ZX_DEFAULT_DEBUGLOG_RIGHTS, kUser, true, false};
  types[ZX_OBJ_TYPE_RESOURCE] = {"resource", ZX_DEFAULT_RESOURCE_RIGHTS, 0, false, false};
  types[ZX_OBJ_TYPE_EVENTPAIR] = {"eventpair", ZX_DEFAULT_EVENTPAIR_RIGHTS,
                                  kUser | ZX_EVENTPAIR_SIGNALED, true, true};
  types[ZX_OBJ_TYPE_JOB] = {"job", ZX_DEFAULT_JOB_RIGHTS, kUser, true, false};
  types[ZX_OBJ_TYPE_VMAR] = {"vmar", ZX_DEFAULT_VMAR_RIGHTS, 0, false, false};
  types[ZX_OBJ_TYPE_TIMER] = {"timer", ZX_DEFAULT_TIMER_RIGHTS, kUser, true, false};
  for (zx_obj_type_t type = 0; type < ZX_OBJ_TYPE_UPPER_BOUND; ++type) types[type].type = type;
  return types;
}

}  // namespace

constexpr std::array<ObjectType, ZX_OBJ_TYPE_UPPER_BOUND + 1> kObjectTypes = MakeTypes();

}  // namespace sirocco
