// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/machine.h"
#include "kernel/arch/riscv64/boot_layout.h"
#include "kernel/arch/riscv64/first_table.h"
#include "kernel/base/units.h"

namespace sirocco::arch {
namespace {

extern "C" const char __image_start[], __text_end[], __rodata_end[];

struct Physical {
  uint64_t image_start;
  uint64_t text_end;
  uint64_t constants_end;
};

Physical ImageBounds() {
  const auto physical = [](const char* symbol) {
    return reinterpret_cast<uint64_t>(symbol) - IMAGE_OFFSET;
  };
  return {physical(__image_start), physical(__text_end), physical(__rodata_end)};
}

bool Overlaps(uint64_t start, uint64_t end, uint64_t other_start, uint64_t other_end) {
  return start < other_end && other_start < end;
}

const char* AuditLeaf(uint64_t entry, uint64_t size) {
  const Physical image = ImageBounds();
  const uint64_t start = PtePhysical(entry);
  const uint64_t end = start + size;
  if ((entry & kPteUser) != 0) return "the kernel maps a page for users";
  if ((entry & kPteExecute) != 0) {
    if ((entry & kPteWrite) != 0) return "a page is writable and executable";
    if (start < image.image_start || end > image.text_end)
      return "a page outside text is executable";
  }
  if ((entry & kPteWrite) != 0 && Overlaps(start, end, image.image_start, image.constants_end)) {
    return "text or constants are writable";
  }
  return nullptr;
}

// The depth is the paging mode's: at most 3.
const char* AuditTable(const TablePage& table, unsigned level) {
  for (uint64_t entry : table.entries) {
    if ((entry & kPteValid) == 0) continue;
    const bool is_leaf = (entry & (kPteRead | kPteWrite | kPteExecute)) != 0;
    const char* broken = nullptr;
    if (is_leaf) {
      broken = AuditLeaf(entry, uint64_t{4096} << (9 * level));
    } else if (level == 0) {
      broken = "a table where a page must be";
    } else {
      const uint64_t next = PtePhysical(entry) + IMAGE_OFFSET;  // All tables are in the image.
      broken = AuditTable(*reinterpret_cast<const TablePage*>(next), level - 1);
    }
    if (broken != nullptr) return broken;
  }
  return nullptr;
}

}  // namespace

const char* AuditKernelMap() {
  constexpr size_t kFirstKernelEntry = 256;
  for (size_t i = 0; i < kFirstKernelEntry; ++i) {
    if (kernel_root.entries[i] != 0) return "the kernel's table maps something in the user's half";
  }
  return AuditTable(kernel_root, 2);
}

}  // namespace sirocco::arch
