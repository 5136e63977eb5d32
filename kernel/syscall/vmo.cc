// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/vmo.h"

#include <zircon/errors.h>
#include <zircon/rights.h>

#include <algorithm>
#include <utility>

#include "kernel/arch/physical_memory.h"
#include "kernel/async/completion.h"
#include "kernel/mm/status.h"
#include "kernel/objects/resource.h"
#include "kernel/syscall/create.h"
#include "kernel/syscall/handlers.h"

namespace sirocco {

using mm::VmoStorage;

// --- Create. ---

zx_status_t sys_vmo_create(SyscallContext& ctx, uint64_t size, uint32_t options,
                           UserOut<zx_handle_t> out) {
  const bool is_resizable = (options & ZX_VMO_RESIZABLE) != 0;
  const bool is_unbounded = (options & ZX_VMO_UNBOUNDED) != 0;
  if (is_resizable && is_unbounded) return ZX_ERR_INVALID_ARGS;
  const auto sizing = is_resizable   ? VmoStorage::Sizing::kResizable
                      : is_unbounded ? VmoStorage::Sizing::kUnbounded
                                     : VmoStorage::Sizing::kFixed;
  const zx_rights_t rights = ZX_DEFAULT_VMO_RIGHTS | (is_resizable ? ZX_RIGHT_RESIZE : 0);
  return CreateHandle(ctx, out, rights, [&]() -> Result<RefPtr<Vmo>> {
    TRY(RefPtr<VmoStorage> storage, VmoStorage::CreatePaged(size, sizing));
    if ((options & ZX_VMO_DISCARDABLE) != 0) storage->MakeDiscardable();
    return Vmo::Create(std::move(storage));
  });
}

namespace {

// Memory is not a device: whoever has the resource still cannot map the kernel.
bool IsRam(PhysAddr base, uint64_t size_bytes) {
  return std::ranges::any_of(arch::Ram(), [base, size_bytes](const arch::PhysRange& bank) {
    return base < bank.end() && bank.base < base + size_bytes;
  });
}

}  // namespace

zx_status_t sys_vmo_create_physical(SyscallContext& ctx, Resource& resource, zx_paddr_t paddr,
                                    size_t size, UserOut<zx_handle_t> out) {
  uint64_t end = 0;
  const bool is_range = size != 0 && !AddOverflow<uint64_t>(paddr, size, &end);
  if (!is_range || !IsPageAligned(paddr | size)) return ZX_ERR_INVALID_ARGS;
  if (!resource.Covers(ZX_RSRC_KIND_MMIO, paddr, size)) return ZX_ERR_ACCESS_DENIED;
  if (IsRam(PhysAddr(paddr), size)) return ZX_ERR_ACCESS_DENIED;
  return CreateHandle(ctx, out, ZX_DEFAULT_VMO_RIGHTS, [&]() -> Result<RefPtr<Vmo>> {
    TRY(RefPtr<VmoStorage> storage, VmoStorage::CreatePhysical(PhysAddr(paddr), size));
    return Vmo::Create(std::move(storage));
  });
}

namespace {

zx_status_t CheckVmex(SyscallContext& ctx, HandleValue vmex) {
  // No job denies ambient executability yet: policies come with a later issue.
  if (vmex == ZX_HANDLE_INVALID) return ZX_OK;
  TRY(const Found<Resource> resource, ctx.handles().Get<Resource>(vmex, 0));
  return resource.object.CoversSystem(ZX_RSRC_SYSTEM_VMEX_BASE) ? ZX_OK : ZX_ERR_ACCESS_DENIED;
}

}  // namespace

zx_status_t sys_vmo_replace_as_executable(SyscallContext& ctx, HandleValue handle, HandleValue vmex,
                                          UserOut<zx_handle_t> out) {
  const auto held = ctx.Hold(out);
  if (held.status() == kStatusPageMissing) return kStatusPageMissing;
  const zx_status_t allowed = CheckVmex(ctx, vmex);
  // Gone whatever follows.
  TRY(Handle source, ctx.handles().Remove(handle));
  if (!held.ok()) return held.status();
  if (source.object()->type() != Vmo::kType) return ZX_ERR_BAD_HANDLE;
  TRY_STATUS(allowed);
  TRY(HandleReservation slot, ctx.handles().Reserve(1));
  source.set_rights(source.rights() | ZX_RIGHT_EXECUTE);
  held.value().Store(slot.Install(std::move(source)));
  return ZX_OK;
}

// --- Sizes and policy. ---

zx_status_t sys_vmo_get_size(SyscallContext& ctx, Vmo& handle, UserOut<uint64_t> size) {
  TRY(const Held<uint64_t> held, ctx.Hold(size));
  held.Store(handle.storage().size());
  return ZX_OK;
}

Task<zx_status_t> sys_vmo_set_size(SyscallContext&, HandleRef<Vmo> handle, uint64_t size) {
  auto status = co_await handle->storage().SetSize(size);
  co_return status;
}

zx_status_t sys_vmo_set_cache_policy(SyscallContext&, Vmo& handle, uint32_t cache_policy) {
  return handle.storage().SetCachePolicy(cache_policy);
}

// --- Read and write. ---

namespace {

// Why a buffer that is no argument of this kind is none.
zx_status_t BufferStatus(SyscallContext& ctx, uint64_t address, mm::Access access,
                         zx_status_t status) {
  if (status != ZX_ERR_INVALID_ARGS) return status;
  if (!mm::IsUserRange(address, 1)) return ZX_ERR_NOT_FOUND;
  const zx_status_t why = ctx.space().TryFault(address, access);
  return why == ZX_ERR_ACCESS_DENIED ? why : ZX_ERR_NOT_FOUND;
}

// Copies that stay inside a page of the buffer and one of the VMO, until `stop`; `*done` says how
// far it came. A page of the buffer that is missing leaves its piece undone.
zx_status_t ReadSome(SyscallContext& ctx, VmoStorage& vmo, uint64_t buffer, uint64_t offset,
                     size_t stop, size_t* done) {
  while (*done < stop) {
    TRY(const auto piece, vmo.ForRead(offset + *done));
    const size_t left_in_page = kPageSize - ((buffer + *done) & (kPageSize - 1));
    const size_t count = std::min({piece.size(), left_in_page, stop - *done});
    TRY(const HeldBytes held, ctx.HoldBytes(UserOut<void>(buffer + *done), count));
    held.CopyFrom(piece.first(count));
    *done += count;
  }
  return ZX_OK;
}

zx_status_t WriteSome(SyscallContext& ctx, VmoStorage& vmo, uint64_t buffer, uint64_t offset,
                      size_t stop, size_t* done) {
  while (*done < stop) {
    TRY(const auto piece, vmo.ForWrite(offset + *done));
    const size_t left_in_page = kPageSize - ((buffer + *done) & (kPageSize - 1));
    const size_t count = std::min({piece.size(), left_in_page, stop - *done});
    TRY_STATUS(ctx.CopyBytesIn(UserPtr<const void>(buffer + *done), piece.first(count)));
    *done += count;
  }
  return ZX_OK;
}

zx_status_t CheckRange(VmoStorage& vmo, uint64_t offset, size_t size) {
  if (!RangeFits(offset, size, vmo.size())) return ZX_ERR_OUT_OF_RANGE;
  if (vmo.cache_policy() != ZX_CACHE_POLICY_CACHED) return ZX_ERR_BAD_STATE;
  return vmo.kind() == VmoStorage::Kind::kPhysical ? ZX_ERR_NOT_SUPPORTED : ZX_OK;
}

using CopySome = zx_status_t (*)(SyscallContext&, VmoStorage&, uint64_t, uint64_t, size_t, size_t*);

Task<zx_status_t> Copy(SyscallContext& ctx, RefPtr<Vmo> vmo, uint64_t buffer, uint64_t offset,
                       size_t size, CopySome copy, mm::Access access) {
  auto status = CheckRange(vmo->storage(), offset, size);
  size_t done = 0;
  size_t stop = 0;
  while (status == ZX_OK && done < size) {
    // The same for each piece, however many of its pages had to be made.
    if (done == stop) stop = std::min(size, done + VmoStorage::kCopyAtOnce);
    status = copy(ctx, vmo->storage(), buffer, offset, stop, &done);
    if (status == kStatusPageMissing) {
      // The buffer's page, never read before: it continues where it stopped (U3).
      status = co_await ctx.space().Fault(buffer + done, access);
      if (status == ZX_ERR_OUT_OF_RANGE) status = ZX_ERR_NOT_FOUND;
      continue;
    }
    if (status != ZX_OK || done == size) break;
    async::YieldOp yield;
    co_await yield;
  }
  co_return BufferStatus(ctx, buffer + done, access, status);
}

}  // namespace

Task<zx_status_t> sys_vmo_read(SyscallContext& ctx, HandleRef<Vmo> handle, UserOut<void> buffer,
                               uint64_t offset, size_t buffer_size) {
  return Copy(ctx, handle.object(), buffer.address(), offset, buffer_size, &ReadSome,
              mm::Access::kWrite);
}

Task<zx_status_t> sys_vmo_write(SyscallContext& ctx, HandleRef<Vmo> handle,
                                UserPtr<const void> buffer, uint64_t offset, size_t buffer_size) {
  return Copy(ctx, handle.object(), buffer.address(), offset, buffer_size, &WriteSome,
              mm::Access::kRead);
}

// --- Ranges. ---

namespace {

// Which rights an operation asks for: one of them is enough. 0 of an unknown operation.
constexpr zx_rights_t kNoRight = ZX_RIGHT_SAME_RIGHTS;

zx_rights_t RightsFor(uint32_t op) {
  switch (op) {
    case ZX_VMO_OP_COMMIT:
    case ZX_VMO_OP_DECOMMIT:
    case ZX_VMO_OP_ZERO:
    case ZX_VMO_OP_CACHE_INVALIDATE:
      return ZX_RIGHT_WRITE;
    case ZX_VMO_OP_CACHE_SYNC:
    case ZX_VMO_OP_CACHE_CLEAN:
    case ZX_VMO_OP_CACHE_CLEAN_INVALIDATE:
    case ZX_VMO_OP_PREFETCH:
      return ZX_RIGHT_READ;
    case ZX_VMO_OP_LOCK:
    case ZX_VMO_OP_TRY_LOCK:
    case ZX_VMO_OP_UNLOCK:
      return ZX_RIGHT_READ | ZX_RIGHT_WRITE;
    case ZX_VMO_OP_DONT_NEED:
    case ZX_VMO_OP_ALWAYS_NEED:
      return kNoRight;
    default:
      return 0;
  }
}

zx_status_t CheckLock(const VmoStorage& vmo, uint64_t offset, uint64_t size) {
  if (!vmo.is_discardable()) return ZX_ERR_NOT_SUPPORTED;
  return offset == 0 && size == vmo.size() ? ZX_OK : ZX_ERR_OUT_OF_RANGE;
}

zx_status_t TryLock(VmoStorage& vmo, uint64_t offset, uint64_t size) {
  TRY_STATUS(CheckLock(vmo, offset, size));
  vmo.LockContents();
  return ZX_OK;
}

zx_status_t Unlock(VmoStorage& vmo, uint64_t offset, uint64_t size) {
  TRY_STATUS(CheckLock(vmo, offset, size));
  return vmo.UnlockContents();
}

bool IsCacheOp(uint32_t op) {
  return op == ZX_VMO_OP_CACHE_SYNC || op == ZX_VMO_OP_CACHE_CLEAN ||
         op == ZX_VMO_OP_CACHE_CLEAN_INVALIDATE;
}

// The operations that end at once.
zx_status_t SimpleOp(VmoStorage& vmo, uint32_t op, uint64_t offset, uint64_t size) {
  if (op == ZX_VMO_OP_TRY_LOCK) return TryLock(vmo, offset, size);
  if (op == ZX_VMO_OP_UNLOCK) return Unlock(vmo, offset, size);
  if (op == ZX_VMO_OP_CACHE_INVALIDATE) return ZX_ERR_NOT_SUPPORTED;
  if (IsCacheOp(op) && size == 0) return ZX_ERR_INVALID_ARGS;
  // Caches are coherent here, and hints are hints.
  return RangeFits(offset, size, vmo.size()) ? ZX_OK : ZX_ERR_OUT_OF_RANGE;
}

zx_status_t LockAndStore(SyscallContext& ctx, VmoStorage& vmo, UserOut<zx_vmo_lock_state_t> out) {
  TRY(const Held<zx_vmo_lock_state_t> held, ctx.Hold(out));
  vmo.LockContents();
  held.Store(zx_vmo_lock_state_t{0, vmo.size(), 0, 0});
  return ZX_OK;
}

Task<zx_status_t> LockOp(SyscallContext& ctx, RefPtr<Vmo> vmo, uint64_t offset, uint64_t size,
                         UserOut<void> buffer, size_t buffer_size) {
  const zx_status_t allowed = CheckLock(vmo->storage(), offset, size);
  if (allowed != ZX_OK) co_return allowed;
  if (buffer_size < sizeof(zx_vmo_lock_state_t)) co_return ZX_ERR_INVALID_ARGS;
  const UserOut<zx_vmo_lock_state_t> out(buffer.address());
  auto status = co_await ctx.PrepareOut(out);
  if (status != ZX_OK) co_return status;
  co_return LockAndStore(ctx, vmo->storage(), out);
}

}  // namespace

Task<zx_status_t> sys_vmo_op_range(SyscallContext& ctx, HandleRef<Vmo> handle, uint32_t op,
                                   uint64_t offset, uint64_t size, UserOut<void> buffer,
                                   size_t buffer_size) {
  const zx_rights_t needed = RightsFor(op);
  if (needed == 0) co_return ZX_ERR_INVALID_ARGS;
  if (needed != kNoRight && (handle.rights() & needed) == 0) co_return ZX_ERR_ACCESS_DENIED;
  VmoStorage& vmo = handle->storage();
  zx_status_t status = ZX_OK;
  switch (op) {
    case ZX_VMO_OP_COMMIT:
      status = co_await vmo.Commit(offset, size);
      break;
    case ZX_VMO_OP_DECOMMIT:
      status = co_await vmo.Decommit(offset, size);
      break;
    case ZX_VMO_OP_ZERO:
      status = co_await vmo.Zero(offset, size);
      break;
    case ZX_VMO_OP_LOCK:
      status = co_await LockOp(ctx, handle.object(), offset, size, buffer, buffer_size);
      break;
    default:
      status = SimpleOp(vmo, op, offset, size);
  }
  co_return status;
}

}  // namespace sirocco
