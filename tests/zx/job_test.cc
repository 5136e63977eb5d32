// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Jobs: the tree, its signals and lists, and that killing one kills all below.

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

constexpr zx_signals_t kEmpty = ZX_JOB_NO_JOBS | ZX_JOB_NO_PROCESSES;

zx_handle_t MakeChildJob(zx_handle_t parent) {
  zx_handle_t job = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_job_create(parent, 0, &job), ZX_OK);
  return job;
}

// Never started; its region's handle is closed.
zx_handle_t MakeProcess(zx_handle_t job) {
  zx_handle_t process = ZX_HANDLE_INVALID;
  zx_handle_t vmar = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_process_create(job, "test", 4, 0, &process, &vmar), ZX_OK);
  EXPECT_EQ(zx_handle_close(vmar), ZX_OK);
  return process;
}

// Waits for ever.
zx_handle_t StartIdleProcess(zx_handle_t job) {
  return StartProcess(job, [](uint64_t, uint64_t) {
    zx_nanosleep(ZX_TIME_INFINITE);
    zx_process_exit(1);
  });
}

zx_info_job_t JobInfo(zx_handle_t job) {
  zx_info_job_t info = {};
  EXPECT_EQ(zx_object_get_info(job, ZX_INFO_JOB, &info, sizeof(info), nullptr, nullptr), ZX_OK);
  return info;
}

TEST(JobTest, IsMadeWithItsDefaultRightsAndEmpty) {
  const zx_handle_t job = MakeJob();
  const zx_info_handle_basic_t info = BasicInfo(job);
  EXPECT_EQ(info.type, ZX_OBJ_TYPE_JOB);
  EXPECT_EQ(info.rights, ZX_DEFAULT_JOB_RIGHTS);
  EXPECT_EQ(info.related_koid, KoidOf(zx_job_default()));
  EXPECT_EQ(SignalsOf(job), kEmpty);
  EXPECT_FALSE(JobInfo(job).exited);
  zx_handle_t other = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_job_create(job, 1, &other), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_job_create(MakeEvent(), 0, &other), ZX_ERR_WRONG_TYPE);
}

TEST(JobTest, ItsSignalsSayWhetherThereAreChildren) {
  const zx_handle_t job = MakeJob();
  const zx_handle_t child = MakeChildJob(job);
  EXPECT_EQ(SignalsOf(job), ZX_JOB_NO_PROCESSES);
  const zx_handle_t process = MakeProcess(job);
  EXPECT_EQ(SignalsOf(job), 0u);
  EXPECT_EQ(zx_handle_close(child), ZX_OK);
  AwaitSignals(job, ZX_JOB_NO_JOBS);
  EXPECT_EQ(zx_handle_close(process), ZX_OK);
  AwaitSignals(job, ZX_JOB_NO_PROCESSES);
  EXPECT_EQ(SignalsOf(job), kEmpty);
}

TEST(JobTest, TheTreeIsAtMost32High) {
  zx_handle_t job = MakeJob();
  int height = 1;
  zx_handle_t child = ZX_HANDLE_INVALID;
  zx_status_t status = ZX_OK;
  while (height < 100) {
    status = zx_job_create(job, 0, &child);
    if (status != ZX_OK) break;
    job = child;
    ++height;
  }
  EXPECT_EQ(status, ZX_ERR_OUT_OF_RANGE);
  EXPECT_LT(height, 32);
  EXPECT_GE(height, 28);  // Our own job lies a few below the root.
  // A process is no higher than its job.
  EXPECT_EQ(SignalsOf(MakeProcess(job)), 0u);
}

TEST(JobTest, MakingChildrenNeedsTheirRights) {
  const zx_handle_t job = MakeJob();
  zx_handle_t handle = ZX_HANDLE_INVALID;
  zx_handle_t vmar = ZX_HANDLE_INVALID;
  const zx_handle_t no_jobs = Duplicate(job, ZX_DEFAULT_JOB_RIGHTS & ~ZX_RIGHT_MANAGE_JOB);
  EXPECT_EQ(zx_job_create(no_jobs, 0, &handle), ZX_ERR_ACCESS_DENIED);
  const zx_handle_t no_processes = Duplicate(job, ZX_DEFAULT_JOB_RIGHTS & ~ZX_RIGHT_MANAGE_PROCESS);
  EXPECT_EQ(zx_process_create(no_processes, "x", 1, 0, &handle, &vmar), ZX_ERR_ACCESS_DENIED);
  const zx_handle_t no_kill = Duplicate(job, ZX_DEFAULT_JOB_RIGHTS & ~ZX_RIGHT_DESTROY);
  EXPECT_EQ(zx_task_kill(no_kill), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(SignalsOf(job), kEmpty);
}

TEST(JobTest, KillingItKillsAllBelow) {
  const zx_handle_t job = MakeJob();
  const zx_handle_t child = MakeChildJob(job);
  const zx_handle_t grandchild = MakeChildJob(child);
  const zx_handle_t processes[] = {StartIdleProcess(job), StartIdleProcess(child),
                                   StartIdleProcess(grandchild), StartIdleProcess(grandchild)};
  const zx_handle_t unstarted = MakeProcess(grandchild);
  EXPECT_EQ(zx_task_kill(job), ZX_OK);
  AwaitEnd(job);
  // All of them before the job itself.
  for (const zx_handle_t below : {child, grandchild, unstarted}) {
    EXPECT_NE(SignalsOf(below) & ZX_TASK_TERMINATED, 0u);
  }
  for (const zx_handle_t process : processes) {
    EXPECT_NE(SignalsOf(process) & ZX_TASK_TERMINATED, 0u);
    EXPECT_EQ(AwaitReturnCode(process), ZX_TASK_RETCODE_SYSCALL_KILL);
  }
  for (const zx_handle_t dead : {job, child, grandchild}) {
    EXPECT_TRUE(JobInfo(dead).exited);
    EXPECT_EQ(JobInfo(dead).return_code, ZX_TASK_RETCODE_SYSCALL_KILL);
  }
}

TEST(JobTest, ADeadJobTakesNoChildrenAndCanBeKilledAgain) {
  const zx_handle_t job = MakeJob();
  EXPECT_EQ(zx_task_kill(job), ZX_OK);
  AwaitEnd(job);
  zx_handle_t handle = ZX_HANDLE_INVALID;
  zx_handle_t vmar = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_job_create(job, 0, &handle), ZX_ERR_BAD_STATE);
  EXPECT_EQ(zx_process_create(job, "x", 1, 0, &handle, &vmar), ZX_ERR_BAD_STATE);
  EXPECT_EQ(zx_task_kill(job), ZX_OK);
}

TEST(JobTest, ClosingItsHandlesKillsNobody) {
  const zx_handle_t job = MakeJob();
  const zx_handle_t process = StartIdleProcess(job);
  EXPECT_EQ(zx_handle_close(job), ZX_OK);
  EXPECT_EQ(zx_object_wait_one(process, ZX_TASK_TERMINATED, zx_deadline_after(ZX_MSEC(1)), nullptr),
            ZX_ERR_TIMED_OUT);
  EXPECT_EQ(zx_task_kill(process), ZX_OK);
  EXPECT_EQ(AwaitReturnCode(process), ZX_TASK_RETCODE_SYSCALL_KILL);
}

TEST(JobTest, OnlyJobsAndProcessesAreKilled) {
  zx_handle_t thread = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_thread_create(zx_process_self(), "t", 1, 0, &thread), ZX_OK);
  EXPECT_EQ(zx_task_kill(thread), ZX_ERR_WRONG_TYPE);
  EXPECT_EQ(zx_task_kill(kNoHandle), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(zx_task_kill(MakeEvent()), ZX_ERR_ACCESS_DENIED);
}

// Hundreds in one job, all of which are killed before it ends.
TEST(JobTest, ManyProcessesAndJobsAreKilledTogether) {
  constexpr size_t kCount = 100;
  static zx_handle_t tasks[2 * kCount];
  const zx_handle_t job = MakeJob();
  for (size_t i = 0; i < kCount; ++i) {
    tasks[2 * i] = MakeProcess(job);
    tasks[2 * i + 1] = MakeChildJob(job);
  }
  EXPECT_EQ(zx_task_kill(job), ZX_OK);
  AwaitEnd(job);
  for (const zx_handle_t task : tasks) EXPECT_NE(SignalsOf(task) & ZX_TASK_TERMINATED, 0u);
}

size_t Koids(zx_handle_t task, uint32_t topic, zx_koid_t* koids, size_t room, size_t* available) {
  size_t actual = 0;
  EXPECT_EQ(zx_object_get_info(task, topic, koids, room * sizeof(zx_koid_t), &actual, available),
            ZX_OK);
  return actual;
}

bool Contains(const zx_koid_t* koids, size_t count, zx_koid_t koid) {
  for (size_t i = 0; i < count; ++i) {
    if (koids[i] == koid) return true;
  }
  return false;
}

TEST(JobListTest, NamesDirectChildrenOnly) {
  const zx_handle_t job = MakeJob();
  const zx_handle_t children[] = {MakeChildJob(job), MakeChildJob(job)};
  const zx_handle_t processes[] = {MakeProcess(job), StartIdleProcess(job), MakeProcess(job)};
  MakeProcess(children[0]);
  MakeChildJob(children[1]);
  zx_koid_t koids[8] = {};
  size_t available = 0;
  EXPECT_EQ(Koids(job, ZX_INFO_JOB_CHILDREN, koids, 8, &available), 2u);
  EXPECT_EQ(available, 2u);
  for (const zx_handle_t child : children) EXPECT_TRUE(Contains(koids, 2, KoidOf(child)));
  EXPECT_EQ(Koids(job, ZX_INFO_JOB_PROCESSES, koids, 8, &available), 3u);
  EXPECT_EQ(available, 3u);
  for (const zx_handle_t process : processes) EXPECT_TRUE(Contains(koids, 3, KoidOf(process)));
  // A small buffer gets what fits.
  koids[1] = 7;
  EXPECT_EQ(Koids(job, ZX_INFO_JOB_PROCESSES, koids, 1, &available), 1u);
  EXPECT_EQ(available, 3u);
  EXPECT_EQ(koids[1], 7u);
  EXPECT_EQ(Koids(job, ZX_INFO_JOB_PROCESSES, nullptr, 0, &available), 0u);
  EXPECT_EQ(available, 3u);
  EXPECT_EQ(zx_task_kill(job), ZX_OK);
}

TEST(JobListTest, ForgetsTheDeadThoughTheyHaveHandles) {
  const zx_handle_t job = MakeJob();
  const zx_handle_t process = StartIdleProcess(job);
  const zx_koid_t koid = KoidOf(process);
  EXPECT_EQ(zx_task_kill(process), ZX_OK);
  AwaitEnd(process);
  AwaitSignals(job, ZX_JOB_NO_PROCESSES);
  size_t available = 9;
  EXPECT_EQ(Koids(job, ZX_INFO_JOB_PROCESSES, nullptr, 0, &available), 0u);
  EXPECT_EQ(available, 0u);
  zx_handle_t child = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_object_get_child(job, koid, ZX_RIGHT_SAME_RIGHTS, &child), ZX_ERR_NOT_FOUND);
}

TEST(JobListTest, NeedsEnumerate) {
  const zx_handle_t job = Without(MakeJob(), ZX_RIGHT_ENUMERATE);
  zx_handle_t child = ZX_HANDLE_INVALID;
  size_t available = 0;
  for (const uint32_t topic : {ZX_INFO_JOB_CHILDREN, ZX_INFO_JOB_PROCESSES}) {
    EXPECT_EQ(zx_object_get_info(job, topic, nullptr, 0, nullptr, &available),
              ZX_ERR_ACCESS_DENIED);
    EXPECT_EQ(zx_object_get_info(zx_process_self(), topic, nullptr, 0, nullptr, &available),
              ZX_ERR_WRONG_TYPE);
  }
  EXPECT_EQ(zx_object_get_child(job, 5000, ZX_RIGHT_SAME_RIGHTS, &child), ZX_ERR_ACCESS_DENIED);
}

TEST(GetChildTest, OpensDirectChildrenByTheirKoid) {
  const zx_handle_t job = MakeJob();
  const zx_handle_t child = MakeChildJob(job);
  const zx_handle_t process = MakeProcess(job);
  const zx_handle_t grandchild = MakeProcess(child);
  zx_handle_t opened = ZX_HANDLE_INVALID;
  for (const zx_handle_t direct : {child, process}) {
    EXPECT_EQ(zx_object_get_child(job, KoidOf(direct), ZX_RIGHT_SAME_RIGHTS, &opened), ZX_OK);
    EXPECT_EQ(KoidOf(opened), KoidOf(direct));
    EXPECT_EQ(RightsOf(opened), RightsOf(job));
  }
  EXPECT_EQ(zx_object_get_child(job, KoidOf(process), ZX_RIGHT_INSPECT | ZX_RIGHT_WAIT, &opened),
            ZX_OK);
  EXPECT_EQ(RightsOf(opened), ZX_RIGHT_INSPECT | ZX_RIGHT_WAIT);
  for (const zx_koid_t koid : {KoidOf(grandchild), KoidOf(job), zx_koid_t{0}, ~zx_koid_t{0}}) {
    EXPECT_EQ(zx_object_get_child(job, koid, ZX_RIGHT_SAME_RIGHTS, &opened), ZX_ERR_NOT_FOUND);
  }
}

TEST(GetChildTest, GivesNoMoreRightsThanTheParentsHandleHas) {
  const zx_handle_t job = MakeJob();
  const zx_koid_t process = KoidOf(MakeProcess(job));
  const zx_handle_t less = Duplicate(job, ZX_RIGHT_ENUMERATE | ZX_RIGHT_INSPECT);
  zx_handle_t opened = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_object_get_child(less, process, ZX_RIGHT_DESTROY, &opened), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_object_get_child(less, process, ZX_RIGHT_SAME_RIGHTS, &opened), ZX_OK);
  EXPECT_EQ(RightsOf(opened), ZX_RIGHT_ENUMERATE | ZX_RIGHT_INSPECT);
  EXPECT_EQ(zx_object_get_child(MakeEvent(), process, 0, &opened), ZX_ERR_ACCESS_DENIED);
}

TEST(NameTest, OfAJobProcessThreadAndVmoCanBeChanged) {
  zx_handle_t thread = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_thread_create(zx_process_self(), "first", 5, 0, &thread), ZX_OK);
  for (const zx_handle_t object : {MakeJob(), MakeProcess(zx_job_default()), thread, MakeVmo(1)}) {
    char name[ZX_MAX_NAME_LEN];
    EXPECT_EQ(zx_object_set_property(object, ZX_PROP_NAME, "second", 6), ZX_OK);
    std::memset(name, 'x', sizeof(name));
    EXPECT_EQ(zx_object_get_property(object, ZX_PROP_NAME, name, sizeof(name)), ZX_OK);
    EXPECT_STREQ(name, "second");
    EXPECT_EQ(name[sizeof(name) - 1], 0);  // All of it is written.
    const char long_name[] = "0123456789012345678901234567890123456789";
    EXPECT_EQ(zx_object_set_property(object, ZX_PROP_NAME, long_name, sizeof(long_name) - 1),
              ZX_OK);
    EXPECT_EQ(zx_object_get_property(object, ZX_PROP_NAME, name, sizeof(name)), ZX_OK);
    EXPECT_STREQ(name, "0123456789012345678901234567890");
    EXPECT_EQ(zx_object_set_property(object, ZX_PROP_NAME, "ab\0cd", 5), ZX_OK);
    EXPECT_EQ(zx_object_get_property(object, ZX_PROP_NAME, name, sizeof(name)), ZX_OK);
    EXPECT_STREQ(name, "ab");
    EXPECT_EQ(name[3], 0);
    EXPECT_EQ(zx_object_get_property(object, ZX_PROP_NAME, name, sizeof(name) - 1),
              ZX_ERR_BUFFER_TOO_SMALL);
  }
}

TEST(NameTest, IsGivenAtCreation) {
  zx_handle_t thread = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_thread_create(zx_process_self(), "worker", 6, 0, &thread), ZX_OK);
  char name[ZX_MAX_NAME_LEN] = {};
  EXPECT_EQ(zx_object_get_property(thread, ZX_PROP_NAME, name, sizeof(name)), ZX_OK);
  EXPECT_STREQ(name, "worker");
  EXPECT_EQ(zx_object_get_property(MakeProcess(zx_job_default()), ZX_PROP_NAME, name, sizeof(name)),
            ZX_OK);
  EXPECT_STREQ(name, "test");
}

TEST(NameTest, ObjectsWithoutOneAreOfTheWrongType) {
  char name[ZX_MAX_NAME_LEN] = {};
  const zx_handle_t vmo = Without(MakeVmo(1), ZX_RIGHT_GET_PROPERTY | ZX_RIGHT_SET_PROPERTY);
  EXPECT_EQ(zx_object_get_property(vmo, ZX_PROP_NAME, name, sizeof(name)), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_object_set_property(vmo, ZX_PROP_NAME, name, 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_object_get_property(kNoHandle, ZX_PROP_NAME, name, sizeof(name)), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(zx_object_get_property(MakeJob(), ZX_PROP_PROCESS_VDSO_BASE_ADDRESS, name, 8),
            ZX_ERR_WRONG_TYPE);
}

}  // namespace
}  // namespace sirocco::zxtest
