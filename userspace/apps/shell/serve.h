// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <list>
#include <memory>

#include "userspace/apps/shell/byte_stream.h"
#include "userspace/apps/shell/loop.h"
#include "userspace/apps/shell/task.h"
#include "userspace/lib/process/owned_handle.h"

namespace sirocco::shell {

/// The channels through which programs reach the shell's Sources and Sinks, each served by a
/// coroutine until the program closes it. They end with this object: a killed command's too.
class Connections {
 public:
  explicit Connections(Loop& loop) : loop_(loop) {}

  /// A new channel to `source` or `sink`; the other one is null. Invalid: there is no memory.
  zx_handle_t Connect(std::shared_ptr<Source> source, std::shared_ptr<Sink> sink);

  void CloseAll() { tasks_.clear(); }

 private:
  void Add(process::OwnedHandle channel, std::shared_ptr<Source> source,
           std::shared_ptr<Sink> sink);
  Task<Done> Serve(process::OwnedHandle channel, std::shared_ptr<Source> source,
                   std::shared_ptr<Sink> sink);

  Loop& loop_;
  std::list<Task<Done>> tasks_;
};

}  // namespace sirocco::shell
