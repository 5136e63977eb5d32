// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Threads of the C library.
#include <errno.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "tests/user_lib/usage.h"

using sirocco::user_lib::HandleCount;
using sirocco::user_lib::PrivateBytes;

namespace {

int Twice(int value) { return 2 * value; }

TEST(PosixThreadTest, ReturnsItsValueToWhoeverJoins) {
  pthread_t thread;
  ASSERT_EQ(pthread_create(
                &thread, nullptr,
                [](void* value) -> void* {
                  return reinterpret_cast<void*>(static_cast<intptr_t>(
                      Twice(static_cast<int>(reinterpret_cast<intptr_t>(value)))));
                },
                reinterpret_cast<void*>(21)),
            0);
  void* result = nullptr;
  ASSERT_EQ(pthread_join(thread, &result), 0);
  EXPECT_EQ(reinterpret_cast<intptr_t>(result), 42);
}

TEST(PosixThreadTest, EachHasItsOwnErrno) {
  errno = EINVAL;
  pthread_t thread;
  ASSERT_EQ(pthread_create(
                &thread, nullptr,
                [](void*) -> void* {
                  EXPECT_EQ(errno, 0);
                  errno = ENOENT;
                  return nullptr;
                },
                nullptr),
            0);
  pthread_join(thread, nullptr);
  EXPECT_EQ(errno, EINVAL);
}

struct Shared {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
  long count = 0;
};

TEST(PosixThreadTest, AMutexExcludes) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 20'000;
  Shared shared;
  std::array<pthread_t, kThreads> threads;
  for (pthread_t& thread : threads) {
    ASSERT_EQ(pthread_create(
                  &thread, nullptr,
                  [](void* argument) -> void* {
                    auto* shared = static_cast<Shared*>(argument);
                    for (int i = 0; i < kRounds; ++i) {
                      pthread_mutex_lock(&shared->mutex);
                      ++shared->count;
                      pthread_mutex_unlock(&shared->mutex);
                    }
                    return nullptr;
                  },
                  &shared),
              0);
  }
  for (pthread_t thread : threads) pthread_join(thread, nullptr);
  EXPECT_EQ(shared.count, kThreads * kRounds);
}

TEST(PosixThreadTest, AConditionWakesItsWaiters) {
  Shared shared;
  pthread_t thread;
  ASSERT_EQ(pthread_create(
                &thread, nullptr,
                [](void* argument) -> void* {
                  auto* shared = static_cast<Shared*>(argument);
                  pthread_mutex_lock(&shared->mutex);
                  while (shared->count == 0) pthread_cond_wait(&shared->changed, &shared->mutex);
                  shared->count = 7;
                  pthread_cond_signal(&shared->changed);
                  pthread_mutex_unlock(&shared->mutex);
                  return nullptr;
                },
                &shared),
            0);
  pthread_mutex_lock(&shared.mutex);
  shared.count = 1;
  pthread_cond_signal(&shared.changed);
  while (shared.count != 7) pthread_cond_wait(&shared.changed, &shared.mutex);
  pthread_mutex_unlock(&shared.mutex);
  pthread_join(thread, nullptr);
}

TEST(PosixThreadTest, ATimedWaitEndsInTime) {
  Shared shared;
  timespec deadline;
  clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_nsec += 10'000'000;
  if (deadline.tv_nsec >= 1'000'000'000) {
    ++deadline.tv_sec;
    deadline.tv_nsec -= 1'000'000'000;
  }
  pthread_mutex_lock(&shared.mutex);
  EXPECT_EQ(pthread_cond_timedwait(&shared.changed, &shared.mutex, &deadline), ETIMEDOUT);
  pthread_mutex_unlock(&shared.mutex);
}

int destroyed_values = 0;

TEST(PosixThreadTest, ItsSpecificValuesAreDestroyedAtItsEnd) {
  pthread_key_t key;
  ASSERT_EQ(pthread_key_create(&key, [](void*) { ++destroyed_values; }), 0);
  pthread_t thread;
  ASSERT_EQ(pthread_create(
                &thread, nullptr,
                [](void* argument) -> void* {
                  pthread_setspecific(*static_cast<pthread_key_t*>(argument), argument);
                  return nullptr;
                },
                &key),
            0);
  pthread_join(thread, nullptr);
  EXPECT_EQ(destroyed_values, 1);
  pthread_key_delete(key);
}

TEST(PosixThreadTest, AHundredLeaveNoHandleAndNoMemory) {
  const auto run = [] {
    pthread_t thread;
    ASSERT_EQ(pthread_create(&thread, nullptr, [](void*) -> void* { return nullptr; }, nullptr), 0);
    pthread_join(thread, nullptr);
  };
  run();
  const uint32_t handles = HandleCount();
  const size_t memory = PrivateBytes();
  for (int i = 0; i < 100; ++i) run();
  EXPECT_EQ(HandleCount(), handles);
  EXPECT_LE(PrivateBytes(), memory + 4096);
}

TEST(PosixThreadTest, ADetachedOneCleansUpAfterItself) {
  const uint32_t handles = HandleCount();
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  for (int i = 0; i < 20; ++i) {
    pthread_t thread;
    ASSERT_EQ(
        pthread_create(&thread, &attributes, [](void*) -> void* { return nullptr; }, nullptr), 0);
  }
  for (int i = 0; i < 1000 && HandleCount() != handles; ++i) usleep(1000);
  EXPECT_EQ(HandleCount(), handles);
}

}  // namespace
