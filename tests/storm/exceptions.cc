// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// exceptions CASE...: starts `offend` for each, tells its return code and what the log says then.

#include <zircon/syscalls.h>

#include "tests/storm/lab.h"

namespace sirocco::storm {

int RunExceptions() {
  // Somebody else's process, which has to go on through all of it.
  OwnedHandle ours;
  OwnedHandle theirs;
  MUST(zx_channel_create(0, ours.receive(), theirs.receive()) == ZX_OK);
  const std::string_view echo_args[] = {"echo"};
  const process::StartupHandle handles[] = {{PA_HND(PA_USER0, 0), theirs.release()}};
  const OwnedHandle bystander = Launch("bin/offend", "echo", echo_args, handles);
  for (size_t i = 1; !Word(i).empty(); ++i) {
    ReadLog([](std::string_view) {});
    const std::string_view args[] = {Word(i)};
    const OwnedHandle process = Launch("bin/offend", Word(i), args);
    const int64_t code = ReturnCodeOf(process);
    Print("case %.*s code %lld\n", static_cast<int>(Word(i).size()), Word(i).data(),
          static_cast<long long>(code));
    ReadLog([](std::string_view text) {
      Print("log %.*s\n", static_cast<int>(text.size()), text.data());
    });
    uint64_t words[7] = {0, i};
    uint32_t size = 16;
    MUST(zx_channel_call_regs(ours.get(), words, &size) == ZX_OK);
    Print("echo %llu\n", static_cast<unsigned long long>(words[1]));
  }
  ours.reset();
  Print("bystander %lld\n", static_cast<long long>(ReturnCodeOf(bystander)));
  return 0;
}

}  // namespace sirocco::storm
