// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// A second process that runs functions of this program: a copy of the program's image and the vDSO
// are mapped there at the addresses they have here. No loader, no C library.

#include <elf.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/resource.h>

#include <cstddef>
#include <span>

#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"
#include "userspace/lib/elf/elf.h"

/// The program's own ELF header, mapped with its read-only data.
extern "C" [[gnu::visibility("hidden")]] const Elf64_Ehdr __ehdr_start;

namespace sirocco::zxtest {

namespace {

constexpr size_t kPageSize = 4096;
constexpr size_t kStackSize = 64 * 1024;
constexpr size_t kVdsoHead = 512;

// A process that is to run functions of ours.
class Target {
 public:
  explicit Target(zx_handle_t vmar) : vmar_(vmar) {
    // What lies at offset 0 tells where the region begins.
    zx_handle_t probe = ZX_HANDLE_INVALID;
    EXPECT_EQ(zx_vmar_allocate(vmar, ZX_VM_SPECIFIC, 0, kPageSize, &probe, &base_), ZX_OK);
    EXPECT_EQ(zx_vmar_destroy(probe), ZX_OK);
    zx_handle_close(probe);
  }

  void Map(zx_vaddr_t address, zx_handle_t vmo, uint64_t offset, size_t size,
           zx_vm_option_t access) {
    zx_vaddr_t mapped = 0;
    EXPECT_EQ(
        zx_vmar_map(vmar_, access | ZX_VM_SPECIFIC, address - base_, vmo, offset, size, &mapped),
        ZX_OK);
  }

  zx_vaddr_t MapStack() {
    zx_handle_t vmo = ZX_HANDLE_INVALID;
    EXPECT_EQ(zx_vmo_create(kStackSize, 0, &vmo), ZX_OK);
    zx_vaddr_t mapped = 0;
    EXPECT_EQ(
        zx_vmar_map(vmar_, ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo, 0, kStackSize, &mapped),
        ZX_OK);
    zx_handle_close(vmo);
    return mapped + kStackSize;
  }

 private:
  const zx_handle_t vmar_;
  zx_vaddr_t base_ = 0;
};

zx_handle_t Vmex() {
  static const zx_handle_t vmex = [] {
    zx_handle_t made = ZX_HANDLE_INVALID;
    EXPECT_EQ(zx_resource_create(SystemResource(), ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_VMEX_BASE, 1,
                                 "vmex", 4, &made),
              ZX_OK);
    return made;
  }();
  return vmex;
}

zx_handle_t Vdso() {
  static const zx_handle_t vdso = zx_take_startup_handle(PA_HND(PA_VMO_VDSO, 0));
  return vdso;
}

void MapImage(Target& target) {
  const auto image = reinterpret_cast<zx_vaddr_t>(&__ehdr_start);
  const std::span segments(reinterpret_cast<const Elf64_Phdr*>(image + __ehdr_start.e_phoff),
                           __ehdr_start.e_phnum);
  for (const Elf64_Phdr& segment : segments) {
    if (segment.p_type != PT_LOAD) continue;
    const zx_vaddr_t begin = (image + segment.p_vaddr) & ~(kPageSize - 1);
    const size_t size = image + segment.p_vaddr + segment.p_memsz - begin;
    zx_handle_t vmo = ZX_HANDLE_INVALID;
    EXPECT_EQ(zx_vmo_create(size, 0, &vmo), ZX_OK);
    EXPECT_EQ(zx_vmo_write(vmo, reinterpret_cast<const void*>(begin), 0, size), ZX_OK);
    zx_vm_option_t access = ZX_VM_PERM_READ;
    if ((segment.p_flags & PF_W) != 0) access |= ZX_VM_PERM_WRITE;
    if ((segment.p_flags & PF_X) != 0) {
      access |= ZX_VM_PERM_EXECUTE;
      EXPECT_EQ(zx_vmo_replace_as_executable(vmo, Vmex(), &vmo), ZX_OK);
    }
    target.Map(begin, vmo, 0, size, access);
    zx_handle_close(vmo);
  }
}

void MapVdso(Target& target) {
  zx_vaddr_t base = 0;
  EXPECT_EQ(zx_object_get_property(zx_process_self(), ZX_PROP_PROCESS_VDSO_BASE_ADDRESS, &base,
                                   sizeof(base)),
            ZX_OK);
  uint64_t size = 0;
  alignas(8) std::byte head[kVdsoHead];
  EXPECT_EQ(zx_vmo_get_size(Vdso(), &size), ZX_OK);
  EXPECT_EQ(zx_vmo_read(Vdso(), head, 0, sizeof(head)), ZX_OK);
  elf::Plan plan;
  EXPECT_EQ(elf::PlanLibrary(head, size, plan), ZX_OK);
  for (const elf::Segment& segment : plan.used()) {
    const bool is_code = segment.access == elf::Access::kReadExecute;
    target.Map(base + segment.offset, Vdso(), segment.offset, segment.size,
               ZX_VM_PERM_READ | (is_code ? ZX_VM_PERM_EXECUTE : 0));
  }
}

}  // namespace

zx_vaddr_t PrepareProcess(zx_handle_t vmar) {
  Target target(vmar);
  MapImage(target);
  MapVdso(target);
  return target.MapStack();
}

}  // namespace sirocco::zxtest
