// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The life of a process that exits at once.
#include <elf.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <array>

#include "tests/bench/children.h"
#include "tests/bench/sampler.h"
#include "userspace/lib/elf/elf.h"
#include "userspace/lib/process/owned_handle.h"

namespace sirocco::bench {
namespace {

using process::OwnedHandle;

constexpr size_t kProcesses = 50;
constexpr uint64_t kImageSize = 16 * 1024;
constexpr zx_vm_option_t kReadExecute = ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE;

// The program: `jr a1`, to the function whose address is the first thread's second argument.
constexpr uint32_t kProgram = 0x00058067;

OwnedHandle MakeProgram() {
  OwnedHandle vmo;
  Check(zx_vmo_create(kImageSize, 0, vmo.receive()), "creating a VMO");
  Check(zx_vmo_write(vmo.get(), &kProgram, 0, sizeof(kProgram)), "writing a VMO");
  OwnedHandle executable;
  Check(zx_vmo_replace_as_executable(vmo.release(), Environment().vmex.get(), executable.receive()),
        "making a VMO executable");
  return executable;
}

class Vdso {
 public:
  explicit Vdso(zx_handle_t vmo) : vmo_(vmo) {
    uint64_t size = 0;
    Check(zx_vmo_get_size(vmo, &size), "the vDSO's size");
    alignas(8) std::array<std::byte, 512> head;
    Check(zx_vmo_read(vmo, head.data(), 0, head.size()), "reading the vDSO");
    Check(elf::PlanLibrary(head, size, plan_), "planning the vDSO");
  }

  uintptr_t MapInto(zx_handle_t root) const {
    OwnedHandle region;
    zx_vaddr_t base = 0;
    zx_status_t status =
        zx_vmar_allocate(root, ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_EXECUTE | ZX_VM_CAN_MAP_SPECIFIC,
                         0, plan_.image_size, region.receive(), &base);
    for (const elf::Segment& segment : plan_.used()) {
      const bool is_code = segment.access == elf::Access::kReadExecute;
      zx_vaddr_t address = 0;
      if (status != ZX_OK) break;
      status =
          zx_vmar_map(region.get(), (is_code ? kReadExecute : ZX_VM_PERM_READ) | ZX_VM_SPECIFIC,
                      segment.offset, vmo_, segment.offset, segment.size, &address);
    }
    Check(status, "mapping the vDSO");
    return base;
  }

  /// Where a function is in it, looked up in our own.
  static uintptr_t OffsetOf(std::string_view name) {
    uintptr_t base = 0;
    Check(zx_object_get_property(zx_process_self(), ZX_PROP_PROCESS_VDSO_BASE_ADDRESS, &base,
                                 sizeof(base)),
          "finding the vDSO");
    const auto* header = reinterpret_cast<const Elf64_Ehdr*>(base);
    const auto* segment = reinterpret_cast<const Elf64_Phdr*>(base + header->e_phoff);
    while (segment->p_type != PT_DYNAMIC) ++segment;
    const Elf64_Sym* symbol = nullptr;
    const char* names = nullptr;
    for (auto* entry = reinterpret_cast<const Elf64_Dyn*>(base + segment->p_vaddr);
         entry->d_tag != DT_NULL; ++entry) {
      const uintptr_t address = base + entry->d_un.d_ptr;
      if (entry->d_tag == DT_SYMTAB) symbol = reinterpret_cast<const Elf64_Sym*>(address);
      if (entry->d_tag == DT_STRTAB) names = reinterpret_cast<const char*>(address);
    }
    while (names + symbol->st_name != name) ++symbol;
    return symbol->st_value;
  }

 private:
  zx_handle_t vmo_;
  elf::Plan plan_;
};

void RunOnce(const Vdso& vdso, uintptr_t exit_offset, zx_handle_t program) {
  OwnedHandle process, root, thread;
  Check(zx_process_create(zx_job_default(), "bench", 5, 0, process.receive(), root.receive()),
        "creating a process");
  Check(zx_thread_create(process.get(), "bench", 5, 0, thread.receive()), "creating a thread");
  zx_vaddr_t entry = 0;
  Check(zx_vmar_map(root.get(), kReadExecute, 0, program, 0, kImageSize, &entry), "mapping");
  const uintptr_t base = vdso.MapInto(root.get());
  Check(zx_process_start(process.get(), thread.get(), entry, 0, ZX_HANDLE_INVALID,
                         base + exit_offset),
        "starting a process");
  Check(zx_object_wait_one(process.get(), ZX_PROCESS_TERMINATED, ZX_TIME_INFINITE, nullptr),
        "waiting for a process");
}

}  // namespace

void MeasureProcesses(Report& report) {
  if (!report.Wants("process.cycle")) return;
  const Vdso vdso(Environment().vdso.get());
  const uintptr_t exit_offset = Vdso::OffsetOf("zx_process_exit");
  const OwnedHandle program = MakeProgram();
  report.Measure(
      "process.cycle",
      [&] {
        const uint64_t start = Counter();
        RunOnce(vdso, exit_offset, program.get());
        return Counter() - start - kEmptyPair;
      },
      kProcesses);
}

}  // namespace sirocco::bench
