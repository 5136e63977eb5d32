// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstdint>

#include "kernel/base/ref_ptr.h"
#include "kernel/objects/job.h"
#include "kernel/objects/process.h"
#include "tests/support/harts.h"

namespace sirocco::support {

/// A kernel in a test: memory, harts, a root job, and processes whose threads are fibers. Programs
/// call zx_* as on the machine. The calling thread is hart 0.
class World {
 public:
  explicit World(uint32_t hart_count = 1);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  using Program = void (*)();

  /// Runs `program` as the only thread of a new process until that process is dead; returns its
  /// return code. The program ends by returning, or as a program would.
  int64_t Run(Program program);

  /// Starts it only.
  RefPtr<Process> Start(Program program);
  int64_t Await(Process& process);

  Job& root_job() { return *root_job_; }
  /// Until nothing is left to run now.
  void RunUntilIdle() { harts_.RunUntilIdle(); }

  /// For a program: a handle to its own process.
  static zx_handle_t Self();

 private:
  static void Main(uint64_t program, uint64_t own_process);

  Harts harts_;
  RefPtr<Job> root_job_;
};

}  // namespace sirocco::support
