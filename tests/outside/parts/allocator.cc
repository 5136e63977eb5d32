// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The kernel's page allocator and heap over the host's memory.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "kernel/arch/hart.h"
#include "kernel/arch/physical_memory.h"
#include "kernel/arch/upcalls.h"
#include "kernel/base/kassert.h"
#include "kernel/mm/heap.h"
#include "kernel/mm/physical.h"
#include "kernel/sched/quiet.h"

namespace sirocco {

// What a part asks of the program that uses it.
void PanicAt(const char* text, const char* file, int line) {
  std::fprintf(stderr, "%s (%s:%d)\n", text, file, line);
  std::abort();
}

}  // namespace sirocco

// One thread and no interrupts: what others would wait for has already happened.
namespace sirocco::sched {
void Retire(RetireNode& node, uint32_t) { node.Reclaim(); }
void ReclaimOn(RetireNode& node) { node.Reclaim(); }
void ReclaimTook(uint32_t) {}
void OnTimerInterrupt() {}
void OnIpi() {}
}  // namespace sirocco::sched

int main() {
  using namespace sirocco;
  mm::physical.Init(arch::Ram(), arch::FreeRam());
  const auto free_before = mm::physical.counts().of(mm::PageKind::kFree);
  std::vector<void*> objects;
  for (size_t i = 0; i < 10'000; ++i) {
    const size_t size = 1 + i * 37 % 5000;
    objects.push_back(mm::Allocate(size));
    if (objects.back() == nullptr) return 1;
    std::memset(objects.back(), static_cast<int>(i), size);
  }
  std::printf("%zu objects\n", objects.size());
  for (void* object : objects) mm::Free(object);
  mm::heap.Trim();
  const auto free_after = mm::physical.counts().of(mm::PageKind::kFree);
  std::printf("%s\n", free_after == free_before ? "all pages came back" : "pages are missing");
}
