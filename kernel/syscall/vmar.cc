// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/vmar.h"

#include <zircon/errors.h>
#include <zircon/rights.h>

#include <utility>

#include "kernel/objects/vmo.h"
#include "kernel/syscall/create.h"
#include "kernel/syscall/handlers.h"

namespace sirocco {

using mm::AddressSpace;
using mm::MapRequest;
using mm::Place;
using mm::Region;
using mm::VmoStorage;

namespace {

constexpr zx_vm_option_t kPermissionBits = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE | ZX_VM_PERM_EXECUTE;
constexpr zx_vm_option_t kCanMapBits =
    ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_EXECUTE;
constexpr zx_vm_option_t kAlignmentBits = ~zx_vm_option_t{0} << ZX_VM_ALIGN_BASE;
constexpr zx_vm_option_t kPlaceBits =
    ZX_VM_COMPACT | ZX_VM_SPECIFIC | ZX_VM_OFFSET_IS_UPPER_LIMIT | kAlignmentBits;

// A shift makes arch's bits of the options', and of the rights.
constexpr uint32_t kCanMapShift = 7;
constexpr uint32_t kRightShift = 2;
static_assert(ZX_VM_PERM_READ == arch::kPageRead && ZX_VM_PERM_WRITE == arch::kPageWrite &&
              ZX_VM_PERM_EXECUTE == arch::kPageExecute);
static_assert(ZX_VM_CAN_MAP_READ >> kCanMapShift == arch::kPageRead &&
              ZX_VM_CAN_MAP_EXECUTE >> kCanMapShift == arch::kPageExecute);
static_assert(ZX_RIGHT_READ >> kRightShift == arch::kPageRead &&
              ZX_RIGHT_WRITE >> kRightShift == arch::kPageWrite &&
              ZX_RIGHT_EXECUTE >> kRightShift == arch::kPageExecute);

constexpr uint32_t PermissionsOf(zx_rights_t rights) { return rights >> kRightShift & 7; }

// Hardware here has execute-only pages, so that a caller who can do without may ask for one.
bool IsPermissible(zx_vm_option_t options) {
  const zx_vm_option_t needs_read = (options & ZX_VM_PERM_READ_IF_XOM_UNSUPPORTED) != 0
                                        ? ZX_VM_PERM_WRITE
                                        : ZX_VM_PERM_WRITE | ZX_VM_PERM_EXECUTE;
  return (options & ZX_VM_PERM_READ) != 0 || (options & needs_read) == 0;
}

/// What zx_vmar_allocate and zx_vmar_map have in common.
Result<Place> ParsePlace(const Region& region, zx_vm_option_t options, uint64_t offset,
                         uint64_t size) {
  const bool is_over = (options & ZX_VM_SPECIFIC_OVERWRITE) != 0;
  const bool is_fixed = is_over || (options & ZX_VM_SPECIFIC) != 0;
  const bool is_below = (options & ZX_VM_OFFSET_IS_UPPER_LIMIT) != 0;
  const uint32_t alignment = options >> ZX_VM_ALIGN_BASE;
  if (alignment != 0 && (alignment < 10 || alignment > 32)) return Error{ZX_ERR_INVALID_ARGS};
  if (is_fixed && is_below) return Error{ZX_ERR_INVALID_ARGS};
  if (!is_fixed && !is_below && offset != 0) return Error{ZX_ERR_INVALID_ARGS};
  if (!IsPageAligned(offset) || size == 0) return Error{ZX_ERR_INVALID_ARGS};
  if ((is_fixed || is_below) && !region.can_place()) return Error{ZX_ERR_ACCESS_DENIED};
  Place place;
  place.mode = is_over    ? Place::Mode::kOver
               : is_fixed ? Place::Mode::kAt
               : is_below ? Place::Mode::kBelow
                          : Place::Mode::kAnywhere;
  place.offset = offset;
  place.size = size;
  place.alignment_shift = alignment > kPageShift ? alignment : kPageShift;
  return place;
}

}  // namespace

zx_status_t sys_vmar_allocate(SyscallContext& ctx, Found<Vmar> parent_vmar, zx_vm_option_t options,
                              size_t offset, size_t size, UserOut<zx_handle_t> child_vmar,
                              UserOut<zx_vaddr_t> child_addr) {
  constexpr zx_vm_option_t kAllowed = kPlaceBits | kCanMapBits | ZX_VM_CAN_MAP_SPECIFIC;
  if ((options & ~kAllowed) != 0 || !IsPageAligned(size)) return ZX_ERR_INVALID_ARGS;
  Region& parent = parent_vmar.object.region();
  TRY(const Place place, ParsePlace(parent, options, offset, size));
  const uint32_t can_map = (options & kCanMapBits) >> kCanMapShift;
  if ((can_map & ~(PermissionsOf(parent_vmar.rights) & parent.can_map())) != 0) {
    return ZX_ERR_ACCESS_DENIED;
  }
  TRY(const Held<zx_handle_t> held_child, ctx.Hold(child_vmar));
  TRY(const Held<zx_vaddr_t> held_address, ctx.Hold(child_addr));
  TRY(HandleReservation slot, ctx.handles().Reserve(1));
  TRY(RefPtr<Vmar> vmar,
      Vmar::Allocate(parent_vmar.object, place, can_map, (options & ZX_VM_CAN_MAP_SPECIFIC) != 0));
  const VirtAddr base = vmar->region().base();
  held_child.Store(slot.Install(
      Handle(std::move(vmar), Side::kFirst, ZX_DEFAULT_VMAR_RIGHTS | can_map << kRightShift)));
  held_address.Store(base);
  return ZX_OK;
}

// --- Map. ---

namespace {

constexpr zx_vm_option_t kMapBits = kPlaceBits | kPermissionBits | ZX_VM_SPECIFIC_OVERWRITE |
                                    ZX_VM_MAP_RANGE | ZX_VM_REQUIRE_NON_RESIZABLE |
                                    ZX_VM_ALLOW_FAULTS | ZX_VM_PERM_READ_IF_XOM_UNSUPPORTED;

zx_status_t CheckVmo(const VmoStorage& vmo, zx_vm_option_t options, uint64_t offset,
                     uint64_t size) {
  uint64_t end = 0;
  if (AddOverflow(offset, size, &end)) return ZX_ERR_OUT_OF_RANGE;
  if ((options & ZX_VM_REQUIRE_NON_RESIZABLE) != 0 && vmo.is_resizable()) {
    return ZX_ERR_NOT_SUPPORTED;
  }
  if ((options & ZX_VM_ALLOW_FAULTS) != 0) return ZX_OK;
  if (vmo.is_resizable() || vmo.is_discardable()) return ZX_ERR_NOT_SUPPORTED;
  return end > vmo.size() ? ZX_ERR_BUFFER_TOO_SMALL : ZX_OK;
}

Result<MapRequest> ParseMap(const Found<Vmar>& vmar, zx_vm_option_t options, uint64_t vmar_offset,
                            const Found<Vmo>& vmo, uint64_t vmo_offset, uint64_t len) {
  if ((options & ~kMapBits) != 0 || !IsPermissible(options)) return Error{ZX_ERR_INVALID_ARGS};
  const bool is_over = (options & ZX_VM_SPECIFIC_OVERWRITE) != 0;
  if (is_over && (options & ZX_VM_MAP_RANGE) != 0) return Error{ZX_ERR_INVALID_ARGS};
  uint64_t size = 0;
  if (RoundUpOverflow<uint64_t>(len, kPageSize, &size)) return Error{ZX_ERR_INVALID_ARGS};
  if (!IsPageAligned(vmo_offset)) return Error{ZX_ERR_INVALID_ARGS};
  TRY(const Place place, ParsePlace(vmar.object.region(), options, vmar_offset, size));
  const uint32_t allowed = PermissionsOf(vmar.rights & vmo.rights) & vmar.object.region().can_map();
  const uint32_t permissions = options & kPermissionBits;
  if ((permissions & ~allowed) != 0) return Error{ZX_ERR_ACCESS_DENIED};
  TRY_STATUS(CheckVmo(vmo.object.storage(), options, vmo_offset, size));
  return MapRequest(place, vmo.object.storage_ref(), vmo_offset, permissions, allowed);
}

// The whole call when nothing has to be waited for.
zx_status_t MapAndStore(SyscallContext& ctx, Vmar& vmar, const MapRequest& request,
                        UserOut<zx_vaddr_t> out, VirtAddr* address) {
  TRY(const Held<zx_vaddr_t> held, ctx.Hold(out));
  TRY(*address, vmar.space().Map(vmar.region(), request));
  held.Store(*address);
  return ZX_OK;
}

zx_status_t StoreAddress(SyscallContext& ctx, VirtAddr address, UserOut<zx_vaddr_t> out) {
  TRY(const Held<zx_vaddr_t> held, ctx.Hold(out));
  held.Store(address);
  return ZX_OK;
}

Task<zx_status_t> MapOver(SyscallContext& ctx, RefPtr<Vmar> vmar, MapRequest request,
                          UserOut<zx_vaddr_t> out) {
  // Before anything changes: a bad pointer is no reason to lose the old mappings.
  auto status = co_await ctx.PrepareOut(out);
  if (status != ZX_OK) co_return status;
  const uint64_t size = request.place.size;
  auto mapped = co_await vmar->space().MapOver(vmar->region_ref(), std::move(request));
  if (!mapped.ok()) co_return mapped.status();
  const VirtAddr address = mapped.value();
  status = co_await ctx.PrepareOut(out);
  if (status == ZX_OK) status = StoreAddress(ctx, address, out);
  if (status == ZX_OK) co_return status;
  // The pointer went bad meanwhile, perhaps by this very call.
  auto undone = co_await vmar->space().Unmap(vmar->region_ref(), address, size,
                                             AddressSpace::Reach::kMappings);
  static_cast<void>(undone);
  co_return status;
}

Task<zx_status_t> MapPresent(SyscallContext&, RefPtr<Vmar> vmar, VirtAddr address, uint64_t size) {
  auto status = co_await vmar->space().MapPresentPages(vmar->region_ref(), address, size);
  co_return status;
}

}  // namespace

uint64_t sys_vmar_map(SyscallContext& ctx, Found<Vmar> handle, zx_vm_option_t options,
                      size_t vmar_offset, Found<Vmo> vmo, uint64_t vmo_offset, size_t len,
                      UserOut<zx_vaddr_t> mapped_addr) {
  Result<MapRequest> request = ParseMap(handle, options, vmar_offset, vmo, vmo_offset, len);
  if (!request.ok()) return SyscallContext::ToResult(request.status());
  const bool is_over = request->place.mode == Place::Mode::kOver;
  const bool is_present = (options & ZX_VM_MAP_RANGE) != 0;
  RefPtr<Vmar> vmar;  // Of a call that goes on as a coroutine.
  if (is_over || is_present) {
    Result<RefPtr<Vmar>> kept = TakeRef(handle.object);
    if (!kept.ok()) return SyscallContext::ToResult(kept.status());
    vmar = std::move(kept).value();
  }
  if (is_over) {
    return ctx.StartCall(MapOver(ctx, std::move(vmar), std::move(request).value(), mapped_addr));
  }
  VirtAddr address = 0;
  const zx_status_t status =
      MapAndStore(ctx, handle.object, request.value(), mapped_addr, &address);
  if (status != ZX_OK || !is_present) return SyscallContext::ToResult(status);
  return ctx.StartCall(MapPresent(ctx, std::move(vmar), address, request->place.size));
}

// --- Changes. ---

namespace {

AddressSpace::Reach ReachOf(zx_rights_t rights) {
  return (rights & ZX_RIGHT_OP_CHILDREN) != 0 ? AddressSpace::Reach::kWithRegions
                                              : AddressSpace::Reach::kMappings;
}

}  // namespace

Task<zx_status_t> sys_vmar_unmap(SyscallContext&, HandleRef<Vmar> handle, zx_vaddr_t addr,
                                 size_t len) {
  auto status =
      co_await handle->space().Unmap(handle->region_ref(), addr, len, ReachOf(handle.rights()));
  co_return status;
}

Task<zx_status_t> sys_vmar_protect(SyscallContext&, HandleRef<Vmar> handle, zx_vm_option_t options,
                                   zx_vaddr_t addr, size_t len) {
  constexpr zx_vm_option_t kAllowed = kPermissionBits | ZX_VM_PERM_READ_IF_XOM_UNSUPPORTED;
  if ((options & ~kAllowed) != 0 || !IsPermissible(options)) co_return ZX_ERR_INVALID_ARGS;
  const uint32_t permissions = options & kPermissionBits;
  if ((permissions & ~PermissionsOf(handle.rights())) != 0) co_return ZX_ERR_ACCESS_DENIED;
  auto status = co_await handle->space().Protect(handle->region_ref(), addr, len, permissions,
                                                 ReachOf(handle.rights()));
  co_return status;
}

Task<zx_status_t> sys_vmar_destroy(SyscallContext&, HandleRef<Vmar> handle) {
  auto status = co_await handle->space().DestroyRegion(handle->region_ref());
  co_return status;
}

}  // namespace sirocco
