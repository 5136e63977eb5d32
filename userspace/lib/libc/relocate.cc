// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/libc/relocate.h"

namespace sirocco::libc {
namespace {

// Named here: the host's elf.h may be older than the numbers.
constexpr uint64_t kNone = 0;        // R_RISCV_NONE: room that the linker did not need.
constexpr uint64_t kRelative = 3;    // R_RISCV_RELATIVE
constexpr uint64_t kTlsModule = 7;   // R_RISCV_TLS_DTPMOD64
constexpr uint64_t kTlsOffset = 11;  // R_RISCV_TLS_TPREL64

constexpr uint64_t kExecutableModule = 1;  // The only one there is.

bool Apply(uintptr_t base, const Elf64_Rela& rela) {
  auto* const place = reinterpret_cast<uint64_t*>(base + rela.r_offset);
  const auto addend = static_cast<uint64_t>(rela.r_addend);
  const uint64_t kind = ELF64_R_TYPE(rela.r_info);
  // Everything is in this image, so none names a symbol.
  if (ELF64_R_SYM(rela.r_info) != 0) return false;
  if (kind == kRelative) {
    *place = base + addend;
  } else if (kind == kTlsModule) {
    *place = kExecutableModule;
  } else if (kind == kTlsOffset) {
    *place = addend;  // The thread pointer points to the start of the block.
  } else if (kind != kNone) {
    return false;
  }
  return true;
}

}  // namespace

bool Relocate(uintptr_t base, const Elf64_Dyn* dynamic) {
  uint64_t table = 0;
  uint64_t size = 0;
  for (; dynamic->d_tag != DT_NULL; ++dynamic) {
    if (dynamic->d_tag == DT_RELA) table = dynamic->d_un.d_ptr;
    if (dynamic->d_tag == DT_RELASZ) size = dynamic->d_un.d_val;
    // Those of a PLT or without addends: a static program has neither.
    if (dynamic->d_tag == DT_REL || dynamic->d_tag == DT_JMPREL) return false;
  }
  const auto* const relas = reinterpret_cast<const Elf64_Rela*>(base + table);
  for (uint64_t i = 0; i < size / sizeof(Elf64_Rela); ++i) {
    if (!Apply(base, relas[i])) return false;
  }
  return true;
}

}  // namespace sirocco::libc
