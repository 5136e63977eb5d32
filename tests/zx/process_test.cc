// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Processes: how they start, and every way they end.

#include <zircon/rights.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include <cstring>
#include <iterator>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

struct NewProcess {
  zx_handle_t process = ZX_HANDLE_INVALID;
  zx_handle_t vmar = ZX_HANDLE_INVALID;
  zx_handle_t thread = ZX_HANDLE_INVALID;
};

// Made, not started.
NewProcess Make() {
  NewProcess made;
  EXPECT_EQ(zx_process_create(zx_job_default(), "new", 3, 0, &made.process, &made.vmar), ZX_OK);
  EXPECT_EQ(zx_thread_create(made.process, "main", 4, 0, &made.thread), ZX_OK);
  return made;
}

zx_info_process_t ProcessInfo(zx_handle_t process) {
  zx_info_process_t info = {};
  EXPECT_EQ(zx_object_get_info(process, ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr),
            ZX_OK);
  return info;
}

void ExitWithArgument(uint64_t, uint64_t argument) {
  zx_process_exit(static_cast<int64_t>(argument));
}

void SleepForEver(uint64_t, uint64_t) {
  zx_nanosleep(ZX_TIME_INFINITE);
  zx_process_exit(1);
}

zx_vaddr_t EntryOf(ProcessBody body) { return reinterpret_cast<zx_vaddr_t>(body); }

TEST(ProcessTest, IsMadeWithItsDefaultRightsAndARegion) {
  const NewProcess made = Make();
  const zx_info_handle_basic_t info = BasicInfo(made.process);
  EXPECT_EQ(info.type, ZX_OBJ_TYPE_PROCESS);
  EXPECT_EQ(info.rights, ZX_DEFAULT_PROCESS_RIGHTS);
  EXPECT_EQ(info.related_koid, KoidOf(zx_job_default()));
  EXPECT_EQ(BasicInfo(made.vmar).type, ZX_OBJ_TYPE_VMAR);
  EXPECT_EQ(RightsOf(made.vmar),
            ZX_DEFAULT_VMAR_RIGHTS | ZX_RIGHT_READ | ZX_RIGHT_WRITE | ZX_RIGHT_EXECUTE);
  EXPECT_EQ(BasicInfo(made.thread).related_koid, info.koid);
  EXPECT_EQ(ProcessInfo(made.process).flags, 0u);
  EXPECT_EQ(SignalsOf(made.process), 0u);
}

TEST(ProcessTest, BadArgumentsMakeNone) {
  zx_handle_t process = ZX_HANDLE_INVALID;
  zx_handle_t vmar = ZX_HANDLE_INVALID;
  auto* const nowhere = reinterpret_cast<zx_handle_t*>(uintptr_t{0x7000'0000});
  const zx_handle_t job = MakeJob();
  EXPECT_EQ(zx_process_create(job, "x", 1, 4, &process, &vmar), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_process_create(job, "x", 1, 0, nowhere, &vmar), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_process_create(job, "x", 1, 0, &process, nowhere), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_process_create(MakeEvent(), "x", 1, 0, &process, &vmar), ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(SignalsOf(job) & ZX_JOB_NO_PROCESSES, ZX_JOB_NO_PROCESSES);
}

TEST(ProcessTest, EndsWithTheCodeItExitsWith) {
  for (const int64_t code : {int64_t{0}, int64_t{7}, int64_t{-1}, INT64_MIN, INT64_MAX}) {
    const zx_handle_t process = StartProcess(zx_job_default(), &ExitWithArgument, ZX_HANDLE_INVALID,
                                             static_cast<uint64_t>(code));
    EXPECT_EQ(AwaitReturnCode(process), code);
  }
}

TEST(ProcessTest, EndsWith0WhenItsLastThreadEnds) {
  const zx_handle_t process =
      StartProcess(zx_job_default(), [](uint64_t, uint64_t) { zx_thread_exit(); });
  EXPECT_EQ(AwaitReturnCode(process), 0);
}

TEST(ProcessTest, TellsWhenItStarted) {
  const zx_time_t before = zx_clock_get_monotonic();
  const zx_handle_t process = StartProcess(zx_job_default(), &SleepForEver);
  const zx_info_process_t info = ProcessInfo(process);
  EXPECT_EQ(info.flags, ZX_INFO_PROCESS_FLAG_STARTED);
  EXPECT_GE(info.start_time, before);
  EXPECT_LE(info.start_time, zx_clock_get_monotonic());
  zx_info_process_v0_t old = {};
  EXPECT_EQ(zx_object_get_info(process, ZX_INFO_PROCESS_V0, &old, sizeof(old), nullptr, nullptr),
            ZX_OK);
  EXPECT_TRUE(old.started);
  EXPECT_FALSE(old.exited);
  EXPECT_EQ(zx_task_kill(process), ZX_OK);
  AwaitEnd(process);
  EXPECT_EQ(zx_object_get_info(process, ZX_INFO_PROCESS_V0, &old, sizeof(old), nullptr, nullptr),
            ZX_OK);
  EXPECT_TRUE(old.exited);
  EXPECT_EQ(old.return_code, ZX_TASK_RETCODE_SYSCALL_KILL);
}

TEST(ProcessTest, AKillEndsItWhileItWaits) {
  const zx_handle_t process = StartProcess(zx_job_default(), &SleepForEver);
  EXPECT_EQ(zx_task_kill(process), ZX_OK);
  EXPECT_EQ(AwaitReturnCode(process), ZX_TASK_RETCODE_SYSCALL_KILL);
  EXPECT_EQ(zx_task_kill(process), ZX_OK);
  EXPECT_EQ(AwaitReturnCode(process), ZX_TASK_RETCODE_SYSCALL_KILL);
}

TEST(ProcessTest, AKillEndsItWhileItComputes) {
  const Pair ends = MakeEventPair();
  const zx_handle_t process = StartProcess(
      zx_job_default(),
      [](uint64_t end, uint64_t) {
        zx_object_signal_peer(static_cast<zx_handle_t>(end), 0, ZX_USER_SIGNAL_0);
        for (;;) Step();
      },
      ends.second);
  AwaitSignals(ends.first, ZX_USER_SIGNAL_0);
  EXPECT_EQ(zx_task_kill(process), ZX_OK);
  EXPECT_EQ(AwaitReturnCode(process), ZX_TASK_RETCODE_SYSCALL_KILL);
}

TEST(ProcessTest, AnUnhandledExceptionEndsItWithItsOwnCode) {
  const zx_handle_t process = StartProcess(
      zx_job_default(),
      [](uint64_t, uint64_t address) {
        Load(address);
        zx_process_exit(1);
      },
      ZX_HANDLE_INVALID, 0x7000'0000);
  EXPECT_EQ(AwaitReturnCode(process), ZX_TASK_RETCODE_EXCEPTION_KILL);
}

TEST(ProcessTest, ClosingItsHandlesDoesNotEndIt) {
  const Pair ends = MakeChannel();
  const zx_handle_t process = StartProcess(
      zx_job_default(),
      [](uint64_t end, uint64_t) {
        const auto channel = static_cast<zx_handle_t>(end);
        zx_object_wait_one(channel, ZX_CHANNEL_READABLE, ZX_TIME_INFINITE, nullptr);
        zx_channel_write(channel, 0, "yes", 3, nullptr, 0);
        zx_process_exit(0);
      },
      ends.second);
  EXPECT_EQ(zx_handle_close(process), ZX_OK);
  EXPECT_EQ(zx_channel_write(ends.first, 0, "?", 1, nullptr, 0), ZX_OK);
  AwaitSignals(ends.first, ZX_CHANNEL_PEER_CLOSED);
  char answer[4] = {};
  EXPECT_EQ(zx_channel_read(ends.first, 0, answer, nullptr, 3, 0, nullptr, nullptr), ZX_OK);
  EXPECT_STREQ(answer, "yes");
}

TEST(ProcessTest, ItsHandlesAreClosedBeforeItIsTerminated) {
  const Pair ends = MakeEventPair();
  const zx_handle_t process = StartProcess(zx_job_default(), &ExitWithArgument, ends.second, 3);
  AwaitEnd(process);
  EXPECT_EQ(SignalsOf(ends.first), ZX_EVENTPAIR_PEER_CLOSED);
}

TEST(ProcessTest, OneThatWasNeverStartedCanBeKilled) {
  const NewProcess made = Make();
  EXPECT_EQ(zx_task_kill(made.process), ZX_OK);
  AwaitEnd(made.process);
  EXPECT_EQ(ProcessInfo(made.process).flags & ZX_INFO_PROCESS_FLAG_EXITED,
            ZX_INFO_PROCESS_FLAG_EXITED);
  zx_handle_t thread = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_thread_create(made.process, "t", 1, 0, &thread), ZX_ERR_BAD_STATE);
  EXPECT_EQ(zx_process_start(made.process, made.thread, EntryOf(&ExitWithArgument), 0,
                             ZX_HANDLE_INVALID, 0),
            ZX_ERR_BAD_STATE);
}

TEST(ProcessStartTest, WantsAThreadOfTheProcess) {
  const NewProcess first = Make();
  const NewProcess second = Make();
  EXPECT_EQ(zx_process_start(first.process, second.thread, EntryOf(&ExitWithArgument), 0,
                             ZX_HANDLE_INVALID, 0),
            ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_process_start(first.process, first.process, EntryOf(&ExitWithArgument), 0,
                             ZX_HANDLE_INVALID, 0),
            ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(ProcessInfo(first.process).flags, 0u);
}

TEST(ProcessStartTest, WantsAnEntryInUserMemory) {
  const NewProcess made = Make();
  for (const zx_vaddr_t entry : {zx_vaddr_t{0}, ~zx_vaddr_t{0}, zx_vaddr_t{1} << 63}) {
    EXPECT_EQ(zx_process_start(made.process, made.thread, entry, 0, ZX_HANDLE_INVALID, 0),
              ZX_ERR_INVALID_ARGS);
  }
  EXPECT_EQ(ProcessInfo(made.process).flags, 0u);
}

TEST(ProcessStartTest, TakesTheHandleWhateverHappens) {
  const NewProcess made = Make();
  zx_handle_t event = MakeEvent();
  EXPECT_EQ(zx_process_start(made.process, made.thread, 0, 0, event, 0), ZX_ERR_INVALID_ARGS);
  EXPECT_FALSE(IsValid(event));
  event = Without(MakeEvent(), ZX_RIGHT_TRANSFER);
  EXPECT_EQ(zx_process_start(made.process, made.thread, EntryOf(&ExitWithArgument), 0, event, 0),
            ZX_ERR_ACCESS_DENIED);
  EXPECT_FALSE(IsValid(event));
  event = MakeEvent();
  EXPECT_EQ(zx_process_start(kNoHandle, made.thread, EntryOf(&ExitWithArgument), 0, event, 0),
            ZX_ERR_BAD_HANDLE);
  EXPECT_FALSE(IsValid(event));
  EXPECT_EQ(ProcessInfo(made.process).flags, 0u);
}

TEST(ProcessStartTest, HappensOnce) {
  const NewProcess made = Make();
  const zx_vaddr_t stack = PrepareProcess(made.vmar);
  // A thread cannot start what has not started.
  EXPECT_EQ(zx_thread_start(made.thread, EntryOf(&SleepForEver), stack, 0, 0), ZX_ERR_BAD_STATE);
  EXPECT_EQ(zx_process_start(made.process, made.thread, EntryOf(&SleepForEver), stack,
                             ZX_HANDLE_INVALID, 0),
            ZX_OK);
  zx_handle_t other = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_thread_create(made.process, "other", 5, 0, &other), ZX_OK);
  for (const zx_handle_t thread : {made.thread, other}) {
    EXPECT_EQ(
        zx_process_start(made.process, thread, EntryOf(&SleepForEver), stack, ZX_HANDLE_INVALID, 0),
        ZX_ERR_BAD_STATE);
  }
  EXPECT_EQ(zx_task_kill(made.process), ZX_OK);
  AwaitEnd(made.process);
}

TEST(ProcessStartTest, NeedsItsRights) {
  const NewProcess made = Make();
  const zx_handle_t process = Duplicate(made.process, ZX_DEFAULT_PROCESS_RIGHTS & ~ZX_RIGHT_WRITE);
  const zx_handle_t thread = Duplicate(made.thread, ZX_DEFAULT_THREAD_RIGHTS & ~ZX_RIGHT_WRITE);
  EXPECT_EQ(zx_process_start(process, made.thread, EntryOf(&SleepForEver), 0, 0, 0),
            ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_process_start(made.process, thread, EntryOf(&SleepForEver), 0, 0, 0),
            ZX_ERR_ACCESS_DENIED);
  zx_handle_t other = ZX_HANDLE_INVALID;
  const zx_handle_t no_threads =
      Duplicate(made.process, ZX_DEFAULT_PROCESS_RIGHTS & ~ZX_RIGHT_MANAGE_THREAD);
  EXPECT_EQ(zx_thread_create(no_threads, "t", 1, 0, &other), ZX_ERR_ACCESS_DENIED);
}

TEST(ProcessStartTest, TheHandleArrivesWithItsRights) {
  const Pair ends = MakeChannel();
  const zx_rights_t rights = RightsOf(ends.second);
  const zx_handle_t process = StartProcess(
      zx_job_default(),
      [](uint64_t end, uint64_t argument) {
        zx_info_handle_basic_t info = {};
        const zx_status_t status =
            zx_object_get_info(static_cast<zx_handle_t>(end), ZX_INFO_HANDLE_BASIC, &info,
                               sizeof(info), nullptr, nullptr);
        zx_process_exit(status == ZX_OK && info.rights == argument ? 0 : 1);
      },
      ends.second, rights);
  EXPECT_FALSE(IsValid(ends.second));
  EXPECT_EQ(AwaitReturnCode(process), 0);
}

TEST(ProcessTest, NamesTheThreadsThatRun) {
  const zx_handle_t process = StartProcess(zx_job_default(), &SleepForEver);
  zx_koid_t koids[4] = {};
  size_t actual = 0;
  size_t available = 0;
  EXPECT_EQ(zx_object_get_info(process, ZX_INFO_PROCESS_THREADS, koids, sizeof(koids), &actual,
                               &available),
            ZX_OK);
  EXPECT_EQ(actual, 1u);
  EXPECT_EQ(available, 1u);
  zx_handle_t thread = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_object_get_child(process, koids[0], ZX_RIGHT_SAME_RIGHTS, &thread), ZX_OK);
  EXPECT_EQ(BasicInfo(thread).type, ZX_OBJ_TYPE_THREAD);
  EXPECT_EQ(KoidOf(thread), koids[0]);
  EXPECT_EQ(zx_object_get_child(process, koids[0] + 1, ZX_RIGHT_SAME_RIGHTS, &thread),
            ZX_ERR_NOT_FOUND);
  EXPECT_EQ(zx_task_kill(process), ZX_OK);
  AwaitEnd(process);
  EXPECT_EQ(zx_object_get_info(process, ZX_INFO_PROCESS_THREADS, koids, sizeof(koids), &actual,
                               &available),
            ZX_OK);
  EXPECT_EQ(available, 0u);
}

// Ends of all kinds, again and again: nothing is left in the job.
TEST(ProcessTest, HundredsStartAndEnd) {
  const zx_handle_t job = MakeJob();
  for (uint64_t i = 0; i < 100; ++i) {
    const zx_handle_t process = StartProcess(job, &ExitWithArgument, MakeEvent(), i);
    if (i % 3 == 0) {
      EXPECT_EQ(zx_task_kill(process), ZX_OK);
    }
    const int64_t code = AwaitReturnCode(process);
    if (i % 3 != 0) {
      EXPECT_EQ(code, static_cast<int64_t>(i));
    }
    EXPECT_EQ(zx_handle_close(process), ZX_OK);
  }
  AwaitSignals(job, ZX_JOB_NO_PROCESSES);
  EXPECT_EQ(SignalsOf(job), ZX_JOB_NO_JOBS | ZX_JOB_NO_PROCESSES);
}

}  // namespace
}  // namespace sirocco::zxtest
