// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "tests/storm/victims.h"

#include <elf.h>
#include <zircon/process.h>
#include <zircon/syscalls.h>

#include <algorithm>

namespace sirocco::storm {
namespace {

constexpr uint64_t kPage = 4096;
constexpr zx_vm_option_t kReadWrite = ZX_VM_PERM_READ | ZX_VM_PERM_WRITE;
constexpr zx_vm_option_t kReadExecute = ZX_VM_PERM_READ | ZX_VM_PERM_EXECUTE;

/// The functions of the vDSO by name, from its symbol table.
class VdsoSymbols {
 public:
  explicit VdsoSymbols(uintptr_t base) {
    const auto* header = reinterpret_cast<const Elf64_Ehdr*>(base);
    const auto* segment = reinterpret_cast<const Elf64_Phdr*>(base + header->e_phoff);
    while (segment->p_type != PT_DYNAMIC) ++segment;
    for (auto* entry = reinterpret_cast<const Elf64_Dyn*>(base + segment->p_vaddr);
         entry->d_tag != DT_NULL; ++entry) {
      const uintptr_t address = base + entry->d_un.d_ptr;
      if (entry->d_tag == DT_SYMTAB) symbols_ = reinterpret_cast<const Elf64_Sym*>(address);
      if (entry->d_tag == DT_STRTAB) names_ = reinterpret_cast<const char*>(address);
    }
  }

  uintptr_t OffsetOf(std::string_view name) const {
    const Elf64_Sym* symbol = symbols_;
    while (names_ + symbol->st_name != name) ++symbol;
    return symbol->st_value;
  }

 private:
  const Elf64_Sym* symbols_ = nullptr;
  const char* names_ = nullptr;
};

template <typename Function>
void MoveBy(Function*& function, uintptr_t distance) {
  function = reinterpret_cast<Function*>(reinterpret_cast<uintptr_t>(function) + distance);
}

uintptr_t Map(zx_handle_t region, zx_vm_option_t options, uint64_t at, zx_handle_t vmo,
              uint64_t vmo_offset, uint64_t size) {
  zx_vaddr_t address = 0;
  MUST(zx_vmar_map(region, options, at, vmo, vmo_offset, size, &address) == ZX_OK);
  return address;
}

}  // namespace

VictimMaker::VictimMaker() {
  const std::span<const std::byte> code = VictimCode();
  code_size_ = (code.size() + kPage - 1) & ~(kPage - 1);
  OwnedHandle vmo;
  MUST(zx_vmo_create(code_size_, 0, vmo.receive()) == ZX_OK);
  MUST(zx_vmo_write(vmo.get(), code.data(), 0, code.size()) == ZX_OK);
  MUST(zx_vmo_replace_as_executable(vmo.release(), VmexResource(), code_.receive()) == ZX_OK);

  uint64_t size = 0;
  alignas(8) std::array<std::byte, 512> head;
  MUST(zx_vmo_get_size(VdsoVmo(), &size) == ZX_OK);
  MUST(zx_vmo_read(VdsoVmo(), head.data(), 0, head.size()) == ZX_OK);
  MUST(elf::PlanLibrary(head, size, vdso_plan_) == ZX_OK);

  uintptr_t base = 0;
  MUST(zx_object_get_property(zx_process_self(), ZX_PROP_PROCESS_VDSO_BASE_ADDRESS, &base,
                              sizeof(base)) == ZX_OK);
  const VdsoSymbols symbols(base);
#define VICTIM_FIELD(name) MoveBy(calls_.name, symbols.OffsetOf("zx_" #name));
  VICTIM_CALLS(VICTIM_FIELD)
#undef VICTIM_FIELD
}

uintptr_t VictimMaker::MapVdso(zx_handle_t root) const {
  OwnedHandle region;
  zx_vaddr_t base = 0;
  MUST(zx_vmar_allocate(root, ZX_VM_CAN_MAP_READ | ZX_VM_CAN_MAP_EXECUTE | ZX_VM_CAN_MAP_SPECIFIC,
                        0, vdso_plan_.image_size, region.receive(), &base) == ZX_OK);
  for (const elf::Segment& segment : vdso_plan_.used()) {
    const bool is_code = segment.access == elf::Access::kReadExecute;
    Map(region.get(), (is_code ? kReadExecute : ZX_VM_PERM_READ) | ZX_VM_SPECIFIC, segment.offset,
        VdsoVmo(), segment.offset, segment.size);
  }
  return base;
}

// Its page of orders, and a page of stack for each thread.
void VictimMaker::MapMemory(zx_handle_t root, VictimMemory& memory, uintptr_t& base) const {
  OwnedHandle vmo;
  const uint64_t size = (1 + memory.thread_count) * kPage;
  MUST(zx_vmo_create(size, 0, vmo.receive()) == ZX_OK);
  base = Map(root, kReadWrite, 0, vmo.get(), 0, size);
  for (uint32_t i = 0; i < memory.thread_count; ++i) memory.stacks[i] = base + (2 + i) * kPage;
  MUST(zx_vmo_write(vmo.get(), &memory, 0, sizeof(memory)) == ZX_OK);
}

Victim VictimMaker::Start(zx_handle_t job, std::span<const Deed> deeds) const {
  Victim victim;
  OwnedHandle root, channel, far;
  OwnedHandle threads[kMaxVictimThreads];
  MUST(zx_process_create(job, "victim", 6, 0, victim.process.receive(), root.receive()) == ZX_OK);
  MUST(zx_event_create(0, victim.event.receive()) == ZX_OK);
  MUST(zx_channel_create(0, channel.receive(), far.receive()) == ZX_OK);

  VictimMemory memory = calls_;
  memory.thread_count = static_cast<uint32_t>(deeds.size());
  std::ranges::copy(deeds, memory.deeds);
  memory.entry = Map(root.get(), kReadExecute, 0, code_.get(), 0, code_size_) + VictimEntry();
  const uintptr_t vdso = MapVdso(root.get());
#define VICTIM_FIELD(name) MoveBy(memory.name, vdso);
  VICTIM_CALLS(VICTIM_FIELD)
#undef VICTIM_FIELD
  uintptr_t base = 0;
  MapMemory(root.get(), memory, base);

  zx_handle_t handles[2 + kMaxVictimThreads];
  uint32_t count = 0;
  MUST(zx_handle_duplicate(victim.event.get(), ZX_RIGHT_SAME_RIGHTS, &handles[count++]) == ZX_OK);
  handles[count++] = root.release();
  for (uint32_t i = 0; i < deeds.size(); ++i) {
    MUST(zx_thread_create(victim.process.get(), "victim", 6, 0, threads[i].receive()) == ZX_OK);
    if (i != 0) handles[count++] = threads[i].release();
  }
  MUST(zx_channel_write(channel.get(), 0, nullptr, 0, handles, count) == ZX_OK);
  MUST(zx_process_start(victim.process.get(), threads[0].get(), memory.entry, memory.stacks[0],
                        far.release(), base) == ZX_OK);
  return victim;
}

void KillAndWait(const Victim& victim) {
  MUST(zx_task_kill(victim.process.get()) == ZX_OK);
  MustEndWith(ZX_TASK_RETCODE_SYSCALL_KILL, victim.process);
}

}  // namespace sirocco::storm
