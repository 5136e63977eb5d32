// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// The kernel's ledger of what lives: whatever a process made, nothing of it is left when it ends.

#include <zircon/syscalls.h>
#include <zircon/syscalls/log.h>
#include <zircon/syscalls/port.h>

#include <cstdlib>
#include <cstring>

#include "tests/zx/objects.h"
#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {
namespace {

constexpr char kMark[] = "ledger: ";

// Objects by type and handles, in the order in which the kernel lists them. Pages are left out:
// caches keep some.
class Ledger {
 public:
  explicit Ledger(zx_handle_t log) : log_(log) {}

  void Read() {
    count_ = 0;
    alignas(zx_log_record_t) char bytes[ZX_LOG_RECORD_MAX];
    while (zx_debuglog_read(log_, 0, bytes, sizeof(bytes)) > 0) {
    }
    EXPECT_EQ(zx_debug_send_command(SystemResource(), "ledger", 6), ZX_OK);
    while (zx_debuglog_read(log_, 0, bytes, sizeof(bytes)) > 0) {
      auto* const record = reinterpret_cast<zx_log_record_t*>(bytes);
      Take(record->data, record->datalen);
    }
    EXPECT_GT(count_, 10u);
  }

  // What was given up goes a grace period later: reads until nothing changes any more.
  void Settle() {
    Ledger last(log_);
    do {
      last.Read();
      EXPECT_EQ(zx_nanosleep(zx_deadline_after(ZX_MSEC(20))), ZX_OK);
      Read();
    } while (!(last == *this));
  }

  void ExpectNoMoreThan(const Ledger& other) const {
    EXPECT_EQ(count_, other.count_);
    for (size_t i = 0; i < count_; ++i) EXPECT_LE(numbers_[i], other.numbers_[i]) << i;
  }

  bool operator==(const Ledger& other) const {
    return count_ == other.count_ &&
           std::memcmp(numbers_, other.numbers_, count_ * sizeof(numbers_[0])) == 0;
  }

 private:
  void Take(const char* line, size_t size) {
    char text[ZX_LOG_RECORD_DATA_MAX + 1] = {};
    std::memcpy(text, line, size);
    if (std::strncmp(text, kMark, sizeof(kMark) - 1) != 0) return;
    const char* const name = text + sizeof(kMark) - 1;
    const char* const number = std::strrchr(text, ' ');
    if (std::strncmp(name, "pages", 5) == 0 || count_ == kMax) return;
    numbers_[count_++] = std::strtoull(number, nullptr, 10);
  }

  static constexpr size_t kMax = 32;

  const zx_handle_t log_;
  size_t count_ = 0;
  uint64_t numbers_[kMax] = {};
};

// Makes some of everything, some of it in messages and in waits, and leaves it all lying about.
void MakeAMess(uint64_t, uint64_t) {
  zx_handle_t handles[2] = {};
  zx_handle_t other = ZX_HANDLE_INVALID;
  zx_handle_t port = ZX_HANDLE_INVALID;
  zx_port_create(ZX_PORT_BIND_TO_INTERRUPT, &port);
  for (uint64_t i = 0; i < 50; ++i) {
    zx_event_create(0, &other);
    zx_object_wait_async(other, port, i, ZX_EVENT_SIGNALED, 0);
    zx_port_packet_t packet = {};
    zx_port_queue(port, &packet);
    zx_eventpair_create(0, &handles[0], &handles[1]);
    zx_handle_t ends[2] = {};
    zx_channel_create(0, &ends[0], &ends[1]);
    zx_channel_write(ends[0], 0, "abc", 3, handles, 2);
    zx_timer_create(0, ZX_CLOCK_MONOTONIC, &other);
    zx_timer_set(other, zx_deadline_after(ZX_HOUR(1)), 0);
    zx_vmo_create(10 * 4096, 0, &other);
    zx_vmo_op_range(other, ZX_VMO_OP_COMMIT, 0, 2 * 4096, nullptr, 0);
    zx_interrupt_create(ZX_HANDLE_INVALID, 0, ZX_INTERRUPT_VIRTUAL, &other);
    zx_interrupt_bind(other, port, i, ZX_INTERRUPT_BIND);
    zx_interrupt_trigger(other, 0, 1);
  }
  zx_process_exit(0);
}

TEST(LedgerTest, AProcessThatEndsLeavesNothing) {
  zx_handle_t log = ZX_HANDLE_INVALID;
  ASSERT_EQ(zx_debuglog_create(SystemResource(), ZX_LOG_FLAG_READABLE, &log), ZX_OK);
  Ledger before(log);
  Ledger after(log);
  for (int round = 0; round < 4; ++round) {
    const zx_handle_t process = StartProcess(zx_job_default(), &MakeAMess);
    EXPECT_EQ(AwaitReturnCode(process), 0);
    EXPECT_EQ(zx_handle_close(process), ZX_OK);
    // What a world makes once and keeps is there after the first round.
    if (round == 0) before.Settle();
  }
  after.Settle();
  after.ExpectNoMoreThan(before);
}

}  // namespace
}  // namespace sirocco::zxtest
