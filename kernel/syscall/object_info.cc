// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <zircon/rights.h>
#include <zircon/syscalls/object.h>
#include <zircon/types.h>

#include <algorithm>
#include <memory>
#include <new>
#include <span>
#include <utility>

#include "kernel/async/completion.h"
#include "kernel/async/task.h"
#include "kernel/objects/handle_table.h"
#include "kernel/objects/job.h"
#include "kernel/objects/process.h"
#include "kernel/objects/resource.h"
#include "kernel/objects/thread.h"
#include "kernel/syscall/handle_ref.h"
#include "kernel/syscall/handlers.h"
#include "kernel/syscall/memory_report.h"
#include "kernel/syscall/thunk.h"

// One function a topic; each looks its handle up with the topic's type and right.

namespace sirocco {

namespace {

/// Where a call of zx_object_get_info puts its answer.
struct Answer {
  SyscallContext& ctx;
  HandleValue handle;
  UserOut<void> buffer;
  size_t buffer_size;
  UserOut<size_t> actual;
  UserOut<size_t> avail;

  template <typename T>
  Result<Found<T>> Get(zx_rights_t needed) const {
    return ctx.handles().Get<T>(handle, needed);
  }
};

/// `count` elements of `element_size` were written out of `available`; all outputs at once.
zx_status_t Store(const Answer& answer, std::span<const std::byte> bytes, size_t count,
                  size_t available) {
  TRY(const auto actual, answer.ctx.HoldOptional(answer.actual));
  TRY(const auto avail, answer.ctx.HoldOptional(answer.avail));
  if (!bytes.empty()) {
    TRY(const HeldBytes held, answer.ctx.HoldBytes(answer.buffer, bytes.size()));
    held.CopyFrom(bytes);
  }
  actual.Store(count);
  avail.Store(available);
  return ZX_OK;
}

/// A topic with one record; `size` is what the asked version of it takes.
template <typename Record>
zx_status_t StoreRecord(const Answer& answer, const Record& record, size_t size = sizeof(Record)) {
  if (answer.buffer_size < size) {
    TRY_STATUS(Store(answer, {}, 0, 1));
    return ZX_ERR_BUFFER_TOO_SMALL;
  }
  if (size == sizeof(Record) && answer.actual.is_null() && answer.avail.is_null()) {
    TRY(const auto held, answer.ctx.Hold(UserOut<Record>(answer.buffer.address())));
    held.Store(record);
    return ZX_OK;
  }
  return Store(answer, std::as_bytes(std::span(&record, 1)).first(size), 1, 1);
}

/// A topic with a list of koids; `list(span)` writes what fits and returns how many there are.
template <typename List>
zx_status_t StoreKoids(const Answer& answer, List list) {
  constexpr size_t kMaxAtOnce = 64 * 1024 / sizeof(zx_koid_t);  // What one call holds.
  const size_t available = list(std::span<zx_koid_t>());
  const size_t room = std::min(answer.buffer_size / sizeof(zx_koid_t), kMaxAtOnce);
  const size_t wanted = std::min(available, room);
  if (wanted == 0) return Store(answer, {}, 0, available);
  const std::unique_ptr<zx_koid_t[]> koids(new (std::nothrow) zx_koid_t[wanted]);
  if (koids == nullptr) return ZX_ERR_NO_MEMORY;
  const std::span<zx_koid_t> all(koids.get(), wanted);
  const size_t there_are = list(all);  // There may be others by now.
  const size_t count = std::min(there_are, wanted);
  return Store(answer, std::as_bytes(all.first(count)), count, there_are);
}

zx_status_t HandleBasic(const Answer& answer) {
  TRY(const Found<> found, answer.Get<KernelObject>(ZX_RIGHT_NONE));
  zx_info_handle_basic_t info = {};
  info.koid = found.object.koid(found.side);
  info.rights = found.rights;
  info.type = found.object.type();
  info.related_koid = found.object.related_koid(found.side);
  return StoreRecord(answer, info);
}

zx_status_t HandleCount(const Answer& answer) {
  TRY(const Found<> found, answer.Get<KernelObject>(ZX_RIGHT_INSPECT));
  zx_info_handle_count_t info = {};
  info.handle_count = found.object.handle_count(found.side);
  return StoreRecord(answer, info);
}

zx_status_t ProcessInfo(const Answer& answer) {
  TRY(const Found<Process> found, answer.Get<Process>(ZX_RIGHT_INSPECT));
  return StoreRecord(answer, found.object.GetInfo());
}

zx_status_t ProcessInfoV0(const Answer& answer) {
  TRY(const Found<Process> found, answer.Get<Process>(ZX_RIGHT_INSPECT));
  const zx_info_process_t now = found.object.GetInfo();
  zx_info_process_v0_t info = {};
  info.return_code = now.return_code;
  info.started = (now.flags & ZX_INFO_PROCESS_FLAG_STARTED) != 0;
  info.exited = (now.flags & ZX_INFO_PROCESS_FLAG_EXITED) != 0;
  return StoreRecord(answer, info);
}

zx_status_t ProcessThreads(const Answer& answer) {
  TRY(const Found<Process> found, answer.Get<Process>(ZX_RIGHT_ENUMERATE));
  return StoreKoids(answer,
                    [&](std::span<zx_koid_t> koids) { return found.object.ListThreads(koids); });
}

/// Brings in all outputs of a topic with one record. They may go again: the caller looks once more.
Task<zx_status_t> Prepare(Answer answer, size_t size) {
  if (answer.buffer_size >= size) {
    CO_TRY_STATUS(co_await answer.ctx.PrepareOut(answer.buffer.address(), size));
  }
  for (const UserOut<size_t> count : {answer.actual, answer.avail}) {
    if (count.is_null()) continue;
    CO_TRY_STATUS(co_await answer.ctx.PrepareOut(count));
  }
  co_return ZX_OK;
}

// Of a table that is too large to be counted in one go.
Task<zx_status_t> LargeHandleStats(Answer answer, RefPtr<Process> process) {
  zx_info_process_handle_stats_t info = {};
  uint32_t next = 0;
  while (process->handles().CountByType(info.handle_count, &next)) {
    async::YieldOp yield;
    co_await yield;
  }
  for (;;) {
    auto status = StoreRecord(answer, info);
    if (status != kStatusPageMissing) co_return status;
    status = co_await Prepare(answer, sizeof(info));
    if (status != ZX_OK) co_return status;
  }
}

uint64_t ProcessHandleStats(const Answer& answer) {
  using syscall::ToResult;
  const auto found = answer.Get<Process>(ZX_RIGHT_INSPECT);
  if (!found.ok()) return ToResult(found.status());
  zx_info_process_handle_stats_t info = {};
  uint32_t next = 0;
  if (!found->object.handles().CountByType(info.handle_count, &next)) {
    return ToResult(StoreRecord(answer, info));
  }
  auto process = TakeRef(found->object);
  if (!process.ok()) return ToResult(process.status());
  return answer.ctx.StartCall(LargeHandleStats(answer, std::move(process).value()));
}

zx_status_t ThreadInfo(const Answer& answer) {
  TRY(const Found<Thread> found, answer.Get<Thread>(ZX_RIGHT_INSPECT));
  zx_info_thread_t info = {};
  info.state = found.object.state();
  // A thread may run anywhere: profiles come later.
  std::fill(std::begin(info.cpu_affinity_mask.mask), std::end(info.cpu_affinity_mask.mask),
            ~uint64_t{0});
  return StoreRecord(answer, info);
}

zx_status_t TaskStats(const Answer& answer, size_t size) {
  TRY(const Found<Process> found, answer.Get<Process>(ZX_RIGHT_INSPECT));
  if (found.object.is_dead()) return ZX_ERR_BAD_STATE;
  const mm::AddressSpace::Usage usage = found.object.space().usage();
  zx_info_task_stats_t info = {};
  info.mem_mapped_bytes = usage.mapped;
  info.mem_private_bytes = usage.private_bytes;
  info.mem_shared_bytes = usage.shared_bytes;
  info.mem_scaled_shared_bytes = usage.scaled_shared_bytes;
  return StoreRecord(answer, info, size);
}

zx_status_t TaskRuntimeInfo(const Answer& answer, size_t size) {
  TRY(const Found<> found, answer.Get<KernelObject>(ZX_RIGHT_INSPECT));
  TaskRuntime runtime;
  switch (found.object.type()) {
    case ZX_OBJ_TYPE_THREAD: {
      sched::Vcpu& vcpu = static_cast<Thread&>(found.object).vcpu();
      runtime = {vcpu.runtime().count(), vcpu.queue_time().count()};
      break;
    }
    case ZX_OBJ_TYPE_PROCESS:
      runtime = static_cast<Process&>(found.object).runtime();
      break;
    case ZX_OBJ_TYPE_JOB:
      runtime = static_cast<Job&>(found.object).runtime();
      break;
    default:
      return ZX_ERR_WRONG_TYPE;
  }
  zx_info_task_runtime_t info = {};
  info.cpu_time = runtime.cpu_time;
  info.queue_time = runtime.queue_time;
  return StoreRecord(answer, info, size);
}

zx_status_t JobInfo(const Answer& answer) {
  TRY(const Found<Job> found, answer.Get<Job>(ZX_RIGHT_INSPECT));
  zx_info_job_t info = {};
  info.exited = found.object.is_dead();
  info.return_code = found.object.return_code();
  return StoreRecord(answer, info);
}

zx_status_t JobChildren(const Answer& answer) {
  TRY(const Found<Job> found, answer.Get<Job>(ZX_RIGHT_ENUMERATE));
  return StoreKoids(answer,
                    [&](std::span<zx_koid_t> koids) { return found.object.ListJobs(koids); });
}

zx_status_t JobProcesses(const Answer& answer) {
  TRY(const Found<Job> found, answer.Get<Job>(ZX_RIGHT_ENUMERATE));
  return StoreKoids(answer,
                    [&](std::span<zx_koid_t> koids) { return found.object.ListProcesses(koids); });
}

zx_status_t ResourceInfo(const Answer& answer) {
  TRY(const Found<Resource> found, answer.Get<Resource>(ZX_RIGHT_INSPECT));
  return StoreRecord(answer, found.object.GetInfo());
}

zx_status_t KernelMemory(const Answer& answer) {
  TRY(const Found<Resource> found, answer.Get<Resource>(ZX_RIGHT_NONE));
  if (!found.object.CoversSystem(ZX_RSRC_SYSTEM_INFO_BASE)) return ZX_ERR_ACCESS_DENIED;
  return StoreRecord(answer, KernelMemoryStats());
}

zx_status_t Dispatch(const Answer& answer, uint32_t topic) {
  switch (topic) {
    case ZX_INFO_HANDLE_VALID:
      return answer.ctx.handles().IsValid(answer.handle) ? ZX_OK : ZX_ERR_BAD_HANDLE;
    case ZX_INFO_HANDLE_COUNT:
      return HandleCount(answer);
    case ZX_INFO_PROCESS:
      return ProcessInfo(answer);
    case ZX_INFO_PROCESS_V0:
      return ProcessInfoV0(answer);
    case ZX_INFO_PROCESS_THREADS:
      return ProcessThreads(answer);
    case ZX_INFO_THREAD:
      return ThreadInfo(answer);
    case ZX_INFO_TASK_STATS:
      return TaskStats(answer, sizeof(zx_info_task_stats_t));
    case ZX_INFO_TASK_STATS_V0:
      return TaskStats(answer, sizeof(zx_info_task_stats_v0_t));
    case ZX_INFO_TASK_RUNTIME:
      return TaskRuntimeInfo(answer, sizeof(zx_info_task_runtime_t));
    case ZX_INFO_TASK_RUNTIME_V0:
      return TaskRuntimeInfo(answer, sizeof(zx_info_task_runtime_v0_t));
    case ZX_INFO_JOB:
      return JobInfo(answer);
    case ZX_INFO_JOB_CHILDREN:
      return JobChildren(answer);
    case ZX_INFO_JOB_PROCESSES:
      return JobProcesses(answer);
    case ZX_INFO_RESOURCE:
      return ResourceInfo(answer);
    case ZX_INFO_KMEM_STATS:
      return KernelMemory(answer);
    default:
      return ZX_ERR_NOT_SUPPORTED;
  }
}

}  // namespace

uint64_t sys_object_get_info(SyscallContext& ctx, HandleValue handle, uint32_t topic,
                             UserOut<void> buffer, size_t buffer_size, UserOut<size_t> actual_count,
                             UserOut<size_t> avail_count) {
  const Answer answer{ctx, handle, buffer, buffer_size, actual_count, avail_count};
  // Ahead of the jump table, for op object.info.
  if (topic == ZX_INFO_HANDLE_BASIC) [[likely]]
    return SyscallContext::ToResult(HandleBasic(answer));
  if (topic == ZX_INFO_PROCESS_HANDLE_STATS) return ProcessHandleStats(answer);
  return SyscallContext::ToResult(Dispatch(answer, topic));
}

}  // namespace sirocco
