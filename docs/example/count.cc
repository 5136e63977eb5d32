// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Counts words in a thread of its own, and signals an event when it has.
#include <lib/zx/event.h>
#include <lib/zx/time.h>

#include <iostream>
#include <map>
#include <string>
#include <thread>

int main(int argc, char** argv) {
  zx::event is_done;
  if (zx::event::create(0, &is_done) != ZX_OK) return 1;
  std::map<std::string, int> counts;
  std::thread counter([&] {
    for (int i = 1; i < argc; ++i) ++counts[argv[i]];
    is_done.signal(0, ZX_EVENT_SIGNALED);
  });
  is_done.wait_one(ZX_EVENT_SIGNALED, zx::time::infinite(), nullptr);
  counter.join();
  for (const auto& [word, count] : counts) std::cout << word << ' ' << count << '\n';
}
