// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/init/userboot.h"

#include <zircon/processargs.h>
#include <zircon/rights.h>

#include <string_view>
#include <utility>

#include "kernel/arch/boot_options.h"
#include "kernel/arch/page_table.h"
#include "kernel/base/kassert.h"
#include "kernel/init/boot_vmos.h"
#include "kernel/init/bootstrap_message.h"
#include "kernel/mm/address_space.h"
#include "kernel/objects/channel.h"
#include "kernel/objects/resource.h"
#include "kernel/objects/thread.h"
#include "kernel/objects/vmar.h"
#include "kernel/objects/vmo.h"
#include "userspace/userboot/userboot_image.h"
#include "vdso/vdso_image.h"

namespace sirocco::init {
namespace {

using mm::AddressSpace;
using mm::MapRequest;
using mm::Place;
using mm::Region;
using mm::VmoStorage;

constexpr uint32_t kReadWrite = arch::kPageRead | arch::kPageWrite;
constexpr uint32_t kReadExecute = arch::kPageRead | arch::kPageExecute;
constexpr uint32_t kAll = kReadWrite | arch::kPageExecute;

// All of ZX_RSRC_SYSTEM_*: userboot opens the debug log with it, which is one of the last.
constexpr uint64_t kSystemServices = ZX_RSRC_SYSTEM_COUNT;

Handle HandleTo(RefPtr<KernelObject> object, zx_rights_t rights, Side side = Side::kFirst) {
  PANIC_UNLESS(object != nullptr);  // Also tells g++, which warns of the other case.
  return Handle(std::move(object), side, rights);
}

// --- Memory of the first process ---

/// A free place for several mappings that belong together.
Result<RefPtr<Region>> Reserve(AddressSpace& space, uint64_t size) {
  const RefPtr<Region> root = space.root();
  return space.Allocate(*root, Place{Place::Mode::kAnywhere, 0, size}, kAll, true);
}

zx_status_t MapAt(AddressSpace& space, Region& region, uint64_t offset, RefPtr<VmoStorage> vmo,
                  uint64_t vmo_offset, uint64_t size, uint32_t permissions) {
  const Place place{Place::Mode::kAt, offset, size};
  return space.Map(region, MapRequest(place, std::move(vmo), vmo_offset, permissions, permissions))
      .status();
}

/// Code, then zeros for stack and variables. Returns where the image starts.
Result<VirtAddr> MapImage(AddressSpace& space) {
  TRY(RefPtr<VmoStorage> code, MakeUserbootCode());
  TRY(RefPtr<VmoStorage> zeros, VmoStorage::CreatePaged(kUserbootZerosSize));
  TRY(RefPtr<Region> region, Reserve(space, kUserbootCodeSize + kUserbootZerosSize));
  TRY_STATUS(MapAt(space, *region, 0, std::move(code), 0, kUserbootCodeSize, kReadExecute));
  TRY_STATUS(MapAt(space, *region, kUserbootCodeSize, std::move(zeros), 0, kUserbootZerosSize,
                   kReadWrite));
  return VirtAddr{region->base()};
}

zx_status_t MapVdso(AddressSpace& space, const RefPtr<VmoStorage>& vdso) {
  TRY(RefPtr<Region> region, Reserve(space, VDSO_IMAGE_SIZE));
  TRY_STATUS(MapAt(space, *region, 0, vdso, 0, VDSO_TEXT_OFFSET, arch::kPageRead));
  return MapAt(space, *region, VDSO_TEXT_OFFSET, vdso, VDSO_TEXT_OFFSET, VDSO_TEXT_SIZE,
               kReadExecute);
}

// --- What it is given ---

zx_status_t AddResource(BootstrapMessage& message, uint32_t info, zx_rsrc_kind_t kind,
                        uint64_t size, std::string_view name) {
  TRY(RefPtr<Resource> resource, Resource::CreateRoot(kind, size, name));
  message.Add(PA_HND(info, 0), HandleTo(std::move(resource), ZX_DEFAULT_RESOURCE_RIGHTS));
  return ZX_OK;
}

zx_status_t AddVmo(BootstrapMessage& message, uint32_t info, RefPtr<VmoStorage> storage,
                   zx_rights_t rights, std::string_view name) {
  TRY(RefPtr<Vmo> vmo, Vmo::Create(std::move(storage)));
  TRY_STATUS(vmo->SetName(name));
  message.Add(PA_HND(info, 0), HandleTo(std::move(vmo), rights));
  return ZX_OK;
}

constexpr zx_rights_t kReadOnlyVmo =
    ZX_RIGHTS_BASIC | ZX_RIGHT_READ | ZX_RIGHT_MAP | ZX_RIGHT_GET_PROPERTY;

zx_status_t AddMemory(BootstrapMessage& message, RefPtr<VmoStorage> vdso) {
  TRY_STATUS(
      AddVmo(message, PA_VMO_VDSO, std::move(vdso), kReadOnlyVmo | ZX_RIGHT_EXECUTE, "vdso"));
  TRY(RefPtr<VmoStorage> archive, MakeBootArchive());
  // Programs are run from parts of it.
  TRY_STATUS(AddVmo(message, PA_VMO_BOOTDATA, std::move(archive), kReadOnlyVmo | ZX_RIGHT_EXECUTE,
                    "boot archive"));
  TRY(RefPtr<VmoStorage> tree, MakeDeviceTree());
  return AddVmo(message, PA_USER0, std::move(tree), kReadOnlyVmo, "device tree");
}

zx_status_t AddResources(BootstrapMessage& message) {
  TRY_STATUS(AddResource(message, PA_MMIO_RESOURCE, ZX_RSRC_KIND_MMIO, uint64_t{1} << 56, "mmio"));
  TRY_STATUS(AddResource(message, PA_IRQ_RESOURCE, ZX_RSRC_KIND_IRQ, UINT32_MAX, "irq"));
  return AddResource(message, PA_SYSTEM_RESOURCE, ZX_RSRC_KIND_SYSTEM, kSystemServices, "system");
}

/// Queues the message on a new channel; returns the end that userboot reads it from. The kernel's
/// own end is closed: nobody answers.
Result<Handle> Post(BootstrapMessage& message) {
  TRY(RefPtr<Channel> channel, Channel::Create());
  const Handle ours = HandleTo(channel, ZX_DEFAULT_CHANNEL_RIGHTS);
  Handle theirs = HandleTo(channel, ZX_DEFAULT_CHANNEL_RIGHTS, Side::kSecond);
  TRY(MessagePtr bytes, message.Make(arch::CommandLine()));
  TRY_STATUS(channel->Write(Side::kFirst, std::move(bytes)));
  return theirs;
}

zx_status_t Start(Process& process, Thread& thread, VirtAddr image, Handle channel) {
  TRY(HandleReservation slot, process.handles().Reserve(1));
  TRY_STATUS(process.BeginStart());
  const zx_handle_t value = slot.Install(std::move(channel));
  const zx_status_t status =
      thread.Start(image, image + kUserbootStackTop, value, process.space().vdso_base());
  process.EndStart(status);
  return status;
}

}  // namespace

Result<System> StartUserboot() {
  TRY(RefPtr<Job> job, Job::CreateRoot());
  TRY(RefPtr<Process> process, Process::Create(job, "userboot"));
  TRY(RefPtr<Thread> thread, Thread::Create(process, "main"));
  AddressSpace& space = process->space();
  TRY(RefPtr<VmoStorage> vdso, MakeVdso());
  TRY(VirtAddr image, MapImage(space));
  TRY_STATUS(MapVdso(space, vdso));

  BootstrapMessage message;
  message.Add(PA_HND(PA_PROC_SELF, 0), HandleTo(process, ZX_DEFAULT_PROCESS_RIGHTS));
  message.Add(PA_HND(PA_THREAD_SELF, 0), HandleTo(thread, ZX_DEFAULT_THREAD_RIGHTS));
  message.Add(PA_HND(PA_JOB_DEFAULT, 0), HandleTo(job, ZX_DEFAULT_JOB_RIGHTS));
  TRY(RefPtr<Vmar> vmar, Vmar::Create(WrapRef(&space), space.root()));
  message.Add(PA_HND(PA_VMAR_ROOT, 0), HandleTo(std::move(vmar), Vmar::kRootRights));
  TRY_STATUS(AddMemory(message, std::move(vdso)));
  TRY_STATUS(AddResources(message));
  TRY(Handle channel, Post(message));
  TRY_STATUS(Start(*process, *thread, image, std::move(channel)));
  return System(std::move(job), std::move(process));
}

}  // namespace sirocco::init
