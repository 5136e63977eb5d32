// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// zx_object_get_info: what all topics have in common, and the records of those that have no file of
// their own.

#include <zircon/rights.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/resource.h>

#include <cstring>
#include <iterator>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

template <typename Record>
zx_status_t Get(zx_handle_t handle, uint32_t topic, Record* record) {
  return zx_object_get_info(handle, topic, record, sizeof(*record), nullptr, nullptr);
}

struct Topic {
  uint32_t topic;
  size_t size;
  zx_handle_t handle;
  zx_rights_t right;  // 0: none is needed.
};

// Topics with one record, and an object each that has it.
class Topics {
 public:
  Topics() {
    EXPECT_EQ(zx_thread_create(zx_process_self(), "t", 1, 0, &thread_), ZX_OK);
    const zx_handle_t process = Duplicate(zx_process_self());
    const zx_handle_t resource = Duplicate(SystemResource());
    const Topic all[kCount] = {
        {ZX_INFO_HANDLE_BASIC, sizeof(zx_info_handle_basic_t), MakeEvent(), 0},
        {ZX_INFO_HANDLE_COUNT, sizeof(zx_info_handle_count_t), MakeEvent(), ZX_RIGHT_INSPECT},
        {ZX_INFO_PROCESS, sizeof(zx_info_process_t), process, ZX_RIGHT_INSPECT},
        {ZX_INFO_PROCESS_V0, sizeof(zx_info_process_v0_t), process, ZX_RIGHT_INSPECT},
        {ZX_INFO_PROCESS_HANDLE_STATS, sizeof(zx_info_process_handle_stats_t), process,
         ZX_RIGHT_INSPECT},
        {ZX_INFO_TASK_STATS, sizeof(zx_info_task_stats_t), process, ZX_RIGHT_INSPECT},
        {ZX_INFO_TASK_STATS_V0, sizeof(zx_info_task_stats_v0_t), process, ZX_RIGHT_INSPECT},
        {ZX_INFO_TASK_RUNTIME, sizeof(zx_info_task_runtime_t), process, ZX_RIGHT_INSPECT},
        {ZX_INFO_TASK_RUNTIME_V0, sizeof(zx_info_task_runtime_v0_t), thread_, ZX_RIGHT_INSPECT},
        {ZX_INFO_THREAD, sizeof(zx_info_thread_t), thread_, ZX_RIGHT_INSPECT},
        {ZX_INFO_JOB, sizeof(zx_info_job_t), MakeJob(), ZX_RIGHT_INSPECT},
        {ZX_INFO_RESOURCE, sizeof(zx_info_resource_t), resource, ZX_RIGHT_INSPECT},
        {ZX_INFO_KMEM_STATS, sizeof(zx_info_kmem_stats_t), resource, 0},
    };
    std::memcpy(topics_, all, sizeof(all));
  }

  const Topic* begin() const { return topics_; }
  const Topic* end() const { return topics_ + kCount; }

 private:
  static constexpr size_t kCount = 13;

  zx_handle_t thread_ = ZX_HANDLE_INVALID;
  Topic topics_[kCount];
};

alignas(8) uint8_t buffer[512];

TEST(InfoTest, ARecordFillsJustItsSizeAndIsCounted) {
  for (const Topic& topic : Topics()) {
    std::memset(buffer, 0xee, sizeof(buffer));
    size_t actual = 9;
    size_t available = 9;
    EXPECT_EQ(
        zx_object_get_info(topic.handle, topic.topic, buffer, sizeof(buffer), &actual, &available),
        ZX_OK)
        << topic.topic;
    EXPECT_EQ(actual, 1u);
    EXPECT_EQ(available, 1u);
    EXPECT_EQ(buffer[topic.size], 0xee) << topic.topic;
    EXPECT_EQ(zx_object_get_info(topic.handle, topic.topic, buffer, topic.size, nullptr, nullptr),
              ZX_OK);
  }
}

TEST(InfoTest, ABufferThatIsTooSmallIsLeftAlone) {
  for (const Topic& topic : Topics()) {
    size_t actual = 9;
    size_t available = 9;
    buffer[0] = 0xee;
    EXPECT_EQ(
        zx_object_get_info(topic.handle, topic.topic, buffer, topic.size - 1, &actual, &available),
        ZX_ERR_BUFFER_TOO_SMALL)
        << topic.topic;
    EXPECT_EQ(actual, 0u);
    EXPECT_EQ(available, 1u);
    EXPECT_EQ(buffer[0], 0xee);
  }
}

TEST(InfoTest, EachTopicHasItsRightAndItsType) {
  const zx_handle_t port = MakePort();
  for (const Topic& topic : Topics()) {
    const zx_handle_t without = Duplicate(topic.handle, RightsOf(topic.handle) & ~ZX_RIGHT_INSPECT);
    EXPECT_EQ(zx_object_get_info(without, topic.topic, buffer, sizeof(buffer), nullptr, nullptr),
              topic.right == 0 ? ZX_OK : ZX_ERR_ACCESS_DENIED)
        << topic.topic;
    const bool any_type =
        topic.topic == ZX_INFO_HANDLE_BASIC || topic.topic == ZX_INFO_HANDLE_COUNT;
    EXPECT_EQ(zx_object_get_info(port, topic.topic, buffer, sizeof(buffer), nullptr, nullptr),
              any_type ? ZX_OK : ZX_ERR_WRONG_TYPE)
        << topic.topic;
    EXPECT_EQ(zx_object_get_info(kNoHandle, topic.topic, buffer, sizeof(buffer), nullptr, nullptr),
              ZX_ERR_BAD_HANDLE);
  }
}

TEST(InfoTest, OutputsThatAreNotThereAreInvalidArgs) {
  auto* const nowhere = reinterpret_cast<size_t*>(uintptr_t{0x7000'0000});
  for (const Topic& topic : Topics()) {
    EXPECT_EQ(
        zx_object_get_info(topic.handle, topic.topic, nowhere, sizeof(buffer), nullptr, nullptr),
        ZX_ERR_INVALID_ARGS)
        << topic.topic;
    EXPECT_EQ(
        zx_object_get_info(topic.handle, topic.topic, buffer, sizeof(buffer), nowhere, nullptr),
        ZX_ERR_INVALID_ARGS);
    EXPECT_EQ(
        zx_object_get_info(topic.handle, topic.topic, buffer, sizeof(buffer), nullptr, nowhere),
        ZX_ERR_INVALID_ARGS);
  }
}

TEST(InfoTest, UnknownTopicsAreNotSupported) {
  for (const uint32_t topic : {ZX_INFO_NONE, 999u, ZX_INFO_JOB | 7u << 28}) {
    EXPECT_EQ(
        zx_object_get_info(zx_process_self(), topic, buffer, sizeof(buffer), nullptr, nullptr),
        ZX_ERR_NOT_SUPPORTED)
        << topic;
  }
}

TEST(InfoTest, KoidsAreNeverUsedAgain) {
  zx_koid_t last = 0;
  for (int i = 0; i < 1000; ++i) {
    const zx_handle_t event = MakeEvent();
    const zx_koid_t koid = KoidOf(event);
    ASSERT_NE(koid, last);
    ASSERT_EQ(koid >> 63, 0u);
    if (i > 0 && SimulatesTime()) {  // One hart gives them out in order.
      ASSERT_GT(koid, last);
    }
    last = koid;
    ASSERT_EQ(zx_handle_close(event), ZX_OK);
  }
}

TEST(InfoTest, HandlesInMessagesCount) {
  const Pair ends = MakeChannel();
  const zx_handle_t event = MakeEvent();
  for (uint32_t i = 0; i < 3; ++i) {
    const zx_handle_t copy = Duplicate(event);
    EXPECT_EQ(zx_channel_write(ends.first, 0, nullptr, 0, &copy, 1), ZX_OK);
    EXPECT_EQ(HandleCount(event), i + 2);
  }
  EXPECT_EQ(zx_handle_close(ends.second), ZX_OK);
  while (HandleCount(event) != 1) zx_nanosleep(zx_deadline_after(ZX_USEC(50)));
}

TEST(InfoTest, HandleStatsCountByType) {
  static zx_info_process_handle_stats_t before;
  static zx_info_process_handle_stats_t after;
  EXPECT_EQ(Get(zx_process_self(), ZX_INFO_PROCESS_HANDLE_STATS, &before), ZX_OK);
  MakeChannel();
  MakeEvent();
  MakeEvent();
  MakeEvent();
  EXPECT_EQ(zx_handle_close(MakePort()), ZX_OK);
  EXPECT_EQ(Get(zx_process_self(), ZX_INFO_PROCESS_HANDLE_STATS, &after), ZX_OK);
  for (uint32_t type = 0; type < ZX_OBJ_TYPE_UPPER_BOUND; ++type) {
    const uint32_t made = type == ZX_OBJ_TYPE_CHANNEL ? 2 : type == ZX_OBJ_TYPE_EVENT ? 3 : 0;
    EXPECT_EQ(after.handle_count[type] - before.handle_count[type], made) << type;
  }
}

// More slots than are counted in one go.
TEST(InfoTest, HandleStatsOfALargeTableAreCountedInSteps) {
  static zx_info_process_handle_stats_t before;
  static zx_info_process_handle_stats_t after;
  static zx_handle_t events[3000];
  EXPECT_EQ(Get(zx_process_self(), ZX_INFO_PROCESS_HANDLE_STATS, &before), ZX_OK);
  for (zx_handle_t& event : events) event = MakeEvent();
  EXPECT_EQ(Get(zx_process_self(), ZX_INFO_PROCESS_HANDLE_STATS, &after), ZX_OK);
  for (const zx_handle_t event : events) EXPECT_EQ(zx_handle_close(event), ZX_OK);
  for (uint32_t type = 0; type < ZX_OBJ_TYPE_UPPER_BOUND; ++type) {
    const size_t made = type == ZX_OBJ_TYPE_EVENT ? std::size(events) : 0;
    EXPECT_EQ(after.handle_count[type] - before.handle_count[type], made) << type;
  }
  uint8_t small[8];
  EXPECT_EQ(zx_object_get_info(zx_process_self(), ZX_INFO_PROCESS_HANDLE_STATS, small,
                               sizeof(small), nullptr, nullptr),
            ZX_ERR_BUFFER_TOO_SMALL);
}

TEST(InfoTest, MemoryOfAProcessIsCountedAsItIsUsed) {
  constexpr uint64_t kSize = 64 * 4096;
  const zx_handle_t vmo = MakeVmo(kSize);
  zx_info_task_stats_t before = {};
  zx_info_task_stats_t after = {};
  EXPECT_EQ(Get(zx_process_self(), ZX_INFO_TASK_STATS, &before), ZX_OK);
  zx_vaddr_t address = 0;
  ASSERT_EQ(zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, vmo, 0, kSize,
                        &address),
            ZX_OK);
  EXPECT_EQ(Get(zx_process_self(), ZX_INFO_TASK_STATS, &after), ZX_OK);
  EXPECT_EQ(after.mem_mapped_bytes - before.mem_mapped_bytes, kSize);
  EXPECT_EQ(after.mem_private_bytes, before.mem_private_bytes);
  for (uint64_t page = 0; page < 16; ++page) Store(address + page * 4096, page);
  EXPECT_EQ(Get(zx_process_self(), ZX_INFO_TASK_STATS, &after), ZX_OK);
  EXPECT_EQ(after.mem_private_bytes - before.mem_private_bytes, 16u * 4096);
  EXPECT_EQ(zx_vmar_unmap(zx_vmar_root_self(), address, kSize), ZX_OK);
  EXPECT_EQ(Get(zx_process_self(), ZX_INFO_TASK_STATS, &after), ZX_OK);
  EXPECT_EQ(after.mem_mapped_bytes, before.mem_mapped_bytes);
}

TEST(InfoTest, ADeadProcessHasNoMemoryToTellOf) {
  const zx_handle_t process =
      StartProcess(zx_job_default(), [](uint64_t, uint64_t) { zx_process_exit(0); });
  AwaitEnd(process);
  zx_info_task_stats_t stats = {};
  EXPECT_EQ(Get(process, ZX_INFO_TASK_STATS, &stats), ZX_ERR_BAD_STATE);
}

TEST(InfoTest, RuntimeOfTheDeadIsKept) {
  const zx_handle_t job = MakeJob();
  const zx_handle_t process = StartProcess(job, [](uint64_t, uint64_t) {
    const zx_time_t end = zx_deadline_after(ZX_MSEC(3));
    for (int i = 0; i < 1000 || zx_clock_get_monotonic() < end; ++i) {
      if (zx_thread_legacy_yield(0) != ZX_OK) break;
      if (i > 1'000'000) break;  // Time stands still while we run, on the host.
    }
    zx_process_exit(0);
  });
  AwaitEnd(process);
  zx_info_task_runtime_t of_process = {};
  zx_info_task_runtime_t of_job = {};
  EXPECT_EQ(Get(process, ZX_INFO_TASK_RUNTIME, &of_process), ZX_OK);
  EXPECT_EQ(Get(job, ZX_INFO_TASK_RUNTIME, &of_job), ZX_OK);
  EXPECT_EQ(of_process.cpu_time, of_job.cpu_time);
  EXPECT_GE(of_process.cpu_time, 0);
  EXPECT_GE(of_process.queue_time, 0);
  if (!SimulatesTime()) {
    EXPECT_GT(of_process.cpu_time, 0);
  }
  EXPECT_EQ(zx_handle_close(process), ZX_OK);
  EXPECT_EQ(Get(job, ZX_INFO_TASK_RUNTIME, &of_job), ZX_OK);
  EXPECT_EQ(of_process.cpu_time, of_job.cpu_time);
}

TEST(InfoTest, TheKernelsMemoryAddsUp) {
  zx_info_kmem_stats_t stats = {};
  EXPECT_EQ(Get(SystemResource(), ZX_INFO_KMEM_STATS, &stats), ZX_OK);
  EXPECT_GT(stats.total_bytes, 0u);
  EXPECT_GT(stats.free_bytes, 0u);
  EXPECT_LE(stats.free_heap_bytes, stats.total_heap_bytes);
  const uint64_t sum = stats.free_bytes + stats.wired_bytes + stats.total_heap_bytes +
                       stats.vmo_bytes + stats.mmu_overhead_bytes + stats.ipc_bytes +
                       stats.other_bytes;
  EXPECT_EQ(sum, stats.total_bytes);
  // What was given up before goes a grace period later.
  uint64_t vmo_bytes = 0;
  while (vmo_bytes != stats.vmo_bytes) {
    vmo_bytes = stats.vmo_bytes;
    EXPECT_EQ(zx_nanosleep(zx_deadline_after(ZX_MSEC(20))), ZX_OK);
    EXPECT_EQ(Get(SystemResource(), ZX_INFO_KMEM_STATS, &stats), ZX_OK);
  }
  const zx_handle_t vmo = MakeVmo(100 * 4096);
  EXPECT_EQ(zx_vmo_op_range(vmo, ZX_VMO_OP_COMMIT, 0, 100 * 4096, nullptr, 0), ZX_OK);
  EXPECT_EQ(Get(SystemResource(), ZX_INFO_KMEM_STATS, &stats), ZX_OK);
  EXPECT_GE(stats.vmo_bytes, vmo_bytes + 100 * 4096);
}

TEST(InfoTest, TheKernelsMemoryIsForWhoHasTheResource) {
  zx_handle_t other = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_resource_create(SystemResource(), ZX_RSRC_KIND_SYSTEM, ZX_RSRC_SYSTEM_VMEX_BASE, 1,
                               "vmex", 4, &other),
            ZX_OK);
  zx_info_kmem_stats_t stats = {};
  EXPECT_EQ(Get(other, ZX_INFO_KMEM_STATS, &stats), ZX_ERR_ACCESS_DENIED);
}

}  // namespace
}  // namespace sirocco::zxtest
