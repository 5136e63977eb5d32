// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Finds the vDSO's functions for the trampolines, each when it is first called: a small program
// calls few of them. Runs before anything else of a program, so it needs no relocated data.
#include "vdso/bind.h"

#include <elf.h>
#include <stdint.h>
#include <zircon/errors.h>

#define HIDDEN __attribute__((visibility("hidden")))
#define LAZY_STUB_SIZE 8

// Generated: for each trampoline its target, the hash of its name, and where the name is.
extern uintptr_t sirocco_vdso_targets[] HIDDEN;
extern uintptr_t sirocco_vdso_targets_end[] HIDDEN;
extern const struct {
  uint32_t hash;
  uint32_t name_offset;
} sirocco_vdso_symbols[] HIDDEN;
extern const char sirocco_vdso_names[] HIDDEN;
extern const char sirocco_vdso_lazy[] HIDDEN;
uintptr_t sirocco_vdso_resolve(uint64_t index) HIDDEN;

static struct {
  uintptr_t base;
  const Elf64_Sym* symbols;
  const char* strings;
  const uint32_t* hash;  // DT_GNU_HASH.
} vdso;

static const Elf64_Dyn* FindDynamic(uintptr_t base) {
  const Elf64_Ehdr* header = (const Elf64_Ehdr*)base;
  const Elf64_Phdr* segment = (const Elf64_Phdr*)(base + header->e_phoff);
  for (unsigned i = 0; i < header->e_phnum; ++i) {
    if (segment[i].p_type == PT_DYNAMIC) return (const Elf64_Dyn*)(base + segment[i].p_vaddr);
  }
  return 0;
}

zx_status_t __sirocco_bind_vdso(uintptr_t vdso_base) {
  const Elf64_Dyn* entry = FindDynamic(vdso_base);
  if (entry == 0) return ZX_ERR_NOT_FOUND;
  vdso.base = vdso_base;
  for (; entry->d_tag != DT_NULL; ++entry) {
    const uintptr_t address = vdso_base + entry->d_un.d_ptr;
    if (entry->d_tag == DT_SYMTAB) vdso.symbols = (const Elf64_Sym*)address;
    if (entry->d_tag == DT_STRTAB) vdso.strings = (const char*)address;
    if (entry->d_tag == DT_GNU_HASH) vdso.hash = (const uint32_t*)address;
  }
  if (vdso.symbols == 0 || vdso.strings == 0 || vdso.hash == 0) return ZX_ERR_NOT_FOUND;
  uintptr_t stub = (uintptr_t)sirocco_vdso_lazy;
  for (uintptr_t* target = sirocco_vdso_targets; target != sirocco_vdso_targets_end; ++target) {
    *target = stub;
    stub += LAZY_STUB_SIZE;
  }
  return ZX_OK;
}

static int IsSame(const char* a, const char* b) {
  while (*a == *b && *a != '\0') {
    ++a;
    ++b;
  }
  return *a == *b;
}

// The table is ours and so is the vDSO: a name it lacks means that they are not of one build.
uintptr_t sirocco_vdso_resolve(uint64_t index) {
  const uint32_t hash = sirocco_vdso_symbols[index].hash;
  const char* name = sirocco_vdso_names + sirocco_vdso_symbols[index].name_offset;
  const uint32_t bucket_count = vdso.hash[0];
  const uint32_t first_symbol = vdso.hash[1];
  const uint32_t filter_words = vdso.hash[2];
  const uint32_t* buckets = vdso.hash + 4 + 2 * filter_words;
  const uint32_t* chain = buckets + bucket_count;
  uint32_t at = buckets[hash % bucket_count];
  if (at < first_symbol) __builtin_trap();
  for (;; ++at) {
    const uint32_t entry = chain[at - first_symbol];
    if ((entry | 1) == (hash | 1) && IsSame(name, vdso.strings + vdso.symbols[at].st_name)) break;
    if ((entry & 1) != 0) __builtin_trap();  // The end of the bucket.
  }
  // Threads that race here store the same.
  const uintptr_t target = vdso.base + vdso.symbols[at].st_value;
  __atomic_store_n(&sirocco_vdso_targets[index], target, __ATOMIC_RELAXED);
  return target;
}
