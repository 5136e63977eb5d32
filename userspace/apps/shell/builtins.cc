// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/builtins.h"

#include <zircon/syscalls.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "userspace/apps/shell/builtin_commands.h"

namespace sirocco::shell {
namespace {

constexpr size_t kAny = SIZE_MAX;
constexpr size_t kUsageWidth = 20;

std::string UsageOf(const Builtin& builtin) {
  return std::string(builtin.name) + " " + std::string(builtin.arguments);
}

int Echo(Invocation& invocation, std::string& text) {
  for (size_t i = 1; i < invocation.arguments.size(); ++i) {
    text += (i == 1 ? "" : " ") + invocation.arguments[i];
  }
  text += "\n";
  return 0;
}

int Exit(Invocation& invocation, std::string&) {
  uint64_t status = static_cast<uint64_t>(invocation.last_status);
  if (invocation.arguments.size() > 1) {
    const std::optional<uint64_t> wanted = ToNumber(invocation.arguments[1]);
    if (!wanted) {
      return Fail(invocation, invocation.arguments[1] + " is no status", kStatusWrongArguments);
    }
    status = *wanted;
  }
  const int shown = static_cast<int>(std::min<uint64_t>(status, kLargestStatus));
  invocation.shell.End(shown);
  return shown;
}

int PowerOff(Invocation& invocation, std::string&) {
  invocation.shell.End(0);
  return 0;
}

Task<int> Sleep(Invocation& invocation) {
  const std::string& text = invocation.arguments[1];
  double seconds = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_good =
      error == std::errc() && end == text.data() + text.size() && seconds >= 0 && seconds <= 1e9;
  if (!is_good) {
    co_return Fail(invocation, text + " is no number of seconds", kStatusWrongArguments);
  }
  const auto duration = static_cast<zx_duration_mono_t>(seconds * 1e9);
  Loop::TimeWait wait = invocation.shell.loop().Until(zx_deadline_after(duration));
  co_await wait;
  co_return 0;
}

// Where it is not the shell's own word; see TakeTime().
int Time(Invocation& invocation, std::string&) {
  return Fail(invocation, "stands before a whole pipeline", kStatusWrongArguments);
}

int Help(Invocation&, std::string& text) {
  for (const Builtin& builtin : Builtins()) {
    std::string usage = UsageOf(builtin);
    usage.resize(std::max(usage.size(), kUsageWidth), ' ');
    text += usage + " " + std::string(builtin.help) + "\n";
  }
  text +=
      "Any other name is a program of /boot/bin. COMMAND && COMMAND, COMMAND; COMMAND and\n"
      "COMMAND | COMMAND do as elsewhere; COMMAND & runs in the background; > /tmp/NAME keeps\n"
      "output; $? is the last status. Ctrl-C ends what runs.\n";
  return 0;
}

constexpr Builtin kBuiltins[] = {
    {"cat", "[FILE...]", "prints files, or its input", 0, kAny, nullptr, &Cat},
    {"dmesg", "", "prints the debug log", 0, 0, &Dmesg, nullptr},
    {"echo", "[WORD...]", "prints its arguments", 0, kAny, &Echo, nullptr},
    {"exit", "[STATUS]", "ends the shell, and the system with it", 0, 1, &Exit, nullptr},
    {"fg", "[JOB]", "waits for a job of the background", 0, 1, nullptr, &Fg},
    {"help", "", "prints this list", 0, 0, &Help, nullptr},
    {"jobs", "", "lists the jobs of the background", 0, 0, &ListJobs, nullptr},
    {"kill", "KOID|%JOB", "ends a process, or a job", 1, 1, &Kill, nullptr},
    {"ls", "[PATH]", "lists a folder", 0, 1, &Ls, nullptr},
    {"mem", "", "shows what memory is used for", 0, 0, &Mem, nullptr},
    {"poweroff", "", "switches the machine off", 0, 0, &PowerOff, nullptr},
    {"ps", "", "lists processes", 0, 0, &Ps, nullptr},
    {"sleep", "SECONDS", "waits", 1, 1, nullptr, &Sleep},
    {"time", "COMMAND...", "shows how long a command takes", 1, kAny, &Time, nullptr},
    {"uptime", "", "shows how long the system has run", 0, 0, &Uptime, nullptr},
};

}  // namespace

std::span<const Builtin> Builtins() { return kBuiltins; }

const Builtin* FindBuiltin(std::string_view name) {
  const auto* found = std::ranges::find(kBuiltins, name, &Builtin::name);
  return found == std::end(kBuiltins) ? nullptr : found;
}

Task<int> RunBuiltin(const Builtin& builtin, Invocation& invocation) {
  const size_t count = invocation.arguments.size() - 1;
  const bool wants_help = count == 1 && invocation.arguments[1] == "--help";
  const std::string usage =
      "usage: " + UsageOf(builtin) + "\n  " + std::string(builtin.help) + "\n";
  std::string text;
  int status = 0;
  if (wants_help) {
    text = usage;
  } else if (count < builtin.min_arguments || count > builtin.max_arguments) {
    invocation.shell.terminal().Print(usage);
    co_return kStatusWrongArguments;
  } else if (builtin.run != nullptr) {
    status = builtin.run(invocation, text);
  } else {
    status = co_await builtin.start(invocation);
  }
  if (!text.empty()) {
    co_await invocation.out->Write(text);
  }
  co_return status;
}

int Fail(const Invocation& invocation, std::string_view what, int status) {
  invocation.shell.terminal().Print(invocation.arguments[0] + ": " + std::string(what) + "\n");
  return status;
}

std::optional<uint64_t> ToNumber(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace sirocco::shell
