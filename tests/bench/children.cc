// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "tests/bench/children.h"

#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>
#include <zircon/syscalls/resource.h>

#include <cstdio>
#include <vector>

#include "tests/bench/sampler.h"
#include "tests/bench/server.h"
#include "userspace/lib/process/launch.h"

namespace sirocco::bench {
namespace {

using process::OwnedHandle;

constexpr char kOwnImage[] = "/boot/bin/bench";

std::vector<std::byte> ReadFile(const char* path) {
  std::FILE* file = std::fopen(path, "r");
  if (file == nullptr) Fail(path, ZX_ERR_NOT_FOUND);
  std::vector<std::byte> bytes;
  std::byte part[4096];
  while (const size_t size = std::fread(part, 1, sizeof(part), file)) {
    bytes.insert(bytes.end(), part, part + size);
  }
  std::fclose(file);
  return bytes;
}

OwnedHandle TakeSystemPart(zx_rsrc_system_base_t part) {
  return OwnedHandle(zx_take_startup_handle(PA_HND(PA_SYSTEM_RESOURCE, part)));
}

}  // namespace

const Surroundings& Environment() {
  static const Surroundings surroundings = {
      .vdso = OwnedHandle(zx_take_startup_handle(PA_HND(PA_VMO_VDSO, 0))),
      .vmex = TakeSystemPart(ZX_RSRC_SYSTEM_VMEX_BASE),
      .statistics = TakeSystemPart(ZX_RSRC_SYSTEM_INFO_BASE),
  };
  return surroundings;
}

OwnedHandle StartServer(std::string_view role) {
  static const std::vector<std::byte> image = ReadFile(kOwnImage);
  OwnedHandle near, far;
  Check(zx_channel_create(0, near.receive(), far.receive()), "creating a channel");
  const std::string_view words[] = {"bench", "--serve", role};
  const process::StartupHandle handles[] = {{kServerChannel, far.release()}};
  const process::Outcome outcome = process::Launch({.job = zx_job_default(),
                                                    .name = "bench server",
                                                    .image = image,
                                                    .vdso = Environment().vdso.get(),
                                                    .vmex = Environment().vmex.get(),
                                                    .args = words,
                                                    .environment = {},
                                                    .handles = handles});
  if (outcome.status != ZX_OK) Fail(outcome.step, outcome.status);
  return near;
}

}  // namespace sirocco::bench
