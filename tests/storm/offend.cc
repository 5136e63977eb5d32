// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// offend CASE: does what no program may, and returns 0 if nothing comes of it.

#include <elf.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "tests/storm/offend_sites.h"
#include "vdso/vdso_image.h"

// The program's own table of the vDSO's functions; those that were called are filled in.
extern "C" [[gnu::visibility("hidden")]] const uintptr_t sirocco_vdso_targets[];
extern "C" [[gnu::visibility("hidden")]] const uintptr_t sirocco_vdso_targets_end[];
extern "C" const char __ehdr_start[];
extern "C" const char _end[];

namespace {

constexpr uintptr_t kPageMask = 4095;

// A `ret`, in memory that is not code.
uint32_t data_instruction[] = {0x00008067};

uintptr_t VdsoBase() {
  zx_handle_close(ZX_HANDLE_INVALID);  // At least this one is filled in.
  for (const uintptr_t* target = sirocco_vdso_targets; target != sirocco_vdso_targets_end;
       ++target) {
    const bool is_lazy = *target >= reinterpret_cast<uintptr_t>(__ehdr_start) &&
                         *target < reinterpret_cast<uintptr_t>(_end);
    if (!is_lazy) return (*target & ~kPageMask) - VDSO_TEXT_OFFSET;
  }
  std::abort();
}

uintptr_t VdsoCode() { return VdsoBase() + VDSO_TEXT_OFFSET; }

void Protect(uintptr_t page, zx_vm_option_t access) {
  zx_vmar_protect(zx_vmar_root_self(), access, page & ~kPageMask, kPageMask + 1);
}

/// Answers what it is asked until nobody is left to ask.
void Echo() {
  const zx_handle_t channel = zx_take_startup_handle(PA_HND(PA_USER0, 0));
  uint64_t words[7] = {};
  uint32_t size = 0;
  while (zx_channel_serve(channel, words, &size, nullptr) == ZX_OK) {
  }
}

struct Case {
  std::string_view name;
  void (*run)();
};

constexpr Case kCases[] = {
    {"echo", &Echo},
    {"ecall-outside-the-vdso", [] { OffendByEcall(); }},
    {"ecall-of-another-call", [] { OffendByJumpWithT0(VdsoCode() + VDSO_SITE_event_create); }},
    {"ecall-with-known-registers", [] { OffendWithAllRegisters(); }},
    {"read-vdso-code", [] { OffendByLoad(VdsoCode()); }},
    {"make-vdso-code-readable",
     [] {
       Protect(VdsoCode(), ZX_VM_PERM_READ);
       OffendByLoad(VdsoCode());
     }},
    {"write-vdso-constants", [] { OffendByStore(VdsoBase() + VDSO_CONSTANTS_OFFSET); }},
    {"make-vdso-constants-writable",
     [] {
       Protect(VdsoBase() + VDSO_CONSTANTS_OFFSET, ZX_VM_PERM_READ | ZX_VM_PERM_WRITE);
       OffendByStore(VdsoBase() + VDSO_CONSTANTS_OFFSET);
     }},
    {"write-vdso-headers", [] { OffendByStore(VdsoBase()); }},
    {"write-vdso-code", [] { OffendByStore(VdsoCode()); }},
    {"execute-data", [] { OffendByJump(reinterpret_cast<uintptr_t>(data_instruction)); }},
    {"execute-stack",
     [] {
       uint32_t instruction[] = {data_instruction[0]};
       OffendByJump(reinterpret_cast<uintptr_t>(instruction));
     }},
    {"jump-to-the-kernel", [] { OffendByJump(0xffff'ffff'8020'0000); }},
    {"jump-to-the-kernel-half", [] { OffendByJump(0xffff'ffc0'0000'0000); }},
    {"jump-to-no-canonical-address", [] { OffendByJump(0x8000'0000'0000'0000); }},
    {"jump-just-above-the-user-half", [] { OffendByJump(0x0000'0040'0000'0000); }},
    {"read-the-kernel", [] { OffendByLoad(0xffff'ffff'8020'0000); }},
    {"write-the-kernel", [] { OffendByStore(0xffff'ffff'8020'0000); }},
    {"read-no-canonical-address", [] { OffendByLoad(0x8000'0000'0000'0000); }},
};

}  // namespace

int main(int, char** argv) {
  for (const Case& offence : kCases) {
    if (offence.name != argv[0]) continue;
    offence.run();
    return 0;
  }
  return 2;
}
