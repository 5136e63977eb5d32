// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/process_list.h"

#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <vector>

#include "userspace/lib/process/owned_handle.h"

namespace sirocco::shell {
namespace {

using process::OwnedHandle;

constexpr size_t kMaxChildren = 256;

OwnedHandle ChildOf(zx_handle_t parent, zx_koid_t koid) {
  OwnedHandle child;
  zx_object_get_child(parent, koid, ZX_RIGHT_SAME_RIGHTS, child.receive());
  return child;
}

std::vector<zx_koid_t> Koids(zx_handle_t job, uint32_t topic) {
  std::vector<zx_koid_t> koids(kMaxChildren);
  size_t actual = 0;
  if (zx_object_get_info(job, topic, koids.data(), koids.size() * sizeof(koids[0]), &actual,
                         nullptr) != ZX_OK) {
    actual = 0;
  }
  koids.resize(actual);
  return koids;
}

}  // namespace

bool ForEachProcess(zx_handle_t job, const std::function<bool(zx_handle_t, zx_koid_t)>& visit) {
  for (const zx_koid_t koid : Koids(job, ZX_INFO_JOB_PROCESSES)) {
    const OwnedHandle process = ChildOf(job, koid);
    if (process.is_valid() && !visit(process.get(), koid)) return false;
  }
  for (const zx_koid_t koid : Koids(job, ZX_INFO_JOB_CHILDREN)) {
    const OwnedHandle child = ChildOf(job, koid);
    if (child.is_valid() && !ForEachProcess(child.get(), visit)) return false;
  }
  return true;
}

}  // namespace sirocco::shell
