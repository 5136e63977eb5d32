// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The vDSO's C functions over a kernel that only takes notes.
#include <gtest/gtest.h>
#include <sirocco/syscall_numbers.h>
#include <zircon/status.h>
#include <zircon/syscalls.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "vdso/host/host_syscall.h"

namespace {

struct Note {
  uint64_t number;
  std::array<uint64_t, 8> arguments;
};

struct FakeKernel {
  std::vector<Note> calls;
  std::deque<zx_status_t> results;  // ZX_OK when there are none.
  uint64_t ticks = 0;
  std::array<uint64_t, 7> words_in = {};
  std::array<uint64_t, 7> words_out = {};
  uint64_t size_in = 0;
  uint64_t size_out = 0;

  uint64_t Take(uint64_t number, const uint64_t* arguments) {
    Note& note = calls.emplace_back();
    note.number = number;
    std::copy_n(arguments, 8, note.arguments.begin());
    zx_status_t result = ZX_OK;
    if (!results.empty()) {
      result = results.front();
      results.pop_front();
    }
    return static_cast<uint64_t>(int64_t{result});
  }
};

FakeKernel* kernel = nullptr;

class Stubs : public testing::Test {
 protected:
  Stubs() { kernel = &kernel_; }
  ~Stubs() override { kernel = nullptr; }
  FakeKernel kernel_;
};

uint64_t Word(const void* pointer) { return reinterpret_cast<uintptr_t>(pointer); }

TEST_F(Stubs, PassNumberAndAllArgumentsInOrder) {
  char bytes[4];
  zx_handle_t handles[2];
  uint32_t actual_bytes;
  uint32_t actual_handles;
  EXPECT_EQ(zx_channel_read(7, ZX_CHANNEL_READ_MAY_DISCARD, bytes, handles, 4, 2, &actual_bytes,
                            &actual_handles),
            ZX_OK);
  ASSERT_EQ(kernel_.calls.size(), 1u);
  EXPECT_EQ(kernel_.calls[0].number, uint64_t{ZX_SYS_channel_read});
  const std::array<uint64_t, 8> expected = {7, 1, Word(bytes),         Word(handles),
                                            4, 2, Word(&actual_bytes), Word(&actual_handles)};
  EXPECT_EQ(kernel_.calls[0].arguments, expected);
}

TEST_F(Stubs, ExtendSignedArgumentsBySign) {
  zx_nanosleep(-5);
  EXPECT_EQ(static_cast<int64_t>(kernel_.calls[0].arguments[0]), -5);
  zx_syscall_test_1(-7);
  EXPECT_EQ(static_cast<int64_t>(kernel_.calls[1].arguments[0]), -7);
}

TEST_F(Stubs, ReturnTheKernelsStatusUnderBothNames) {
  kernel_.results = {ZX_ERR_PEER_CLOSED, ZX_ERR_BAD_HANDLE};
  EXPECT_EQ(zx_handle_close(3), ZX_ERR_PEER_CLOSED);
  EXPECT_EQ(_zx_handle_close(3), ZX_ERR_BAD_HANDLE);
  EXPECT_EQ(kernel_.calls[0].number, kernel_.calls[1].number);
}

TEST_F(Stubs, CarryTheWordsOfAHandOffBothWays) {
  uint64_t words[7] = {1, 2, 3, 4, 5, 6, 7};
  uint32_t size = 56;
  kernel_.words_out = {10, 20, 30, 40, 50, 60, 70};
  kernel_.size_out = 24;
  EXPECT_EQ(zx_channel_call_regs(3, words, &size), ZX_OK);
  EXPECT_EQ(kernel_.words_in, (std::array<uint64_t, 7>{1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(kernel_.size_in, 56u);
  EXPECT_EQ(words[6], 70u);
  EXPECT_EQ(size, 24u);
}

TEST_F(Stubs, LeaveTheWordsOfAFailedHandOffAlone) {
  uint64_t words[7] = {1, 2, 3, 4, 5, 6, 7};
  uint32_t size = 8;
  kernel_.words_out = {9, 9, 9, 9, 9, 9, 9};
  kernel_.size_out = 9;
  kernel_.results = {ZX_ERR_PEER_CLOSED};
  EXPECT_EQ(zx_channel_serve(3, words, &size, nullptr), ZX_ERR_PEER_CLOSED);
  EXPECT_EQ(words[0], 1u);
  EXPECT_EQ(size, 8u);
}

TEST_F(Stubs, DrawRandomBytesInPiecesOf256) {
  std::vector<char> buffer(600);
  zx_cprng_draw(buffer.data(), buffer.size());
  ASSERT_EQ(kernel_.calls.size(), 3u);
  const uint64_t sizes[] = {256, 256, 88};
  uint64_t offset = 0;
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(kernel_.calls[i].number, uint64_t{ZX_SYS_cprng_draw_once});
    EXPECT_EQ(kernel_.calls[i].arguments[0], Word(buffer.data()) + offset);
    EXPECT_EQ(kernel_.calls[i].arguments[1], sizes[i]);
    offset += sizes[i];
  }
}

TEST_F(Stubs, DrawNothingWithoutACall) {
  zx_cprng_draw(nullptr, 0);
  EXPECT_TRUE(kernel_.calls.empty());
}

TEST_F(Stubs, EndTheProgramThatCannotHaveRandomBytes) {
  EXPECT_DEATH(
      {
        kernel_.results = {ZX_ERR_INVALID_ARGS};
        char byte;
        zx_cprng_draw(&byte, 1);
      },
      "");
}

TEST_F(Stubs, ReadClocksWithoutACall) {
  kernel_.ticks = 12'345;
  EXPECT_EQ(zx_clock_get_monotonic(), 1'234'500);
  EXPECT_EQ(zx_clock_get_boot(), 1'234'500);
  EXPECT_EQ(zx_ticks_get(), 12'345);
  EXPECT_EQ(zx_ticks_get_boot(), 12'345);
  EXPECT_EQ(zx_ticks_per_second(), 10'000'000);
  EXPECT_TRUE(kernel_.calls.empty());
}

TEST_F(Stubs, SaturateADeadline) {
  kernel_.ticks = 10;
  EXPECT_EQ(zx_deadline_after(500), 1'500);
  EXPECT_EQ(zx_deadline_after(INT64_MAX), ZX_TIME_INFINITE);
  EXPECT_EQ(zx_deadline_after(-2'000), -1'000);
}

TEST_F(Stubs, TellFeaturesByKind) {
  uint32_t features = 0;
  EXPECT_EQ(zx_system_get_features(ZX_FEATURE_KIND_CPU, &features), ZX_OK);
  EXPECT_EQ(features, ZX_HAS_CPU_FEATURES);
  EXPECT_EQ(zx_system_get_features(ZX_FEATURE_KIND_VM, &features), ZX_OK);
  EXPECT_EQ(features, ZX_VM_FEATURE_CAN_MAP_XOM);
  EXPECT_EQ(zx_system_get_features(ZX_FEATURE_KIND_HW_BREAKPOINT_COUNT, &features), ZX_OK);
  EXPECT_EQ(features, 0u);
  EXPECT_EQ(zx_system_get_features(ZX_FEATURE_KIND_VM + 1, &features), ZX_ERR_NOT_SUPPORTED);
}

TEST_F(Stubs, TellTheVersionAsTextThatEndsWithNul) {
  const zx_string_view_t version = zx_system_get_version_string();
  EXPECT_GT(version.length, 0u);
  EXPECT_EQ(std::strlen(version.c_str), version.length);
}

TEST_F(Stubs, UnmapCloseAndExitStopsAtAFailedUnmap) {
  kernel_.results = {ZX_ERR_INVALID_ARGS};
  EXPECT_EQ(zx_vmar_unmap_handle_close_thread_exit(3, 4096, 4096, 7), ZX_ERR_INVALID_ARGS);
  ASSERT_EQ(kernel_.calls.size(), 1u);
  EXPECT_EQ(kernel_.calls[0].number, uint64_t{ZX_SYS_vmar_unmap});
}

TEST(StatusNames, AreTheNamesOfTheHeader) {
  EXPECT_STREQ(zx_status_get_string(ZX_OK), "ZX_OK");
  EXPECT_STREQ(zx_status_get_string(ZX_ERR_INTERNAL), "ZX_ERR_INTERNAL");
  EXPECT_STREQ(zx_status_get_string(ZX_ERR_PEER_CLOSED), "ZX_ERR_PEER_CLOSED");
  EXPECT_STREQ(zx_status_get_string(ZX_ERR_CONNECTION_ABORTED), "ZX_ERR_CONNECTION_ABORTED");
  EXPECT_STREQ(_zx_status_get_string(ZX_ERR_TIMED_OUT), "ZX_ERR_TIMED_OUT");
}

TEST(StatusNames, OfWhatIsNoStatusAreUnknown) {
  EXPECT_STREQ(zx_status_get_string(1), "(UNKNOWN)");
  EXPECT_STREQ(zx_status_get_string(-5), "(UNKNOWN)");
  EXPECT_STREQ(zx_status_get_string(INT32_MIN), "(UNKNOWN)");
}

TEST(StatusNames, DifferForEveryStatus) {
  std::set<std::string> names;
  size_t known = 0;
  for (zx_status_t status = -600; status <= 0; ++status) {
    const std::string name = zx_status_get_string(status);
    if (name == "(UNKNOWN)") continue;
    ++known;
    names.insert(name);
  }
  EXPECT_EQ(known, 47u);
  EXPECT_EQ(names.size(), known);
}

}  // namespace

uint64_t sirocco_host_syscall(uint64_t number, const uint64_t arguments[8]) {
  return kernel->Take(number, arguments);
}

uint64_t sirocco_host_syscall_words(uint64_t number, uint64_t handle, uint64_t words[7],
                                    uint64_t* size_bytes, uint64_t arguments) {
  std::copy_n(words, 7, kernel->words_in.begin());
  kernel->size_in = *size_bytes;
  std::copy_n(kernel->words_out.begin(), 7, words);
  *size_bytes = kernel->size_out;
  const uint64_t call_arguments[8] = {handle, arguments};
  return kernel->Take(number, call_arguments);
}

uint64_t sirocco_host_ticks(void) { return kernel->ticks; }
