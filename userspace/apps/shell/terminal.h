// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "userspace/apps/shell/byte_stream.h"
#include "userspace/apps/shell/cooked_line.h"
#include "userspace/apps/shell/editor.h"
#include "userspace/apps/shell/loop.h"
#include "userspace/apps/shell/task.h"
#include "userspace/lib/process/owned_handle.h"

namespace sirocco::shell {

/// The console as the shell uses it: prints; reads lines, for itself with an editor and for
/// commands with the plain line discipline; hears Ctrl-C. When the serial driver is gone, prints
/// are lost and input ends.
class Terminal {
 public:
  explicit Terminal(Loop& loop) : loop_(loop) {}

  /// Takes over the console's channel, for output only.
  void Open(process::OwnedHandle console) { console_ = std::move(console); }

  /// Has input too, from now on. `on_interrupt` is told of Ctrl-C, and returns false if it has
  /// nothing to interrupt.
  zx_status_t Listen(std::function<bool()> on_interrupt);

  bool has_input() const { return input_.is_valid(); }
  bool is_gone() const { return is_gone_; }
  zx_handle_t console() const { return console_.get(); }

  void Print(std::string_view text) const;

  /// A line, edited behind `prompt`; nothing at the end of input. One reader at a time.
  Task<std::optional<std::string>> ReadLine(LineEditor& editor, std::string prompt);

  /// Prints a line of news, above the line that is being edited or before the next prompt.
  void Notify(const std::string& news);

  /// Input for commands, a line at a time.
  std::shared_ptr<Source> NewSource();
  std::shared_ptr<Sink> NewSink();

 private:
  class LineSource;
  class ConsoleSink;

  Task<Done> Hear();
  void HearMessage(std::span<const std::byte> message);
  void Interrupt();
  Task<std::optional<uint8_t>> NextByte();

  Loop& loop_;
  process::OwnedHandle console_;
  process::OwnedHandle input_;  // A connection for reads and Ctrl-C alone.
  std::function<bool()> on_interrupt_;
  std::deque<uint8_t> typed_;
  WakeList typed_waits_;     // Woken when something was typed, or never will be.
  bool is_reading_ = false;  // A Read has not been answered.
  bool is_gone_ = false;
  LineEditor* editor_ = nullptr;  // While it edits.
  std::string news_;              // For the next prompt.
  Task<Done> hear_;
};

}  // namespace sirocco::shell
