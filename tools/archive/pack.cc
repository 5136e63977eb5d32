// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// pack --output=ARCHIVE [--base=ARCHIVE] GUEST=HOST...
// Writes the host files under their guest names. With --base the new archive follows the old one:
// a concatenation, which readers of newc accept, and in which the later of two names wins.

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "tools/archive/cpio_writer.h"

ABSL_FLAG(std::string, output, "", "archive to write");
ABSL_FLAG(std::string, base, "", "archive that the new one is appended to");

namespace sirocco::tools {
namespace {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {  // A stream would open it.
    return absl::InvalidArgumentError(absl::StrCat(path, " is a directory: add its files"));
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  std::string content{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (stream.bad()) return absl::DataLossError(absl::StrCat("cannot read all of ", path));
  return content;
}

absl::Status AddMember(CpioWriter& writer, const std::string& member) {
  const std::pair<std::string, std::string> names = absl::StrSplit(member, absl::MaxSplits('=', 1));
  if (names.first.empty() || names.second.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("want GUEST=HOST, not '", member, "'"));
  }
  absl::StatusOr<std::string> content = ReadFile(names.second);
  if (!content.ok()) return content.status();
  return writer.AddFile(names.first, *content, access(names.second.c_str(), X_OK) == 0);
}

absl::Status Pack(const std::vector<std::string>& members) {
  std::string bytes;
  const std::string base = absl::GetFlag(FLAGS_base);
  if (!base.empty()) {
    absl::StatusOr<std::string> content = ReadFile(base);
    if (!content.ok()) return content.status();
    bytes = *std::move(content);
  }
  CpioWriter writer;
  for (const std::string& member : members) {
    absl::Status status = AddMember(writer, member);
    if (!status.ok()) return status;
  }
  absl::StrAppend(&bytes, writer.Finish());
  const std::string output = absl::GetFlag(FLAGS_output);
  std::ofstream stream(output, std::ios::binary | std::ios::trunc);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (!stream) return absl::UnavailableError(absl::StrCat("cannot write ", output));
  return absl::OkStatus();
}

}  // namespace
}  // namespace sirocco::tools

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage("pack --output=ARCHIVE [--base=ARCHIVE] GUEST=HOST...");
  const std::vector<char*> arguments = absl::ParseCommandLine(argc, argv);
  const std::vector<std::string> members(arguments.begin() + 1, arguments.end());
  const absl::Status status = sirocco::tools::Pack(members);
  if (status.ok()) return 0;
  absl::FPrintF(stderr, "pack: %s\n", std::string(status.message()));
  return 1;
}
