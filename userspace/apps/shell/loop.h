// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <coroutine>
#include <cstdint>
#include <map>

#include "userspace/apps/shell/task.h"
#include "userspace/lib/process/owned_handle.h"

namespace sirocco::shell {

/// What the shell's coroutines wait for outside of it: signals of the kernel's objects, and time.
/// One thread, one port.
class Loop {
 public:
  zx_status_t Init();

  /// Waits for the next thing that happens, then runs who is ready.
  void Turn();

  class [[nodiscard]] SignalWait : public Wakeup {
   public:
    SignalWait(Loop& loop, zx_handle_t handle, zx_signals_t signals)
        : loop_(loop), handle_(handle), signals_(signals) {}
    ~SignalWait();

    bool await_ready() const { return false; }
    bool await_suspend(std::coroutine_handle<> waiter);
    zx_signals_t await_resume() const { return observed_; }

   private:
    friend class Loop;
    Loop& loop_;
    const zx_handle_t handle_;
    const zx_signals_t signals_;
    uint64_t key_ = 0;  // Not 0: in `waits_`.
    zx_signals_t observed_ = 0;
  };

  /// `co_await` yields the signals seen, 0 if the wait could not be made. The handle stays open
  /// meanwhile.
  SignalWait Signal(zx_handle_t handle, zx_signals_t signals) { return {*this, handle, signals}; }

  class [[nodiscard]] TimeWait : public Wakeup {
   public:
    TimeWait(Loop& loop, zx_instant_mono_t deadline) : loop_(loop), deadline_(deadline) {}
    ~TimeWait();

    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiter);
    void await_resume() const {}

   private:
    friend class Loop;
    Loop& loop_;
    const zx_instant_mono_t deadline_;
    std::multimap<zx_instant_mono_t, TimeWait*>::iterator place_;
    bool is_waiting_ = false;
  };

  TimeWait Until(zx_instant_mono_t deadline) { return {*this, deadline}; }

 private:
  process::OwnedHandle port_;
  uint64_t last_key_ = 0;
  std::map<uint64_t, SignalWait*> waits_;
  std::multimap<zx_instant_mono_t, TimeWait*> timers_;
};

}  // namespace sirocco::shell
