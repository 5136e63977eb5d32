// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>

#include "kernel/arch/hart.h"
#include "kernel/base/kassert.h"

namespace sirocco::async {

class TaskStart;

/// Resumes `coroutine`, then whatever it handed control to, until nobody is left to run now.
/// Coroutines never resume one another: a transfer stores its target in the hart's `resume_next`
/// and returns here, so the stack holds one coroutine in every compiler and flavour.
void ResumeLoop(std::coroutine_handle<> coroutine);

/// Makes the ResumeLoop below go on with `next` once the running coroutine has suspended.
inline void TransferTo(std::coroutine_handle<> next) {
  arch::HartBlock& hart = arch::ThisHart();
  KASSERT(hart.resume_next == nullptr);
  hart.resume_next = next.address();
}

/// One coroutine of an await chain.
struct ChainLink {
  const void* frame;
  const void* resume_function;  // Its symbol names the coroutine.
};

/// Writes the chain of awaiting coroutines, from `frame` outwards, to `links`; returns how many.
/// Only reads, and stops at what is no frame of ours: for panics and tools. `frame` is suspended,
/// or the one this hart runs (`ThisHart().resuming`).
size_t WalkAwaitChain(const void* frame, ChainLink* links, size_t max_links);

}  // namespace sirocco::async
