// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/drivers/serial/console.h"

#include <algorithm>
#include <utility>

namespace sirocco::serial {
namespace {

constexpr uint8_t kInterruptCharacter = 0x03;  // Ctrl-C.

}  // namespace

ConnectionId Console::Open() {
  connections_[++last_id_] = {};
  return last_id_;
}

void Console::Close(ConnectionId id) {
  connections_.erase(id);
  std::erase_if(reads_, [id](const Read& read) { return read.id == id; });
  std::erase_if(writes_, [id](const Write& write) { return write.id == id; });
}

bool Console::IsWriting(ConnectionId id) const {
  const auto found = connections_.find(id);
  return found != connections_.end() && found->second.writes != 0;
}

void Console::Handle(ConnectionId id, const stream::Request& request) {
  switch (request.method) {
    case stream::Method::kRead:
      reads_.push_back({id, request.txid, request.max});
      AnswerReads();
      break;
    case stream::Method::kWrite:
      ++connections_[id].writes;
      writes_.push_back({id, request.txid, {request.data.begin(), request.data.end()}});
      break;
    case stream::Method::kGetWindow:
      answers_.GetWindow(id, request.txid);
      break;
    case stream::Method::kSetMode: {
      const bool is_known = (request.flags & ~SIROCCO_STREAM_MODE_SIGNALS) == 0;
      if (is_known) connections_[id].mode = request.flags;
      answers_.SetMode(id, request.txid, is_known ? ZX_OK : ZX_ERR_INVALID_ARGS);
      break;
    }
    case stream::Method::kClone:
      break;
  }
}

void Console::Receive(uint8_t byte) {
  if (byte == kInterruptCharacter && DeliverInterrupt()) {
    input_.Clear();
    return;
  }
  input_.Push(byte);
  AnswerReads();
}

bool Console::DeliverInterrupt() {
  bool is_delivered = false;
  for (const auto& [id, connection] : connections_) {
    if ((connection.mode & SIROCCO_STREAM_MODE_SIGNALS) == 0) continue;
    answers_.Interrupt(id);
    is_delivered = true;
  }
  return is_delivered;
}

void Console::AnswerReads() {
  while (!reads_.empty() && !input_.is_empty()) {
    const Read read = reads_.front();
    reads_.pop_front();
    std::vector<std::byte> data(std::min<size_t>(read.max, input_.size()));
    std::ranges::generate(data, [this] { return std::byte{input_.Pop()}; });
    answers_.Read(read.id, read.txid, ZX_OK, data);
  }
}

std::vector<ConnectionId> Console::FillOutput() {
  std::vector<ConnectionId> finished;
  while (!writes_.empty() && Accept(writes_.front())) {
    const Write& write = writes_.front();
    --connections_[write.id].writes;
    answers_.Write(write.id, write.txid, ZX_OK, write.data.size());
    finished.push_back(write.id);
    writes_.pop_front();
  }
  return finished;
}

bool Console::Accept(Write& write) {
  for (; write.done < write.data.size(); ++write.done) {
    const uint8_t byte = std::to_integer<uint8_t>(write.data[write.done]);
    // A line end becomes the terminal's, unless the writer has seen to that.
    const bool lacks_return = byte == '\n' && last_byte_ != '\r';
    if (output_.room() < (lacks_return ? 2 : 1)) return false;
    if (lacks_return) output_.Push('\r');
    output_.Push(byte);
    last_byte_ = byte;
  }
  return true;
}

}  // namespace sirocco::serial
