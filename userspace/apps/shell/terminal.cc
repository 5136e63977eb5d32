// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/terminal.h"

#include <sirocco/stream.h>
#include <zircon/syscalls.h>

#include <memory>
#include <span>
#include <utility>

#include "userspace/lib/stream/client.h"
#include "userspace/lib/stream/codec.h"

namespace sirocco::shell {
namespace {

constexpr uint8_t kInterruptCharacter = 0x03;
constexpr uint32_t kReadTxid = 1;  // Any of ours: the kernel's own have the high bit set.
constexpr uint32_t kReadSize = 256;

}  // namespace

/// What a line holds is handed out as it is asked for.
class Terminal::LineSource final : public Source {
 public:
  explicit LineSource(Terminal& terminal) : terminal_(terminal) {}

  Task<std::string> Read(size_t max) override {
    if (rest_.empty()) {
      CookedLine line;
      for (bool is_complete = false; !is_complete;) {
        const std::optional<uint8_t> byte = co_await terminal_.NextByte();
        if (!byte) break;
        std::string show;
        is_complete = line.Feed(*byte, show);
        terminal_.Print(show);
      }
      rest_ = line.text();
    }
    std::string data = rest_.substr(0, max);
    rest_.erase(0, data.size());
    co_return data;
  }

 private:
  Terminal& terminal_;
  std::string rest_;
};

class Terminal::ConsoleSink final : public Sink {
 public:
  explicit ConsoleSink(Terminal& terminal) : terminal_(terminal) {}

  Task<bool> Write(std::string_view text) override {
    size_t actual = 0;
    co_return stream::Write(terminal_.console(), std::as_bytes(std::span(text)), actual) == ZX_OK;
  }

  zx_handle_t Connect() override {
    zx_handle_t clone = ZX_HANDLE_INVALID;
    return stream::Clone(terminal_.console(), clone) == ZX_OK ? clone : ZX_HANDLE_INVALID;
  }

 private:
  Terminal& terminal_;
};

zx_status_t Terminal::Listen(std::function<bool()> on_interrupt) {
  on_interrupt_ = std::move(on_interrupt);
  zx_status_t status = stream::Clone(console_.get(), *input_.receive());
  if (status == ZX_OK) status = stream::SetMode(input_.get(), SIROCCO_STREAM_MODE_SIGNALS);
  if (status != ZX_OK) return status;
  hear_ = Hear();
  hear_.Start();
  return ZX_OK;
}

void Terminal::Print(std::string_view text) const {
  size_t actual = 0;
  // A console that is gone takes its output along; commands go on.
  stream::Write(console_.get(), std::as_bytes(std::span(text)), actual);
}

Task<std::optional<std::string>> Terminal::ReadLine(LineEditor& editor, std::string prompt) {
  Print(news_ + editor.Begin(std::move(prompt)));
  news_.clear();
  editor_ = &editor;
  std::optional<std::string> line;
  for (;;) {
    const std::optional<uint8_t> byte = co_await NextByte();
    if (!byte) break;
    const LineEditor::Step step = editor.Feed(*byte);
    Print(step.show);
    if (step.event == LineEditor::Event::kEndOfInput) break;
    if (step.event == LineEditor::Event::kLine) line = editor.line();
    if (step.event == LineEditor::Event::kInterrupt) line.emplace();
    if (line) break;
  }
  editor_ = nullptr;
  co_return line;
}

void Terminal::Notify(const std::string& news) {
  if (!has_input()) return;
  if (editor_ == nullptr) {
    news_ += news + "\n";
  } else {
    Print("\r\x1b[K" + news + "\n" + editor_->Refresh());
  }
}

Task<std::optional<uint8_t>> Terminal::NextByte() {
  while (typed_.empty() && !is_gone_) {
    if (!is_reading_) {
      sirocco_stream_read_request_t request = {};
      request.header = stream::MakeHeader(SIROCCO_STREAM_READ, kReadTxid);
      request.max = kReadSize;
      is_reading_ =
          zx_channel_write(input_.get(), 0, &request, sizeof(request), nullptr, 0) == ZX_OK;
    }
    WakeList::Wait wait(typed_waits_);
    co_await wait;
  }
  if (typed_.empty()) co_return std::nullopt;
  const uint8_t byte = typed_.front();
  typed_.pop_front();
  co_return byte;
}

Task<Done> Terminal::Hear() {
  auto buffer = std::make_unique<stream::MessageBuffer>();
  for (;;) {
    uint32_t size = 0;
    uint32_t handle_count = 0;
    const zx_status_t status = zx_channel_read(input_.get(), 0, buffer->bytes, nullptr,
                                               sizeof(buffer->bytes), 0, &size, &handle_count);
    if (status == ZX_OK) {
      HearMessage({buffer->bytes, size});
      continue;
    }
    if (status != ZX_ERR_SHOULD_WAIT) break;
    auto wait = loop_.Signal(input_.get(), ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED);
    const zx_signals_t observed = co_await wait;
    if (observed == 0) break;
  }
  is_gone_ = true;
  typed_waits_.WakeAll();
  co_return Done();
}

void Terminal::HearMessage(std::span<const std::byte> message) {
  if (stream::IsInterrupt(message)) return Interrupt();
  stream::Bytes data;
  if (stream::DecodeReadReply(message, data) != ZX_OK) return;
  is_reading_ = false;
  for (std::byte byte : data) typed_.push_back(std::to_integer<uint8_t>(byte));
  typed_waits_.WakeAll();
}

// The console has dropped what it had; so do we.
void Terminal::Interrupt() {
  typed_.clear();
  if (on_interrupt_()) return;
  typed_.push_back(kInterruptCharacter);
  typed_waits_.WakeAll();
}

std::shared_ptr<Source> Terminal::NewSource() { return std::make_shared<LineSource>(*this); }
std::shared_ptr<Sink> Terminal::NewSink() { return std::make_shared<ConsoleSink>(*this); }

}  // namespace sirocco::shell
