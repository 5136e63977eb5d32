// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "tests/storm/lab.h"

#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/log.h>
#include <zircon/syscalls/resource.h>

#include <algorithm>
#include <charconv>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>

#include "userspace/apps/shell/startup.h"
#include "userspace/lib/archive/archive.h"
#include "userspace/lib/stream/client.h"

extern "C" void StormBareThreadEntry();

namespace sirocco::storm {
namespace {

constexpr int kStatusBroken = 99;
constexpr zx_duration_t kSettleTime = ZX_SEC(5);

struct Lab {
  OwnedHandle console;
  OwnedHandle system;
  OwnedHandle debug;
  OwnedHandle info;
  OwnedHandle vmex;
  OwnedHandle vdso;
  OwnedHandle log;
  archive::Bytes archive;
  std::array<std::string_view, 24> words;
};

Lab lab;

OwnedHandle SystemPart(zx_rsrc_system_base_t base) {
  OwnedHandle part;
  MUST(zx_resource_create(lab.system.get(), ZX_RSRC_KIND_SYSTEM, base, 1, "lab", 3,
                          part.receive()) == ZX_OK);
  return part;
}

void MapArchive() {
  const OwnedHandle vmo(zx_take_startup_handle(PA_HND(PA_VMO_BOOTDATA, 0)));
  uint64_t size = 0;
  MUST(zx_vmo_get_size(vmo.get(), &size) == ZX_OK);
  zx_vaddr_t address = 0;
  MUST(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ, 0, vmo.get(), 0, size, &address) == ZX_OK);
  lab.archive = {reinterpret_cast<const std::byte*>(address), size};
}

// Pages that we touch later for the first time would count as ours.
[[gnu::noinline]] void TouchStack() {
  volatile std::byte room[64 * 1024];
  for (size_t i = 0; i < sizeof(room); i += 1024) room[i] = std::byte{1};
}

void SplitCommands() {
  archive::Entry commands;
  MUST(archive::Find(lab.archive, shell::kCommandsName, commands));
  std::string_view text = commands.text();
  for (std::string_view& word : lab.words) {
    const size_t begin = std::min(text.find_first_not_of(" \n"), text.size());
    text.remove_prefix(begin);
    word = text.substr(0, text.find_first_of(" \n"));
    text.remove_prefix(word.size());
  }
}

Ledger* reading = nullptr;

void TakeLedgerLine(std::string_view text) {
  constexpr std::string_view kPrefix = "ledger: ";
  if (!text.starts_with(kPrefix)) return;
  text.remove_prefix(kPrefix.size());
  const size_t space = text.rfind(' ');
  int64_t count = 0;
  MUST(space != std::string_view::npos);
  std::from_chars(text.data() + space + 1, text.data() + text.size(), count);
  reading->Add(text.substr(0, space), count);
}

}  // namespace

void Ledger::Add(std::string_view name, int64_t count) {
  MUST(size_ < lines_.size() && name.size() < lines_[0].name.size());
  std::ranges::copy(name, lines_[size_].name.begin());
  lines_[size_++].count = count;
}

int64_t Ledger::Of(std::string_view name) const {
  for (size_t i = 0; i < size_; ++i) {
    if (lines_[i].name_view() == name) return lines_[i].count;
  }
  return -1;
}

bool Ledger::operator==(const Ledger& other) const {
  return size_ == other.size_ && std::equal(lines_.begin(), lines_.begin() + size_,
                                            other.lines_.begin(), [](const Line& a, const Line& b) {
                                              return a.name_view() == b.name_view() &&
                                                     a.count == b.count;
                                            });
}

void Ledger::PrintChangesSince(const Ledger& before) const {
  for (size_t i = 0; i < size_; ++i) {
    const int64_t was = before.Of(lines_[i].name_view());
    if (was == lines_[i].count) continue;
    Print("  %s: was %lld, is %lld\n", lines_[i].name.data(), static_cast<long long>(was),
          static_cast<long long>(lines_[i].count));
  }
}

void Print(const char* format, ...) {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  const int size = std::vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  size_t actual = 0;
  const size_t shown = std::min<size_t>(size, sizeof(text) - 1);
  stream::Write(lab.console.get(), std::as_bytes(std::span(text, shown)), actual);
}

void Must(bool is_true, const char* what, const char* file, int line) {
  if (is_true) return;
  Print("%s:%d: not so: %s\n", file, line, what);
  std::_Exit(kStatusBroken);
}

void InitLab() {
  TouchStack();
  lab.console = OwnedHandle(zx_take_startup_handle(shell::kConsole));
  lab.system = OwnedHandle(zx_take_startup_handle(PA_HND(PA_SYSTEM_RESOURCE, 0)));
  lab.vdso = OwnedHandle(zx_take_startup_handle(PA_HND(PA_VMO_VDSO, 0)));
  lab.debug = SystemPart(ZX_RSRC_SYSTEM_DEBUG_BASE);
  lab.info = SystemPart(ZX_RSRC_SYSTEM_INFO_BASE);
  lab.vmex = SystemPart(ZX_RSRC_SYSTEM_VMEX_BASE);
  const OwnedHandle log = SystemPart(ZX_RSRC_SYSTEM_DEBUGLOG_BASE);
  MUST(zx_debuglog_create(log.get(), ZX_LOG_FLAG_READABLE, lab.log.receive()) == ZX_OK);
  MapArchive();
  SplitCommands();
}

std::string_view Word(size_t index) { return lab.words[index]; }

uint64_t Number(size_t index, uint64_t otherwise) {
  const std::string_view word = Word(index);
  uint64_t number = otherwise;
  std::from_chars(word.data(), word.data() + word.size(), number);
  return number;
}

zx_handle_t VdsoVmo() { return lab.vdso.get(); }
zx_handle_t VmexResource() { return lab.vmex.get(); }

OwnedHandle Launch(const char* path, std::string_view name, process::Strings args,
                   std::span<const process::StartupHandle> handles) {
  archive::Entry entry;
  MUST(archive::Find(lab.archive, path, entry));
  process::Outcome outcome = process::Launch({.job = zx_job_default(),
                                              .name = name,
                                              .image = entry.data,
                                              .vdso = lab.vdso.get(),
                                              .vmex = lab.vmex.get(),
                                              .args = args,
                                              .environment = {},
                                              .handles = handles});
  if (outcome.status != ZX_OK) Print("%s: status %d\n", outcome.step, outcome.status);
  MUST(outcome.status == ZX_OK);
  return std::move(outcome.process);
}

int64_t ReturnCodeOf(const OwnedHandle& process) {
  MUST(zx_object_wait_one(process.get(), ZX_PROCESS_TERMINATED, ZX_TIME_INFINITE, nullptr) ==
       ZX_OK);
  zx_info_process_t info = {};
  MUST(zx_object_get_info(process.get(), ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr) ==
       ZX_OK);
  return info.return_code;
}

void MustEndWith(int64_t code, const OwnedHandle& process) {
  const int64_t found = ReturnCodeOf(process);
  if (found == code) return;
  Print("ended with %lld\n", static_cast<long long>(found));
  ReadLog([](std::string_view text) {
    Print("log %.*s\n", static_cast<int>(text.size()), text.data());
  });
  MUST(found == code);
}

void ReadLog(void (*visit)(std::string_view text)) {
  alignas(zx_log_record_t) char buffer[ZX_LOG_RECORD_MAX];
  while (zx_debuglog_read(lab.log.get(), 0, buffer, sizeof(buffer)) > 0) {
    const auto& record = *reinterpret_cast<const zx_log_record_t*>(buffer);
    visit({record.data, record.datalen});
  }
}

Ledger TakeLedger() {
  ReadLog([](std::string_view) {});
  constexpr std::string_view kCommand = "ledger";
  MUST(zx_debug_send_command(lab.debug.get(), kCommand.data(), kCommand.size()) == ZX_OK);
  Ledger ledger;
  reading = &ledger;
  ReadLog(&TakeLedgerLine);
  MUST(!ledger.is_empty());
  return ledger;
}

Ledger TakeSteadyLedger() {
  constexpr int kTimes = 10;
  Ledger ledger = TakeLedger();
  for (int same = 0; same < kTimes; ++same) {
    zx_nanosleep(zx_deadline_after(ZX_MSEC(20)));
    const Ledger later = TakeLedger();
    if (later == ledger) continue;
    ledger = later;
    same = 0;
  }
  return ledger;
}

Ledger AwaitLedger(const Ledger& wanted) {
  const zx_time_t limit = zx_deadline_after(kSettleTime);
  for (;;) {
    const Ledger now = TakeLedger();
    if (now == wanted || zx_clock_get_monotonic() > limit) return now;
    zx_nanosleep(zx_deadline_after(ZX_MSEC(20)));
  }
}

zx_info_kmem_stats_t KernelMemory() {
  zx_info_kmem_stats_t memory = {};
  MUST(zx_object_get_info(lab.info.get(), ZX_INFO_KMEM_STATS, &memory, sizeof(memory), nullptr,
                          nullptr) == ZX_OK);
  return memory;
}

OwnedHandle StartBareThread(void (*function)(void*), void* argument, std::span<std::byte> stack) {
  OwnedHandle thread;
  MUST(zx_thread_create(zx_process_self(), "bare", 4, 0, thread.receive()) == ZX_OK);
  MUST(zx_thread_start(thread.get(), reinterpret_cast<zx_vaddr_t>(&StormBareThreadEntry),
                       reinterpret_cast<zx_vaddr_t>(stack.data() + stack.size()),
                       reinterpret_cast<uintptr_t>(function),
                       reinterpret_cast<uintptr_t>(argument)) == ZX_OK);
  return thread;
}

}  // namespace sirocco::storm
