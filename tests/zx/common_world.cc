// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <zircon/syscalls.h>
#include <zircon/syscalls/object.h>

#include "tests/zx/world.h"
#include "tests/zx/zxtest.h"

namespace sirocco::zxtest {

namespace {

void ThreadMain(uint64_t body, uint64_t argument) {
  reinterpret_cast<ThreadBody>(body)(argument);
  zx_thread_exit();
}

}  // namespace

zx_handle_t StartThread(ThreadBody body, uint64_t argument) {
  zx_handle_t thread = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_thread_create(zx_process_self(), "helper", 6, 0, &thread), ZX_OK);
  EXPECT_EQ(zx_thread_start(thread, reinterpret_cast<zx_vaddr_t>(&ThreadMain), NewStack(),
                            reinterpret_cast<uintptr_t>(body), argument),
            ZX_OK);
  return thread;
}

zx_handle_t StartProcess(zx_handle_t job, ProcessBody body, zx_handle_t handle, uint64_t argument) {
  zx_handle_t process = ZX_HANDLE_INVALID;
  zx_handle_t vmar = ZX_HANDLE_INVALID;
  zx_handle_t thread = ZX_HANDLE_INVALID;
  EXPECT_EQ(zx_process_create(job, "child", 5, 0, &process, &vmar), ZX_OK);
  EXPECT_EQ(zx_thread_create(process, "main", 4, 0, &thread), ZX_OK);
  const zx_vaddr_t stack = PrepareProcess(vmar);
  EXPECT_EQ(zx_process_start(process, thread, reinterpret_cast<zx_vaddr_t>(body), stack, handle,
                             argument),
            ZX_OK);
  zx_handle_close(thread);
  zx_handle_close(vmar);
  return process;
}

void AwaitEnd(zx_handle_t task) {
  EXPECT_EQ(zx_object_wait_one(task, ZX_TASK_TERMINATED, ZX_TIME_INFINITE, nullptr), ZX_OK);
}

int64_t AwaitReturnCode(zx_handle_t process) {
  AwaitEnd(process);
  zx_info_process_t info = {};
  EXPECT_EQ(zx_object_get_info(process, ZX_INFO_PROCESS, &info, sizeof(info), nullptr, nullptr),
            ZX_OK);
  EXPECT_EQ(info.flags, ZX_INFO_PROCESS_FLAG_STARTED | ZX_INFO_PROCESS_FLAG_EXITED);
  return info.return_code;
}

}  // namespace sirocco::zxtest
