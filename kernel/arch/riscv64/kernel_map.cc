// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/riscv64/kernel_map.h"

#include <algorithm>

#include "kernel/arch/riscv64/boot_layout.h"
#include "kernel/arch/riscv64/csr.h"
#include "kernel/arch/riscv64/first_table.h"
#include "kernel/arch/riscv64/symbol_table.h"
#include "kernel/base/kassert.h"

namespace sirocco::arch {

extern "C" {
extern const char __image_start[], __rodata_end[], __data_end[];
// What a hart that starts writes to satp.
uint64_t riscv_kernel_satp = 0;
}

namespace {

constexpr uint16_t kFirstKernelEntry = 256;
constexpr uint64_t kGigapage = uint64_t{1} << 30;
constexpr uint64_t kMegapage = uint64_t{1} << 21;

constexpr uint64_t RootEntryAddress(uint64_t index) { return index << 30 | ~uint64_t{0} << 39; }
constexpr uint64_t kDirectFirst = RootEntryAddress(320);
constexpr uint64_t kDirectEnd = RootEntryAddress(510);
constexpr uint64_t kEarlyTreeWindow = RootEntryAddress(511);
constexpr uint64_t kEarlyTreeSize = 2 * kMegapage;  // Wherever in a large page it starts.
constexpr uint64_t kDeviceWindow = kEarlyTreeWindow + 256 * kMegapage;

uint64_t ImagePhysical(const void* symbol) {
  return reinterpret_cast<uint64_t>(symbol) - IMAGE_OFFSET;
}
constexpr uint64_t ImageVirtual(uint64_t physical) { return physical + IMAGE_OFFSET; }

// Tables and the pages that follow the image are reached through the image's window.
TablePage& TableAt(uint64_t physical) {
  return *reinterpret_cast<TablePage*>(ImageVirtual(physical));
}

// All of this is the boot hart's, before any other runs.
uint64_t next_early_page = 0;
bool may_map = true;  // Until the page allocator is told what is free.
uint64_t next_device_address = kDeviceWindow;
FixedList<PhysRange, 4> ram;
FixedList<PhysRange, 24> free_ram;
FixedList<uint16_t, 256> root_entries;
PhysRange boot_archive;
PhysRange device_tree_blob;

// A zeroed page behind the image, which becomes part of it.
uint64_t AllocateTable() {
  PANIC_UNLESS(may_map);
  if (next_early_page == 0) {
    next_early_page =
        RoundUp(ImagePhysical(__data_end) + symbol_table_header.size_bytes, kPageSize);
  }
  const uint64_t page = next_early_page;
  next_early_page += kPageSize;
  const uint64_t window = RoundDown(ImagePhysical(__image_start), kMegapage);
  const uint64_t slot = (page - window) >> kPageShift;
  PANIC_UNLESS(slot < kImageTables * 512);
  image_leaves[slot / 512].entries[slot % 512] = MakePte(page, kKernelReadWrite);
  FenceAll();
  std::ranges::fill(TableAt(page).entries, 0);
  return page;
}

uint64_t& EntryFor(uint64_t address, unsigned level) {
  TablePage* table = &kernel_root;
  for (unsigned at = 2; at > level; --at) {
    uint64_t& entry = table->entries[TableIndex(address, at)];
    if (entry == 0) entry = MakePte(AllocateTable(), kPteValid);
    table = &TableAt(PtePhysical(entry));
  }
  return table->entries[TableIndex(address, level)];
}

// Large pages wherever both addresses allow.
void Map(uint64_t address, uint64_t physical, uint64_t size, uint64_t flags) {
  while (size > 0) {
    const bool is_large = size >= kMegapage && IsAligned(address | physical, kMegapage);
    const uint64_t step = is_large ? kMegapage : kPageSize;
    uint64_t& entry = EntryFor(address, is_large ? 1 : 0);
    PANIC_UNLESS(entry == 0);
    entry = MakePte(physical, flags);
    address += step;
    physical += step;
    size -= step;
  }
}

constexpr PhysRange WholePages(const PhysRange& range) {
  const uint64_t start = RoundDown(range.base.value(), kPageSize);
  return {PhysAddr(start), RoundUp(range.end().value(), kPageSize) - start};
}

// Calls `use(base, end)` for what is left of `range` without `holes`, ascending.
template <typename Use>
void ForEachGap(const PhysRange& range, std::span<const PhysRange> holes, Use use) {
  uint64_t at = RoundUp(range.base.value(), kPageSize);
  const uint64_t end = RoundDown(range.end().value(), kPageSize);
  while (at < end) {
    // The lowest hole that ends above `at`.
    const PhysRange* next = nullptr;
    for (const PhysRange& hole : holes) {
      if (hole.size_bytes == 0 || hole.end().value() <= at) continue;
      if (next == nullptr || hole.base < next->base) next = &hole;
    }
    const uint64_t gap_end = next == nullptr ? end : std::min(end, next->base.value());
    if (gap_end > at) use(at, gap_end);
    at = next == nullptr ? end : std::max(at, next->end().value());
  }
}

void MapRam(const PhysRange& bank, std::span<const PhysRange> firmware, uint64_t offset) {
  const uint64_t constants_start = ImagePhysical(__image_start);
  const uint64_t constants_end = ImagePhysical(__rodata_end);
  ForEachGap(bank, firmware, [&](uint64_t base, uint64_t end) {
    const auto map = [&](uint64_t from, uint64_t to, uint64_t flags) {
      if (from < to) Map(from + offset, from, to - from, flags);
    };
    // No second, writable way to text and constants.
    map(base, std::min(end, constants_start), kKernelReadWrite);
    map(std::max(base, constants_start), std::min(end, constants_end), kKernelRead);
    map(std::max(base, constants_end), end, kKernelReadWrite);
  });
}

}  // namespace

std::byte* MapDeviceTreeEarly(PhysAddr device_tree) {
  const uint64_t base = RoundDown(device_tree.value(), kMegapage);
  Map(kEarlyTreeWindow, base, kEarlyTreeSize, kKernelRead);
  FenceAll();
  return reinterpret_cast<std::byte*>(kEarlyTreeWindow + (device_tree.value() - base));
}

void UnmapDeviceTreeEarly() {
  for (uint64_t page = 0; page < kEarlyTreeSize; page += kMegapage) {
    EntryFor(kEarlyTreeWindow + page, 1) = 0;
  }
  FenceAll();
}

std::byte* MapDevice(PhysRange registers) {
  const PhysRange pages = WholePages(registers);
  // The same place within a large page, so that large devices take large pages.
  const uint64_t address = RoundUp(next_device_address, kMegapage) + pages.base.value() % kMegapage;
  next_device_address = address + pages.size_bytes;
  Map(address, pages.base.value(), pages.size_bytes, kKernelReadWrite);
  FenceAll();
  return reinterpret_cast<std::byte*>(address + (registers.base - pages.base));
}

void BuildDirectMap(const Platform& platform, PhysRange device_tree, uint64_t random) {
  uint64_t lowest = ~uint64_t{0};
  uint64_t highest = 0;
  for (const PhysRange& bank : platform.ram.all()) {
    lowest = std::min(lowest, RoundDown(bank.base.value(), kGigapage));
    highest = std::max(highest, bank.end().value());
    ram.Add(bank);
  }
  const uint64_t span = RoundUp(highest - lowest, kMegapage);
  PANIC_UNLESS(span < kDirectEnd - kDirectFirst);
  const uint64_t places = (kDirectEnd - kDirectFirst - span) / kMegapage + 1;
  const uint64_t offset = kDirectFirst + random % places * kMegapage - lowest;
  PhysicalMemory::SetDirectOffset(offset);
  for (const PhysRange& bank : platform.ram.all()) MapRam(bank, platform.reserved.all(), offset);
  FenceAll();
  riscv_kernel_satp = KernelSatp();

  boot_archive = platform.boot_archive.size_bytes == 0 ? PhysRange{} : platform.boot_archive;
  device_tree_blob = device_tree;
}

void ListFreeRam(const Platform& platform) {
  may_map = false;
  for (uint16_t i = kFirstKernelEntry; i < std::size(kernel_root.entries); ++i) {
    if (kernel_root.entries[i] != 0) root_entries.Add(i);
  }
  FixedList<PhysRange, 24> taken;
  for (const PhysRange& range : platform.reserved.all()) taken.Add(range);
  taken.Add(ImageRange());
  taken.Add(WholePages(device_tree_blob));
  taken.Add(WholePages(boot_archive));
  for (const PhysRange& bank : platform.ram.all()) {
    ForEachGap(bank, taken.all(), [](uint64_t base, uint64_t end) {
      free_ram.Add(PhysRange{PhysAddr(base), end - base});
    });
  }
}

uint64_t KernelSatp() { return kSatpSv39 | ImagePhysical(&kernel_root) >> kPageShift; }

PhysRange ImageRange() {
  const uint64_t start = ImagePhysical(__image_start);
  return {PhysAddr(start), next_early_page - start};
}

std::span<const uint16_t> KernelRootEntries() { return root_entries.all(); }

std::span<const PhysRange> Ram() { return ram.all(); }
std::span<const PhysRange> FreeRam() { return free_ram.all(); }
PhysRange BootArchive() { return boot_archive; }
PhysRange DeviceTreeBlob() { return device_tree_blob; }

}  // namespace sirocco::arch
