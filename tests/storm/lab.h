// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls/object.h>
#include <zircon/types.h>

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "userspace/lib/process/launch.h"
#include "userspace/lib/process/owned_handle.h"

// For a program that a test's boot archive has in the shell's place: all that userboot gives the
// shell. Allocates nothing, so that a ledger of the system shows what is tested.

namespace sirocco::storm {

using process::OwnedHandle;

/// What the kernel's command `ledger` answered: numbers by name.
class Ledger {
 public:
  void Add(std::string_view name, int64_t count);
  /// -1 if there is no such line.
  int64_t Of(std::string_view name) const;
  bool operator==(const Ledger& other) const;
  bool is_empty() const { return size_ == 0; }
  /// One line a name whose number differs from `before`.
  void PrintChangesSince(const Ledger& before) const;

 private:
  struct Line {
    std::array<char, 32> name{};
    int64_t count = 0;
    std::string_view name_view() const { return name.data(); }
  };
  std::array<Line, 48> lines_{};
  size_t size_ = 0;
};

/// Prints to the console.
[[gnu::format(printf, 1, 2)]] void Print(const char* format, ...);

/// Once, before all else. Ends the program when something is missing.
void InitLab();

/// The words of the run's commands: `Guest.run("storm 1000")`.
std::string_view Word(size_t index);
uint64_t Number(size_t index, uint64_t otherwise);

zx_handle_t VdsoVmo();
zx_handle_t VmexResource();

/// Starts the archive's program `path` under `name`. `handles` are consumed.
OwnedHandle Launch(const char* path, std::string_view name, process::Strings args,
                   std::span<const process::StartupHandle> handles = {});

/// Waits for its end. Returns its return code.
int64_t ReturnCodeOf(const OwnedHandle& process);
/// The same, and ends the program with what the log says if it is not `code`.
void MustEndWith(int64_t code, const OwnedHandle& process);

/// Calls `visit(text)` for each record of the log that came since the last call.
void ReadLog(void (*visit)(std::string_view text));

Ledger TakeLedger();
/// One that has not changed for a while: whoever started us is done with it.
Ledger TakeSteadyLedger();
/// Takes ledgers until one is equal to `wanted`, or five seconds are over: what ended is reclaimed
/// a moment later. Returns the last.
Ledger AwaitLedger(const Ledger& wanted);

zx_info_kmem_stats_t KernelMemory();

/// Prints the line and ends the program if `is_true` is false.
#define MUST(...) ::sirocco::storm::Must(__VA_ARGS__, #__VA_ARGS__, __FILE__, __LINE__)
void Must(bool is_true, const char* what, const char* file, int line);

/// A thread without a C library: zx_* calls and its own stack are all it may use.
OwnedHandle StartBareThread(void (*function)(void*), void* argument, std::span<std::byte> stack);

// --- The experiments: each one's number is the program's status. ---

int RunExceptions();
int RunStorm();
int RunPairs();
int RunBlocked();
int RunReclaim();
int RunAbandon();

}  // namespace sirocco::storm
