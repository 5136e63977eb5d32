// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/userboot/bootstrap.h"

#include <lib/zx/channel.h>
#include <lib/zx/handle.h>

#include <type_traits>
#include <utility>

namespace sirocco::userboot {
namespace {

constexpr size_t kMaxBytes = 8192;  // The command line has 4096 at most.
constexpr size_t kMaxHandles = 32;

alignas(uint32_t) std::byte message_bytes[kMaxBytes];

/// Puts the handle into its field; one that has none is closed.
void Place(Bootstrap& bootstrap, uint32_t info, zx::handle handle) {
  if (PA_HND_ARG(info) != 0) return;
  const auto take = [&handle](auto& field) {
    field = std::remove_reference_t<decltype(field)>(std::move(handle));
  };
  switch (PA_HND_TYPE(info)) {
    case PA_VMAR_ROOT:
      return take(bootstrap.vmar);
    case PA_JOB_DEFAULT:
      return take(bootstrap.root_job);
    case PA_VMO_BOOTDATA:
      return take(bootstrap.archive);
    case PA_VMO_VDSO:
      return take(bootstrap.vdso);
    case PA_MMIO_RESOURCE:
      return take(bootstrap.mmio);
    case PA_IRQ_RESOURCE:
      return take(bootstrap.irq);
    case PA_SYSTEM_RESOURCE:
      return take(bootstrap.system);
    case PA_USER0:
      return take(bootstrap.device_tree);
    default:
      return;
  }
}

}  // namespace

zx_status_t ReadBootstrap(const zx::channel& channel, Bootstrap& bootstrap) {
  zx_handle_t values[kMaxHandles];
  uint32_t size = 0;
  uint32_t count = 0;
  zx_status_t status =
      channel.read(0, message_bytes, values, kMaxBytes, kMaxHandles, &size, &count);
  if (status != ZX_OK) return status;
  process::Message message;
  status = process::Message::Parse({message_bytes, size}, count, message);
  for (uint32_t i = 0; i < count; ++i) {
    zx::handle handle(values[i]);
    if (status == ZX_OK) Place(bootstrap, message.handle_infos()[i], std::move(handle));
  }
  if (status != ZX_OK) return status;
  bootstrap.environment = message.environment();
  const bool is_complete = bootstrap.vmar.is_valid() && bootstrap.root_job.is_valid() &&
                           bootstrap.archive.is_valid() && bootstrap.vdso.is_valid() &&
                           bootstrap.mmio.is_valid() && bootstrap.irq.is_valid() &&
                           bootstrap.system.is_valid();
  return is_complete ? ZX_OK : ZX_ERR_INVALID_ARGS;
}

}  // namespace sirocco::userboot
