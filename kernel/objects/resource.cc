// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/resource.h"

#include <new>

#include "kernel/base/units.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco {

namespace {

// Exclusive resources, by nobody's order. Made seldom, looked at only when another is made.
struct Claims {
  SpinLock<LockRank::kObject> lock;
  List<Resource> list GUARDED_BY(lock);
};

constinit Claims claims;

bool IsKnownKind(zx_rsrc_kind_t kind) {
  // I/O ports and secure-monitor calls are other architectures'.
  return kind == ZX_RSRC_KIND_MMIO || kind == ZX_RSRC_KIND_IRQ || kind == ZX_RSRC_KIND_SYSTEM;
}

}  // namespace

Resource::Resource(zx_rsrc_kind_t kind, zx_rsrc_flags_t flags, uint64_t base, uint64_t size,
                   Level level, std::string_view name)
    : KernelObject(kType), kind_(kind), flags_(flags), base_(base), size_(size), level_(level) {
  name_.Set(name);
}

Resource::~Resource() {
  if (!is_exclusive()) return;
  Guard guard(claims.lock);
  claims.list.Remove(*this);
}

Result<RefPtr<Resource>> Resource::CreateRoot(zx_rsrc_kind_t kind, uint64_t size,
                                              std::string_view name) {
  RefPtr<Resource> resource =
      AdoptRef(new (std::nothrow) Resource(kind, 0, 0, size, Level::kRoot, name));
  if (!resource) return Error(ZX_ERR_NO_MEMORY);
  return resource;
}

Result<RefPtr<Resource>> Resource::Create(const Resource& parent, zx_rsrc_kind_t kind,
                                          zx_rsrc_flags_t flags, uint64_t base, uint64_t size,
                                          std::string_view name) {
  if (!IsKnownKind(kind) || (flags & ~ZX_RSRC_FLAGS_MASK) != 0) return Error(ZX_ERR_INVALID_ARGS);
  if (!parent.Covers(kind, base, size)) return Error(ZX_ERR_ACCESS_DENIED);
  const bool is_exclusive = (flags & ZX_RSRC_FLAG_EXCLUSIVE) != 0;
  if (is_exclusive && parent.level_ != Level::kRoot) return Error(ZX_ERR_INVALID_ARGS);
  RefPtr<Resource> resource =
      AdoptRef(new (std::nothrow) Resource(kind, flags, base, size, Level::kPart, name));
  if (!resource) return Error(ZX_ERR_NO_MEMORY);
  if (is_exclusive && !resource->Claim()) return Error(ZX_ERR_NOT_FOUND);
  return resource;
}

bool Resource::Claim() {
  Guard guard(claims.lock);
  for (const Resource& other : claims.list) {
    if (Overlaps(other)) return false;
  }
  claims.list.PushBack(*this);
  return true;
}

bool Resource::Overlaps(const Resource& other) const {
  if (kind_ != other.kind_ || size_ == 0 || other.size_ == 0) return false;
  return base_ < other.base_ + other.size_ && other.base_ < base_ + size_;
}

bool Resource::Covers(zx_rsrc_kind_t kind, uint64_t base, uint64_t size) const {
  return kind == kind_ && base >= base_ && RangeFits(base - base_, size, size_);
}

zx_info_resource_t Resource::GetInfo() const {
  zx_info_resource_t info = {};
  info.kind = kind_;
  info.flags = flags_;
  info.base = base_;
  info.size = size_;
  name_.CopyTo(info.name);
  return info;
}

}  // namespace sirocco
