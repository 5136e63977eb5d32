// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Resources, the debug log, random bytes, what the machine is, and the calls made for tests.

#include <zircon/rights.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/log.h>
#include <zircon/syscalls/object.h>
#include <zircon/syscalls/resource.h>
#include <zircon/syscalls/system.h>

#include <cstring>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

void* const kNowhere = reinterpret_cast<void*>(uintptr_t{0x7000'0000});

zx_status_t MakeResource(zx_handle_t parent, uint32_t options, uint64_t base, size_t size,
                         zx_handle_t* out) {
  return zx_resource_create(parent, options, base, size, "part", 4, out);
}

zx_handle_t MakeService(zx_rsrc_system_base_t base) {
  zx_handle_t resource = ZX_HANDLE_INVALID;
  EXPECT_EQ(MakeResource(SystemResource(), ZX_RSRC_KIND_SYSTEM, base, 1, &resource), ZX_OK);
  return resource;
}

TEST(ResourceTest, APartIsWhatItWasMadeAs) {
  const zx_handle_t resource = MakeService(ZX_RSRC_SYSTEM_INFO_BASE);
  EXPECT_EQ(BasicInfo(resource).type, ZX_OBJ_TYPE_RESOURCE);
  EXPECT_EQ(RightsOf(resource), ZX_DEFAULT_RESOURCE_RIGHTS);
  zx_info_resource_t info = {};
  EXPECT_EQ(zx_object_get_info(resource, ZX_INFO_RESOURCE, &info, sizeof(info), nullptr, nullptr),
            ZX_OK);
  EXPECT_EQ(info.kind, ZX_RSRC_KIND_SYSTEM);
  EXPECT_EQ(info.flags, 0u);
  EXPECT_EQ(info.base, ZX_RSRC_SYSTEM_INFO_BASE);
  EXPECT_EQ(info.size, 1u);
  EXPECT_STREQ(info.name, "part");
}

TEST(ResourceTest, APartLiesInsideItsParent) {
  zx_handle_t part = ZX_HANDLE_INVALID;
  zx_handle_t resource = ZX_HANDLE_INVALID;
  ASSERT_EQ(MakeResource(SystemResource(), ZX_RSRC_KIND_SYSTEM, 2, 4, &part), ZX_OK);
  EXPECT_EQ(MakeResource(part, ZX_RSRC_KIND_SYSTEM, 3, 2, &resource), ZX_OK);
  for (const uint64_t base : {uint64_t{1}, uint64_t{5}, uint64_t{6}, ~uint64_t{0}}) {
    EXPECT_EQ(MakeResource(part, ZX_RSRC_KIND_SYSTEM, base, 2, &resource), ZX_ERR_ACCESS_DENIED);
  }
  EXPECT_EQ(MakeResource(part, ZX_RSRC_KIND_MMIO, 3, 1, &resource), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(MakeResource(part, ZX_RSRC_KIND_COUNT, 3, 1, &resource), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(MakeResource(part, ZX_RSRC_KIND_SYSTEM | 0x20000, 3, 1, &resource),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(MakeResource(Without(part, ZX_RIGHT_WRITE), ZX_RSRC_KIND_SYSTEM, 3, 1, &resource),
            ZX_ERR_ACCESS_DENIED);
}

TEST(ResourceTest, AnExclusivePartIsTheOnlyOne) {
  constexpr uint32_t kExclusive = ZX_RSRC_KIND_SYSTEM | ZX_RSRC_FLAG_EXCLUSIVE;
  zx_handle_t first = ZX_HANDLE_INVALID;
  zx_handle_t second = ZX_HANDLE_INVALID;
  ASSERT_EQ(MakeResource(SystemResource(), kExclusive, ZX_RSRC_SYSTEM_SAMPLING_BASE, 1, &first),
            ZX_OK);
  EXPECT_EQ(MakeResource(SystemResource(), kExclusive, ZX_RSRC_SYSTEM_SAMPLING_BASE, 1, &second),
            ZX_ERR_NOT_FOUND);
  EXPECT_EQ(MakeResource(first, kExclusive, ZX_RSRC_SYSTEM_SAMPLING_BASE, 1, &second),
            ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_handle_close(first), ZX_OK);
  zx_status_t status = ZX_ERR_NOT_FOUND;
  while (status == ZX_ERR_NOT_FOUND) {  // It goes when nobody can look at it any more.
    status = MakeResource(SystemResource(), kExclusive, ZX_RSRC_SYSTEM_SAMPLING_BASE, 1, &first);
    zx_nanosleep(zx_deadline_after(ZX_USEC(50)));
  }
  EXPECT_EQ(status, ZX_OK);
  EXPECT_EQ(zx_handle_close(first), ZX_OK);
}

struct Record {
  alignas(zx_log_record_t) char bytes[ZX_LOG_RECORD_MAX];

  const zx_log_record_t* operator->() const {
    return reinterpret_cast<const zx_log_record_t*>(bytes);
  }
};

zx_handle_t OpenLog(uint32_t options) {
  zx_handle_t log = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_debuglog_create(SystemResource(), options, &log), ZX_OK);
  return log;
}

// Reads until a record has just this text.
bool Find(zx_handle_t log, const char* text, size_t size, Record* record) {
  for (;;) {
    const zx_status_t status = zx_debuglog_read(log, 0, record, sizeof(*record));
    if (status < 0) return false;
    EXPECT_EQ(static_cast<size_t>(status), sizeof(zx_log_record_t) + (*record)->datalen);
    if ((*record)->datalen == size && std::memcmp((*record)->data, text, size) == 0) return true;
  }
}

TEST(DebuglogTest, ARecordIsReadAsItWasWritten) {
  const zx_handle_t reader = OpenLog(ZX_LOG_FLAG_READABLE);
  const zx_handle_t writer = OpenLog(0);
  EXPECT_EQ(RightsOf(writer), ZX_DEFAULT_DEBUGLOG_RIGHTS);
  EXPECT_EQ(RightsOf(reader), ZX_DEFAULT_DEBUGLOG_RIGHTS | ZX_RIGHT_READ);
  const char text[] = "a record of the debug log's test";
  const zx_time_t before = zx_clock_get_boot();
  EXPECT_EQ(zx_debuglog_write(writer, 0, text, sizeof(text) - 1), ZX_OK);
  Record record = {};
  ASSERT_TRUE(Find(reader, text, sizeof(text) - 1, &record));
  EXPECT_EQ(record->pid, KoidOf(zx_process_self()));
  EXPECT_NE(record->tid, 0u);
  EXPECT_GE(record->timestamp, before);
  EXPECT_LE(record->timestamp, zx_clock_get_boot());
  EXPECT_EQ(record->severity, ZX_LOG_SEVERITY_INFO);
}

TEST(DebuglogTest, RecordsAreNumberedAndLongOnesCut) {
  const zx_handle_t log = OpenLog(ZX_LOG_FLAG_READABLE);
  char text[300];
  std::memset(text, 'x', sizeof(text));
  EXPECT_EQ(zx_debuglog_write(log, 0, "first of two", 12), ZX_OK);
  EXPECT_EQ(zx_debuglog_write(log, 0, text, sizeof(text)), ZX_OK);
  Record first = {};
  Record second = {};
  ASSERT_TRUE(Find(log, "first of two", 12, &first));
  ASSERT_TRUE(Find(log, text, ZX_LOG_RECORD_DATA_MAX, &second));
  EXPECT_GT(second->sequence, first->sequence);
}

TEST(DebuglogTest, AReaderThatHasReadAllWaits) {
  const zx_handle_t log = OpenLog(ZX_LOG_FLAG_READABLE);
  Record record;
  while (zx_debuglog_read(log, 0, &record, sizeof(record)) > 0) {
  }
  EXPECT_EQ(zx_debuglog_read(log, 0, &record, sizeof(record)), ZX_ERR_SHOULD_WAIT);
  EXPECT_EQ(zx_debuglog_write(log, 0, "more", 4), ZX_OK);
  EXPECT_EQ(zx_object_wait_one(log, ZX_LOG_READABLE, ZX_TIME_INFINITE, nullptr), ZX_OK);
  EXPECT_EQ(zx_debuglog_read(log, 0, &record, sizeof(zx_log_record_t)), ZX_ERR_BUFFER_TOO_SMALL);
  EXPECT_TRUE(Find(log, "more", 4, &record));
}

TEST(DebuglogTest, NeedsItsResourceAndItsRights) {
  zx_handle_t log = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_debuglog_create(MakeService(ZX_RSRC_SYSTEM_INFO_BASE), 0, &log),
            ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_debuglog_create(MakeService(ZX_RSRC_SYSTEM_DEBUGLOG_BASE), 0, &log), ZX_OK);
  EXPECT_EQ(zx_debuglog_create(SystemResource(), 1, &log), ZX_ERR_INVALID_ARGS);
  const zx_handle_t writer = OpenLog(0);
  char byte = 0;
  EXPECT_EQ(zx_debuglog_read(writer, 0, &byte, 1), ZX_ERR_ACCESS_DENIED);
  EXPECT_EQ(zx_debuglog_write(writer, 1, "x", 1), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_debuglog_write(writer, 0, kNowhere, 1), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_debuglog_write(Without(writer, ZX_RIGHT_WRITE), 0, "x", 1), ZX_ERR_ACCESS_DENIED);
}

TEST(DebugCommandTest, TheLedgerGoesToTheLog) {
  const zx_handle_t log = OpenLog(ZX_LOG_FLAG_READABLE);
  Record record;
  while (zx_debuglog_read(log, 0, &record, sizeof(record)) > 0) {
  }
  EXPECT_EQ(zx_debug_send_command(SystemResource(), "ledger", 6), ZX_OK);
  bool has_channels = false;
  while (zx_debuglog_read(log, 0, &record, sizeof(record)) > 0) {
    const char channel[] = "ledger: channel ";
    has_channels |= std::memcmp(record->data, channel, sizeof(channel) - 1) == 0;
  }
  EXPECT_TRUE(has_channels);
  EXPECT_EQ(zx_debug_send_command(SystemResource(), "nothing", 7), ZX_ERR_NOT_FOUND);
  EXPECT_EQ(zx_debug_send_command(MakeService(ZX_RSRC_SYSTEM_INFO_BASE), "ledger", 6),
            ZX_ERR_ACCESS_DENIED);
}

TEST(RandomTest, DrawsFillAnySizeAndDoNotRepeat) {
  static uint8_t bytes[3000];
  std::memset(bytes, 0, sizeof(bytes));
  zx_cprng_draw(bytes, sizeof(bytes) - 1);
  EXPECT_EQ(bytes[sizeof(bytes) - 1], 0);
  uint32_t counts[256] = {};
  for (const uint8_t byte : bytes) ++counts[byte];
  for (const uint32_t count : counts) EXPECT_LT(count, 60u);  // 12 of each are expected.
  uint8_t first[16];
  uint8_t second[16];
  zx_cprng_draw(first, sizeof(first));
  zx_cprng_draw(second, sizeof(second));
  EXPECT_NE(std::memcmp(first, second, sizeof(first)), 0);
  zx_cprng_draw(nullptr, 0);
}

TEST(RandomTest, EntropyComesInSmallPieces) {
  const uint8_t bytes[ZX_CPRNG_ADD_ENTROPY_MAX_LEN + 1] = {1, 2, 3};
  EXPECT_EQ(zx_cprng_add_entropy(bytes, ZX_CPRNG_ADD_ENTROPY_MAX_LEN), ZX_OK);
  EXPECT_EQ(zx_cprng_add_entropy(bytes, 0), ZX_OK);
  EXPECT_EQ(zx_cprng_add_entropy(bytes, sizeof(bytes)), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_cprng_add_entropy(kNowhere, 8), ZX_ERR_INVALID_ARGS);
}

TEST(SystemTest, SaysWhatTheMachineIs) {
  EXPECT_GE(zx_system_get_num_cpus(), 1u);
  EXPECT_EQ(zx_system_get_page_size(), 4096u);
  EXPECT_GE(zx_system_get_physmem(), uint64_t{16} << 20);
  EXPECT_EQ(zx_system_get_dcache_line_size(), 64u);
  const zx_string_view_t version = zx_system_get_version_string();
  EXPECT_GT(version.length, 0u);
  EXPECT_EQ(std::strlen(version.c_str), version.length);
  EXPECT_EQ(zx_system_get_version_string().c_str, version.c_str);
  uint32_t features = 0;
  EXPECT_EQ(zx_system_get_features(ZX_FEATURE_KIND_CPU, &features), ZX_OK);
  EXPECT_EQ(features & ZX_HAS_CPU_FEATURES, ZX_HAS_CPU_FEATURES);
  EXPECT_EQ(zx_system_get_features(99, &features), ZX_ERR_NOT_SUPPORTED);
}

TEST(SystemTest, PowerNeedsItsResource) {
  EXPECT_EQ(zx_system_powerctl(MakeService(ZX_RSRC_SYSTEM_INFO_BASE), ZX_SYSTEM_POWERCTL_SHUTDOWN,
                               nullptr),
            ZX_ERR_ACCESS_DENIED);
  const zx_handle_t power = MakeService(ZX_RSRC_SYSTEM_POWER_BASE);
  EXPECT_EQ(zx_system_powerctl(power, 99, nullptr), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(zx_system_powerctl(power, ZX_SYSTEM_POWERCTL_REBOOT_RECOVERY, nullptr),
            ZX_ERR_NOT_SUPPORTED);
}

TEST(TestCallTest, ArgumentsArriveInTheirPlaces) {
  EXPECT_EQ(zx_syscall_test_0(), 0);
  EXPECT_EQ(zx_syscall_test_1(1), 1);
  EXPECT_EQ(zx_syscall_test_2(1, 10), 11);
  EXPECT_EQ(zx_syscall_test_3(1, 10, 100), 111);
  EXPECT_EQ(zx_syscall_test_4(1, 10, 100, 1000), 1111);
  EXPECT_EQ(zx_syscall_test_5(1, 10, 100, 1000, 10000), 11111);
  EXPECT_EQ(zx_syscall_test_6(1, 10, 100, 1000, 10000, 100000), 111111);
  EXPECT_EQ(zx_syscall_test_7(1, 10, 100, 1000, 10000, 100000, 1000000), 1111111);
  EXPECT_EQ(zx_syscall_test_8(1, 10, 100, 1000, 10000, 100000, 1000000, 10000000), 11111111);
  EXPECT_EQ(zx_syscall_test_2(-5, 3), -2);
}

}  // namespace
}  // namespace sirocco::zxtest
