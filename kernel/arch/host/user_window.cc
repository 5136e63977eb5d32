// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/arch/user_window.h"

#include <sys/mman.h>

#include <map>
#include <mutex>
#include <shared_mutex>

extern "C" const char __executable_start;
extern "C" const char end;

namespace sirocco::arch {

namespace {

constexpr uint64_t kStacksBegin = 0x2000'0000;
constexpr uint64_t kStacksEnd = 0x6000'0000;

struct Windows {
  std::shared_mutex mutex;
  std::map<uint64_t, uint64_t> by_end;  // End of a window to its begin.
};
Windows& All() {
  static auto* windows = new Windows;  // Outlives every hart.
  return *windows;
}

void Add(uint64_t begin, uint64_t size_bytes) {
  std::unique_lock lock(All().mutex);
  All().by_end[begin + size_bytes] = begin;
}

}  // namespace

std::byte* UserWindow::Find(uint64_t address) {
  std::shared_lock lock(All().mutex);
  const auto window = All().by_end.upper_bound(address);
  if (window == All().by_end.end() || address < window->second) return nullptr;
  return reinterpret_cast<std::byte*>(address);
}

void UserWindow::AddProgram() {
  const auto begin = reinterpret_cast<uint64_t>(&__executable_start);
  Add(begin, reinterpret_cast<uint64_t>(&end) - begin);
}

std::byte* UserWindow::NewStack(size_t size_bytes) {
  static std::mutex mutex;
  static uint64_t next = kStacksBegin;
  std::lock_guard guard(mutex);
  // Once around; what is in use there refuses.
  for (uint64_t tried = 0; tried < kStacksEnd - kStacksBegin; tried += size_bytes) {
    if (next + size_bytes > kStacksEnd) next = kStacksBegin;
    void* const place = reinterpret_cast<void*>(next);
    next += size_bytes;
    void* memory = mmap(place, size_bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (memory == MAP_FAILED) continue;
    Add(reinterpret_cast<uint64_t>(memory), size_bytes);
    return static_cast<std::byte*>(memory);
  }
  return nullptr;
}

void UserWindow::FreeStack(std::byte* stack, size_t size_bytes) {
  {
    std::unique_lock lock(All().mutex);
    All().by_end.erase(reinterpret_cast<uint64_t>(stack) + size_bytes);
  }
  munmap(stack, size_bytes);
}

}  // namespace sirocco::arch
