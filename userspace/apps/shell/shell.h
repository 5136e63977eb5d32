// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "userspace/apps/shell/parser.h"
#include "userspace/lib/process/owned_handle.h"

namespace sirocco::shell {

/// Statuses of the shell's own making.
inline constexpr int kStatusWrongArguments = 2;
inline constexpr int kStatusUnknownCommand = 127;
inline constexpr int kLargestStatus = 199;

/// What commands work with: the handles that the shell was started with, the boot archive, and the
/// console. Runs lists of the parser's language, one command at a time.
class Shell {
 public:
  using Arguments = std::vector<std::string>;

  /// Takes the startup handles. Errors: what is missing or cannot be mapped.
  zx_status_t Init();

  /// Runs `line`; its status is last_status() then.
  void Run(std::string_view line);
  int last_status() const { return last_status_; }

  /// Asked to end, by `exit` or `poweroff`: with last_status().
  bool is_ending() const { return is_ending_; }
  void End(int status) {
    is_ending_ = true;
    last_status_ = status;
  }

  void Print(std::string_view text) const;
  zx_handle_t console() const { return console_.get(); }
  zx_handle_t root_job() const { return root_job_.get(); }
  zx_handle_t system_resource() const { return system_.get(); }
  std::span<const std::byte> archive() const { return archive_; }

 private:
  int RunCommand(const Command& command);
  int RunProgram(std::string_view image_name, const Arguments& arguments);

  process::OwnedHandle console_;
  process::OwnedHandle root_job_;
  process::OwnedHandle system_;
  process::OwnedHandle vdso_;
  process::OwnedHandle vmex_;
  process::OwnedHandle statistics_;  // Reads ZX_INFO_KMEM_STATS.
  process::OwnedHandle archive_vmo_;
  zx_handle_t job_ = ZX_HANDLE_INVALID;  // JOB_DEFAULT: the process's own.
  std::span<const std::byte> archive_;
  int last_status_ = 0;
  bool is_ending_ = false;
};

}  // namespace sirocco::shell
