// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/pipe.h"

#include <algorithm>

namespace sirocco::shell {
namespace {

struct Pipe {
  std::string buffer;
  bool has_source = true;
  bool has_sink = true;
  WakeList readers;  // Woken when there is data, or never will be.
  WakeList writers;  // Woken when there is room, or nobody who makes it.
};

class PipeSource final : public Source {
 public:
  explicit PipeSource(std::shared_ptr<Pipe> pipe) : pipe_(std::move(pipe)) {}
  ~PipeSource() override {
    pipe_->has_source = false;
    pipe_->writers.WakeAll();
  }

  Task<std::string> Read(size_t max) override {
    while (pipe_->buffer.empty() && pipe_->has_sink) {
      WakeList::Wait wait(pipe_->readers);
      co_await wait;
    }
    std::string data = pipe_->buffer.substr(0, max);
    pipe_->buffer.erase(0, data.size());
    pipe_->writers.WakeAll();
    co_return data;
  }

 private:
  std::shared_ptr<Pipe> pipe_;
};

class PipeSink final : public Sink {
 public:
  explicit PipeSink(std::shared_ptr<Pipe> pipe) : pipe_(std::move(pipe)) {}
  ~PipeSink() override {
    pipe_->has_sink = false;
    pipe_->readers.WakeAll();
  }

  Task<bool> Write(std::string_view text) override {
    while (pipe_->has_source && !text.empty()) {
      const size_t room = kPipeCapacity - pipe_->buffer.size();
      if (room == 0) {
        WakeList::Wait wait(pipe_->writers);
        co_await wait;
        continue;
      }
      pipe_->buffer += text.substr(0, room);
      text.remove_prefix(std::min(room, text.size()));
      pipe_->readers.WakeAll();
    }
    co_return pipe_->has_source;
  }

 private:
  std::shared_ptr<Pipe> pipe_;
};

}  // namespace

PipeEnds MakePipe() {
  auto pipe = std::make_shared<Pipe>();
  return {std::make_shared<PipeSource>(pipe), std::make_shared<PipeSink>(pipe)};
}

}  // namespace sirocco::shell
