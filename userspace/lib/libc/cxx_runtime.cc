// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0

// What Debian's libstdc++ and libgcc_eh expect of a GNU C library and musl does not have.

#include <dlfcn.h>
#include <elf.h>
#include <zircon/syscalls.h>

#include <cstdint>

extern const Elf64_Ehdr __ehdr_start [[gnu::visibility("hidden")]];
extern const char _end [[gnu::visibility("hidden")]];

extern "C" {

/// Names the image in which a destructor was registered: there is one.
[[gnu::visibility("hidden")]] void* __dso_handle = nullptr;

/// Whether atomics may be left out: a program may start threads, so never.
char __libc_single_threaded = 0;

uint32_t arc4random() {
  uint32_t value;
  zx_cprng_draw(&value, sizeof(value));
  return value;
}

/// Where the unwinder finds the tables of the code at `pc`: glibc 2.35's interface. Code outside
/// the program, which is the vDSO's, has none, and no exception passes it.
int _dl_find_object(void* pc, dl_find_object* result) {
  const auto base = reinterpret_cast<uintptr_t>(&__ehdr_start);
  const auto address = reinterpret_cast<uintptr_t>(pc);
  if (address < base || address >= reinterpret_cast<uintptr_t>(&_end)) return -1;
  const auto* const headers = reinterpret_cast<const Elf64_Phdr*>(base + __ehdr_start.e_phoff);
  for (int i = 0; i < __ehdr_start.e_phnum; ++i) {
    if (headers[i].p_type != PT_GNU_EH_FRAME) continue;
    *result = {};
    result->dlfo_map_start = reinterpret_cast<void*>(base);
    result->dlfo_map_end = const_cast<char*>(&_end);
    result->dlfo_eh_frame = reinterpret_cast<void*>(base + headers[i].p_vaddr);
    return 0;
  }
  return -1;
}

}  // extern "C"
