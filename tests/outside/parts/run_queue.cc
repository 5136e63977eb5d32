// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Orders jobs by priority with the kernel's run queue.
#include "kernel/sched/run_queue.h"

#include <cstdio>
#include <cstdlib>

#include "kernel/async/executor.h"
#include "kernel/base/kassert.h"

namespace sirocco {

// What a part asks of the program that uses it.
void PanicAt(const char* text, const char* file, int line) {
  std::fprintf(stderr, "%s (%s:%d)\n", text, file, line);
  std::abort();
}

}  // namespace sirocco

namespace {

struct Job : sirocco::async::Runnable {
  Job(const char* name, uint8_t priority) : Runnable(&Print, priority), name(name) {}

  static void Print(Runnable& runnable) { std::puts(static_cast<Job&>(runnable).name); }

  const char* name;
};

}  // namespace

int main() {
  sirocco::sched::RunQueue queue;
  Job sweep("sweep", 3), cook("cook", 20), wash("wash", 20), rescue("rescue", 31);
  for (Job* job : {&sweep, &cook, &wash, &rescue}) queue.PushBack(*job);
  while (sirocco::async::Runnable* job = queue.Pop()) job->Run();
}
