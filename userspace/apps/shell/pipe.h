// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "userspace/apps/shell/byte_stream.h"
#include "userspace/apps/shell/task.h"

// What stands for `|`. Invariants:
//
// * The buffer holds what was written and not yet read, in order, and at most kPipeCapacity bytes;
//   who writes more waits.
// * The pipe's input ends when its Sink is gone, after the last byte was read; its output is
//   refused when its Source is gone. Ends go with their last owner: a builtin's coroutine, or the
//   coroutines that serve a program's channels. So a killed command closes its ends.
// * A reader waits only while the buffer is empty, a writer only while it is full: the two never
//   wait for one another.

namespace sirocco::shell {

inline constexpr size_t kPipeCapacity = 64 * 1024;

struct PipeEnds {
  std::shared_ptr<Source> source;
  std::shared_ptr<Sink> sink;
};

PipeEnds MakePipe();

}  // namespace sirocco::shell
