// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0

// From the first instruction to main: relocate, bind the vDSO, read the bootstrap message, build
// what a C library expects on its stack, and hand over to musl.

#include <elf.h>
#include <zircon/process.h>
#include <zircon/processargs.h>
#include <zircon/syscalls.h>

#include <array>
#include <cstdint>
#include <span>

#include "userspace/lib/libc/descriptors.h"
#include "userspace/lib/libc/relocate.h"
#include "userspace/lib/libc/start_block.h"
#include "userspace/lib/process/processargs.h"
#include "userspace/lib/runtime/startup.h"
#include "vdso/bind.h"

int main(int argc, char** argv, char** environment);

extern "C" {

/// musl's, which never returns.
[[noreturn]] void __libc_start_main(int (*main)(int, char**, char**), int argc, char** argv,
                                    void (*init)(), void (*fini)(), void (*ldso)());
}

namespace sirocco::libc {
namespace {

/// A program that cannot start has nobody to tell: its exit code is all there is.
[[noreturn]] void Fail(zx_status_t status) { zx_process_exit(status); }

struct Received {
  uint32_t size = 0;
  uint32_t handle_count = 0;
  std::array<zx_handle_t, ZX_CHANNEL_MAX_MSG_HANDLES> handles;
};

uint32_t BootstrapSize(zx_handle_t channel) {
  uint32_t size = 0;
  uint32_t handle_count = 0;
  const zx_status_t status =
      zx_channel_read(channel, 0, nullptr, nullptr, 0, 0, &size, &handle_count);
  if (status != ZX_ERR_BUFFER_TOO_SMALL) Fail(status == ZX_OK ? ZX_ERR_INVALID_ARGS : status);
  return size;
}

/// Takes the one message and closes the channel.
process::Message TakeBootstrap(zx_handle_t channel, std::span<std::byte> buffer) {
  Received received;
  zx_status_t status = zx_channel_read(
      channel, 0, buffer.data(), received.handles.data(), static_cast<uint32_t>(buffer.size()),
      received.handles.size(), &received.size, &received.handle_count);
  if (status != ZX_OK) Fail(status);
  process::Message message;
  status = process::Message::Parse(buffer.first(received.size), received.handle_count, message);
  if (status != ZX_OK) Fail(status);
  runtime::KeepStartupHandles(message.handle_infos(),
                              std::span(received.handles).first(received.handle_count));
  zx_handle_close(channel);
  return message;
}

/// Runs on the stack on which main will run: what lies in this frame lives as long as the program.
/// A function of its own, so that no address is loaded before the relocations are applied.
[[noreturn, gnu::noinline]] void StartRelocated(zx_handle_t bootstrap, uintptr_t vdso,
                                                const Elf64_Ehdr* image) {
  const auto base = reinterpret_cast<uintptr_t>(image);
  if (__sirocco_bind_vdso(vdso) != ZX_OK) __builtin_trap();

  // At most 64 KiB (ZX_CHANNEL_MAX_MSG_BYTES), of a stack of 256 KiB.
  const uint32_t size = BootstrapSize(bootstrap);
  auto* const bytes = static_cast<std::byte*>(__builtin_alloca_with_align(size, 64));
  const process::Message message = TakeBootstrap(bootstrap, {bytes, size});
  OpenStandardStreams();

  alignas(16) std::array<std::byte, 16> random;
  zx_cprng_draw(random.data(), random.size());
  const Auxiliary auxiliary[] = {
      {AT_PHDR, base + image->e_phoff},
      {AT_PHNUM, image->e_phnum},
      {AT_PHENT, image->e_phentsize},
      {AT_PAGESZ, zx_system_get_page_size()},
      {AT_RANDOM, reinterpret_cast<uintptr_t>(random.data())},
  };
  const size_t count = StartBlockWords(message, std::size(auxiliary));
  auto* const words = static_cast<uintptr_t*>(__builtin_alloca(count * sizeof(uintptr_t)));
  WriteStartBlock(message, auxiliary, {words, count});
  __libc_start_main(main, static_cast<int>(words[0]), reinterpret_cast<char**>(words + 1), nullptr,
                    nullptr, nullptr);
}

}  // namespace

/// Called by _start.
extern "C" [[noreturn]] void __sirocco_start(zx_handle_t bootstrap, uintptr_t vdso,
                                             const Elf64_Ehdr* image, const Elf64_Dyn* dynamic) {
  if (!Relocate(reinterpret_cast<uintptr_t>(image), dynamic)) __builtin_trap();
  StartRelocated(bootstrap, vdso, image);
}

}  // namespace sirocco::libc
