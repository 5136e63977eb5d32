// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// Runs the program's tests in the order of their files, and prints GoogleTest's lines to the
// console. The program takes the shell's place: it is started with all that a shell gets.

#include <zircon/process.h>
#include <zircon/syscalls.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstring>
#include <span>

#include "tests/zx/zxtest.h"
#include "userspace/apps/shell/startup.h"
#include "userspace/lib/stream/client.h"

namespace sirocco::zxtest {

namespace {

struct Failure {
  const char* file;
  int line;
  const char* claim;
  Text values;
  Text message;
};

constexpr size_t kMaxFailures = 16;  // That are told of, a test.

Test* first = nullptr;
Test** last_next = &first;
zx_handle_t console = ZX_HANDLE_INVALID;
Failure failures[kMaxFailures];
std::atomic<size_t> failure_count;

void Print(std::string_view text) {
  size_t actual = 0;
  stream::Write(console, std::as_bytes(std::span(text)), actual);
}

void PrintLine(std::string_view mark, const Test& test, std::string_view rest) {
  Text line;
  line << "[" << mark << "] " << test.suite << "." << test.name << rest << "\n";
  Print(line.view());
}

bool Run(const Test& test) {
  failure_count = 0;
  PrintLine(" RUN      ", test, "");
  const zx_time_t begin = zx_clock_get_monotonic();
  test.body();
  const size_t count = failure_count;
  Text time;
  time << " (" << (zx_clock_get_monotonic() - begin) / ZX_MSEC(1) << " ms)";
  for (const Failure& failure : std::span(failures).first(std::min(count, kMaxFailures))) {
    Text place;
    place << failure.file << ":" << failure.line << ": ";
    for (std::string_view part :
         {place.view(), std::string_view(failure.claim), std::string_view(": "),
          failure.values.view(), std::string_view(" "), failure.message.view(),
          std::string_view("\n")}) {
      Print(part);
    }
  }
  PrintLine(count == 0 ? "       OK " : "  FAILED  ", test, time.view());
  return count == 0;
}

int RunAll() {
  console = zx_take_startup_handle(shell::kConsole);
  int ran = 0;
  int failed = 0;
  for (const Test* test = first; test != nullptr; test = test->next) {
    failed += Run(*test) ? 0 : 1;
    ++ran;
  }
  Text line;
  line << "[==========] " << ran << " tests ran\n";
  Print(line.view());
  return failed == 0 ? 0 : 1;
}

}  // namespace

Test::Test(const char* suite, const char* name, void (*body)())
    : suite(suite), name(name), body(body) {
  *last_next = this;
  last_next = &next;
}

Check SameText(const char* left, const char* right) {
  Check check{std::strcmp(left, right) == 0, {}};
  check.values << left << " and " << right;
  return check;
}

void Report::operator=(const Text& message) const {
  const size_t index = failure_count.fetch_add(1);
  if (index < kMaxFailures) failures[index] = {file_, line_, claim_, values_, message};
}

Text& Text::operator<<(std::string_view text) {
  const size_t count = std::min(text.size(), sizeof(text_) - size_);
  std::memcpy(text_ + size_, text.data(), count);
  size_ += count;
  return *this;
}

Text& Text::Signed(int64_t value) {
  char digits[24];
  return *this << std::string_view(digits, std::to_chars(digits, std::end(digits), value).ptr);
}

Text& Text::Unsigned(uint64_t value) {
  char digits[24];
  return *this << std::string_view(digits, std::to_chars(digits, std::end(digits), value).ptr);
}

}  // namespace sirocco::zxtest

int main() { return sirocco::zxtest::RunAll(); }
