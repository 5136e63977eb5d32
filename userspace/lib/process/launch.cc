// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/process/launch.h"

#include <lib/zx/channel.h>
#include <lib/zx/handle.h>
#include <lib/zx/job.h>
#include <lib/zx/process.h>
#include <lib/zx/resource.h>
#include <lib/zx/thread.h>
#include <lib/zx/vmar.h>
#include <lib/zx/vmo.h>

#include <algorithm>
#include <array>

#include "userspace/lib/elf/elf.h"

namespace sirocco::process {
namespace {

constexpr zx_vm_option_t kReadOnly = ZX_VM_PERM_READ;
constexpr zx_vm_option_t kReadWrite = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;
constexpr zx_vm_option_t kReadExecute = ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE;

constexpr size_t kVdsoHead = 512;  // Enough for the ELF headers of the vDSO.

constexpr size_t kOwnHandles = 5;
constexpr size_t kMaxHandles = kOwnHandles + kMaxStartupHandles;
static_assert(kMaxHandles <= ZX_CHANNEL_MAX_MSG_HANDLES);

/// The handles of the bootstrap message. Those that it does not get are closed.
class MessageHandles {
 public:
  void Add(uint32_t info, zx::handle handle) {
    infos_[count_] = info;
    handles_[count_++] = std::move(handle);
  }

  std::span<const uint32_t> infos() const { return {infos_.data(), count_}; }

  zx_status_t Send(const zx::channel& channel, std::span<const std::byte> bytes) {
    std::array<zx_handle_t, kMaxHandles> values;
    for (size_t i = 0; i < count_; ++i) values[i] = handles_[i].release();
    return channel.write(0, bytes.data(), static_cast<uint32_t>(bytes.size()), values.data(),
                         static_cast<uint32_t>(count_));
  }

 private:
  size_t count_ = 0;
  std::array<uint32_t, kMaxHandles> infos_;
  std::array<zx::handle, kMaxHandles> handles_;
};

zx_status_t DropRights(zx::vmo& vmo, zx_rights_t lost) {
  zx_info_handle_basic_t info;
  const zx_status_t status =
      vmo.get_info(ZX_INFO_HANDLE_BASIC, &info, sizeof(info), nullptr, nullptr);
  return status == ZX_OK ? vmo.replace(info.rights & ~lost, &vmo) : status;
}

class Launcher {
 public:
  explicit Launcher(const Request& request) : request_(request) {}

  Outcome Run() {
    // First, so that they are closed whatever fails.
    if (!TakeStartupHandles()) return {ZX_ERR_OUT_OF_RANGE, "too many handles", {}};
    // Calls, not a table: userboot links this, and its image has no relocations.
    const bool is_started = Try("reading the program", &Launcher::PlanImage) &&
                            Try("making the process", &Launcher::CreateProcess) &&
                            Try("loading the program", &Launcher::LoadSegments) &&
                            Try("mapping the vDSO", &Launcher::MapVdso) &&
                            Try("making the stack", &Launcher::MapStack) &&
                            Try("sending the bootstrap message", &Launcher::SendMessage) &&
                            Try("starting the process", &Launcher::Start);
    if (!is_started) return {status_, step_, {}};
    return {ZX_OK, "", std::move(process_)};
  }

 private:
  bool Try(const char* step, zx_status_t (Launcher::*run)()) {
    step_ = step;
    status_ = (this->*run)();
    return status_ == ZX_OK;
  }

  bool TakeStartupHandles() {
    const bool fits = request_.handles.size() <= kMaxStartupHandles;
    for (const StartupHandle& startup : request_.handles) {
      zx::handle handle(startup.handle);
      if (fits) handles_.Add(startup.info, std::move(handle));
    }
    return fits;
  }

  zx_status_t PlanImage() { return elf::PlanImage(request_.image, plan_); }

  zx_status_t CreateProcess() {
    const std::string_view name = request_.name;
    const zx_status_t status = zx::process::create(*zx::unowned_job(request_.job), name.data(),
                                                   name.size(), 0, &process_, &root_vmar_);
    if (status != ZX_OK) return status;
    return zx::thread::create(process_, name.data(), name.size(), 0, &thread_);
  }

  zx_status_t LoadSegments() {
    zx_status_t status = root_vmar_.allocate(
        ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_EXECUTE | ZX_VM_CAN_MAP_SPECIFIC,
        0, plan_.image_size, &image_vmar_, &image_base_);
    for (const elf::Segment& segment : plan_.used()) {
      if (status != ZX_OK) return status;
      status = LoadSegment(segment);
    }
    return status;
  }

  zx_status_t LoadSegment(const elf::Segment& segment) {
    zx::vmo vmo;
    zx_status_t status = zx::vmo::create(segment.size, 0, &vmo);
    if (status == ZX_OK && segment.file_size != 0) {
      status = vmo.write(request_.image.data() + segment.file_offset, segment.data_offset,
                         segment.file_size);
    }
    if (status == ZX_OK) {
      status = vmo.set_property(ZX_PROP_NAME, request_.name.data(), request_.name.size());
    }
    if (status != ZX_OK) return status;
    zx_vm_option_t access = kReadWrite;
    if (segment.access != elf::Access::kReadWrite) {
      access = kReadOnly;
      status = DropRights(vmo, ZX_RIGHT_WRITE);
    }
    if (status == ZX_OK && segment.access == elf::Access::kReadExecute) {
      access = kReadExecute;
      status = vmo.replace_as_executable(*zx::unowned_resource(request_.vmex), &vmo);
    }
    if (status != ZX_OK) return status;
    zx_vaddr_t address = 0;
    return image_vmar_.map(access | ZX_VM_SPECIFIC, segment.offset, vmo, 0, segment.size, &address);
  }

  // As its ELF headers say: the data that can be read, then the code, which the kernel allows only
  // once, whole, and makes execute-only.
  zx_status_t MapVdso() {
    const zx::unowned_vmo vdso(request_.vdso);
    zx::vmo copy;
    zx_status_t status = vdso->duplicate(ZX_RIGHT_SAME_RIGHTS, &copy);
    if (status != ZX_OK) return status;
    handles_.Add(PA_HND(PA_VMO_VDSO, 0), std::move(copy));
    elf::Plan plan;
    status = PlanVdso(*vdso, plan);
    if (status != ZX_OK) return status;
    zx::vmar region;
    status =
        root_vmar_.allocate(ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_EXECUTE | ZX_VM_CAN_MAP_SPECIFIC, 0,
                            plan.image_size, &region, &vdso_base_);
    for (const elf::Segment& segment : plan.used()) {
      if (status != ZX_OK) return status;
      const zx_vm_option_t access =
          segment.access == elf::Access::kReadExecute ? kReadExecute : kReadOnly;
      zx_vaddr_t address = 0;
      status = region.map(access | ZX_VM_SPECIFIC, segment.offset, *vdso, segment.offset,
                          segment.size, &address);
    }
    return status;
  }

  static zx_status_t PlanVdso(const zx::vmo& vmo, elf::Plan& plan) {
    uint64_t size = 0;
    zx_status_t status = vmo.get_size(&size);
    if (status != ZX_OK) return status;
    alignas(8) std::byte head[kVdsoHead];
    const size_t head_size = std::min<uint64_t>(size, sizeof(head));
    status = vmo.read(head, 0, head_size);
    if (status != ZX_OK) return status;
    status = elf::PlanLibrary({head, head_size}, size, plan);
    if (status != ZX_OK) return status;
    // Mapped, not copied: every byte must stand in the file where it stands in memory.
    const bool is_in_place = std::ranges::all_of(plan.used(), [size](const elf::Segment& segment) {
      return segment.access != elf::Access::kReadWrite &&
             segment.file_offset == segment.offset + segment.data_offset &&
             segment.offset + segment.size <= size;
    });
    return is_in_place ? ZX_OK : ZX_ERR_NOT_SUPPORTED;
  }

  zx_status_t MapStack() {
    // The lowest page of the region stays unmapped: the guard.
    zx::vmar region;
    zx_vaddr_t base = 0;
    zx_status_t status =
        root_vmar_.allocate(ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_WRITE | ZX_VM_CAN_MAP_SPECIFIC, 0,
                            elf::kPageSize + plan_.stack_size, &region, &base);
    if (status != ZX_OK) return status;
    zx::vmo vmo;
    status = zx::vmo::create(plan_.stack_size, 0, &vmo);
    if (status != ZX_OK) return status;
    zx_vaddr_t address = 0;
    status =
        region.map(kReadWrite | ZX_VM_SPECIFIC, elf::kPageSize, vmo, 0, plan_.stack_size, &address);
    stack_top_ = address + plan_.stack_size;
    return status;
  }

  zx_status_t SendMessage() {
    zx::channel our_end;
    zx_status_t status = zx::channel::create(0, &our_end, &bootstrap_);
    zx::process self;
    if (status == ZX_OK) status = process_.duplicate(ZX_RIGHT_SAME_RIGHTS, &self);
    zx::thread thread;
    if (status == ZX_OK) status = thread_.duplicate(ZX_RIGHT_SAME_RIGHTS, &thread);
    if (status != ZX_OK) return status;
    handles_.Add(PA_HND(PA_PROC_SELF, 0), std::move(self));
    handles_.Add(PA_HND(PA_THREAD_SELF, 0), std::move(thread));
    handles_.Add(PA_HND(PA_VMAR_ROOT, 0), std::move(root_vmar_));
    handles_.Add(PA_HND(PA_VMAR_LOADED, 0), std::move(image_vmar_));

    alignas(uint32_t) std::byte buffer[16 * 1024];
    size_t size = 0;
    const Contents contents{.handle_infos = handles_.infos(),
                            .args = request_.args,
                            .environment = request_.environment};
    status = WriteMessage(contents, buffer, size);
    if (status != ZX_OK) return status;
    return handles_.Send(our_end, {buffer, size});
  }

  zx_status_t Start() {
    return process_.start(thread_, image_base_ + plan_.entry, stack_top_, std::move(bootstrap_),
                          vdso_base_);
  }

  const Request& request_;
  const char* step_ = "";
  zx_status_t status_ = ZX_OK;
  elf::Plan plan_;
  MessageHandles handles_;
  zx::process process_;
  zx::thread thread_;
  zx::vmar root_vmar_;
  zx::vmar image_vmar_;
  zx::channel bootstrap_;
  zx_vaddr_t image_base_ = 0;
  zx_vaddr_t vdso_base_ = 0;
  zx_vaddr_t stack_top_ = 0;
};

}  // namespace

Outcome Launch(const Request& request) { return Launcher(request).Run(); }

}  // namespace sirocco::process
