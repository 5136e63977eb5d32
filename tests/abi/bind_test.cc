// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The trampolines' look-up, on the real vDSO: reading an ELF image is the same on every machine.
#include "vdso/bind.h"

#include <elf.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <zircon/errors.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

// What the generated assembly defines for programs, here for three names.
extern "C" {
struct SymbolRow {
  uint32_t hash;
  uint32_t name_offset;
};
constexpr size_t kNameCount = 3;
extern uintptr_t sirocco_vdso_targets[kNameCount];
extern const char sirocco_vdso_lazy[8 * kNameCount];
const char sirocco_vdso_lazy[8 * kNameCount] = {};
extern const char sirocco_vdso_names[];
const char sirocco_vdso_names[] = "zx_clock_get_monotonic\0zx_channel_serve_raw\0zx_teapot";
extern const SymbolRow sirocco_vdso_symbols[kNameCount];
uintptr_t sirocco_vdso_resolve(uint64_t index);
}

namespace {

constexpr uint32_t GnuHash(const char* name) {
  uint32_t hash = 5381;
  for (; *name != '\0'; ++name) hash = hash * 33 + static_cast<unsigned char>(*name);
  return hash;
}

std::string library_path;

class Bind : public testing::Test {
 protected:
  Bind() {
    std::ifstream file(library_path, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(file), {});
    image_ =
        mmap(nullptr, bytes_.size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    std::memcpy(image_, bytes_.data(), bytes_.size());
  }
  ~Bind() override { munmap(image_, bytes_.size()); }

  uintptr_t base() const { return reinterpret_cast<uintptr_t>(image_); }

  // The full symbol table, which the look-up does not read.
  std::map<std::string, uint64_t> Symbols() const {
    const auto* header = static_cast<const Elf64_Ehdr*>(image_);
    const auto* sections = reinterpret_cast<const Elf64_Shdr*>(base() + header->e_shoff);
    std::map<std::string, uint64_t> found;
    for (unsigned i = 0; i < header->e_shnum; ++i) {
      if (sections[i].sh_type != SHT_SYMTAB) continue;
      const auto* symbols = reinterpret_cast<const Elf64_Sym*>(base() + sections[i].sh_offset);
      const char* strings =
          reinterpret_cast<const char*>(base() + sections[sections[i].sh_link].sh_offset);
      for (size_t at = 0; at < sections[i].sh_size / sizeof(Elf64_Sym); ++at) {
        found[strings + symbols[at].st_name] = symbols[at].st_value;
      }
    }
    return found;
  }

  std::vector<char> bytes_;
  void* image_;
};

TEST_F(Bind, FindsFunctionsByName) {
  ASSERT_EQ(__sirocco_bind_vdso(base()), ZX_OK);
  EXPECT_EQ(sirocco_vdso_resolve(0), base() + Symbols()["zx_clock_get_monotonic"]);
  EXPECT_EQ(sirocco_vdso_resolve(1), base() + Symbols()["zx_channel_serve_raw"]);
}

TEST_F(Bind, StartsWithEveryTargetAtItsLazyStub) {
  ASSERT_EQ(__sirocco_bind_vdso(base()), ZX_OK);
  for (size_t i = 0; i < kNameCount; ++i) {
    EXPECT_EQ(sirocco_vdso_targets[i], reinterpret_cast<uintptr_t>(sirocco_vdso_lazy) + 8 * i);
  }
}

TEST_F(Bind, RemembersWhatItFound) {
  ASSERT_EQ(__sirocco_bind_vdso(base()), ZX_OK);
  const uintptr_t target = sirocco_vdso_resolve(0);
  EXPECT_EQ(sirocco_vdso_targets[0], target);
  EXPECT_NE(sirocco_vdso_targets[1], target);
}

TEST_F(Bind, EndsAProgramThatNeedsAnUnknownFunction) {
  ASSERT_EQ(__sirocco_bind_vdso(base()), ZX_OK);
  EXPECT_DEATH(sirocco_vdso_resolve(2), "");
}

TEST_F(Bind, RefusesWhatHasNoDynamicSegment) {
  reinterpret_cast<Elf64_Ehdr*>(image_)->e_phnum = 1;
  EXPECT_EQ(__sirocco_bind_vdso(base()), ZX_ERR_NOT_FOUND);
}

}  // namespace

// In one object, as in the program: bounds are by address.
asm(".bss\n"
    ".balign 8\n"
    ".global sirocco_vdso_targets\n"
    "sirocco_vdso_targets: .space 24\n"
    ".global sirocco_vdso_targets_end\n"
    "sirocco_vdso_targets_end:\n"
    ".text\n");
const SymbolRow sirocco_vdso_symbols[kNameCount] = {
    {GnuHash("zx_clock_get_monotonic"), 0},
    {GnuHash("zx_channel_serve_raw"), sizeof("zx_clock_get_monotonic")},
    {GnuHash("zx_teapot"), sizeof("zx_clock_get_monotonic") + sizeof("zx_channel_serve_raw")},
};

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc != 2) return 2;
  library_path = argv[1];
  return RUN_ALL_TESTS();
}
