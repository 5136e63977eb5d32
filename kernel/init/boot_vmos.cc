// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/init/boot_vmos.h"

#include <algorithm>
#include <cstring>
#include <span>

#include "kernel/arch/physical_memory.h"
#include "kernel/base/units.h"
#include "kernel/init/vdso_constants.h"
#include "userspace/userboot/userboot_image.h"
#include "vdso/vdso_image.h"

namespace sirocco::init {
namespace {

extern "C" const std::byte VdsoImageStart[VDSO_IMAGE_SIZE];

static_assert(VDSO_CONSTANTS_OFFSET + sizeof(zx_vdso_constants_t) <= VDSO_TEXT_OFFSET);

zx_status_t Fill(mm::VmoStorage& vmo, uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const size_t step = std::min(bytes.size(), mm::VmoStorage::kCopyAtOnce);
    TRY_STATUS(vmo.Write(offset, bytes.first(step)));
    offset += step;
    bytes = bytes.subspan(step);
  }
  return ZX_OK;
}

// Loaders put what they bring on pages of its own; the VMO has all of them.
Storage MakeWired(const arch::PhysRange& range) {
  const uint64_t start = RoundDown(range.base.value(), kPageSize);
  const uint64_t end = RoundUp(range.end().value(), kPageSize);
  TRY(RefPtr<mm::VmoStorage> vmo, mm::VmoStorage::CreateWired(PhysAddr(start), end - start));
  return vmo;
}

}  // namespace

Storage MakeVdso() {
  TRY(RefPtr<mm::VmoStorage> vmo, mm::VmoStorage::CreateContiguous(VDSO_IMAGE_SIZE));
  TRY_STATUS(Fill(*vmo, 0, VdsoImageStart));
  const zx_vdso_constants_t constants = MakeVdsoConstants();
  TRY_STATUS(Fill(*vmo, VDSO_CONSTANTS_OFFSET, std::as_bytes(std::span(&constants, 1))));
  vmo->MarkAsVdso(VDSO_TEXT_OFFSET, VDSO_TEXT_SIZE);
  return vmo;
}

Storage MakeUserbootCode() {
  return MakeWired({arch::VirtToPhys(kUserbootCode), kUserbootCodeSize});
}

Storage MakeBootArchive() {
  if (arch::BootArchive().size_bytes == 0) return Error{ZX_ERR_NOT_FOUND};
  return MakeWired(arch::BootArchive());
}

Storage MakeDeviceTree() { return MakeWired(arch::DeviceTreeBlob()); }

}  // namespace sirocco::init
