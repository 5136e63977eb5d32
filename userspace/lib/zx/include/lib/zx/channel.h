// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <lib/zx/object.h>
#include <zircon/syscalls.h>

#include <utility>

namespace zx {

class channel final : public object<channel> {
 public:
  using object::object;

  [[nodiscard]] static zx_status_t create(uint32_t options, channel* end0, channel* end1) noexcept {
    channel first;
    channel second;
    const zx_status_t status =
        zx_channel_create(options, first.reset_and_get_address(), second.reset_and_get_address());
    if (status != ZX_OK) return status;
    *end0 = std::move(first);
    *end1 = std::move(second);
    return ZX_OK;
  }

  [[nodiscard]] zx_status_t read(uint32_t options, void* bytes, zx_handle_t* handles,
                                 uint32_t num_bytes, uint32_t num_handles, uint32_t* actual_bytes,
                                 uint32_t* actual_handles) const noexcept {
    return zx_channel_read(get(), options, bytes, handles, num_bytes, num_handles, actual_bytes,
                           actual_handles);
  }

  [[nodiscard]] zx_status_t read_etc(uint32_t options, void* bytes, zx_handle_info_t* handles,
                                     uint32_t num_bytes, uint32_t num_handles,
                                     uint32_t* actual_bytes,
                                     uint32_t* actual_handles) const noexcept {
    return zx_channel_read_etc(get(), options, bytes, handles, num_bytes, num_handles, actual_bytes,
                               actual_handles);
  }

  /// The handles are gone, whatever the status is.
  zx_status_t write(uint32_t options, const void* bytes, uint32_t num_bytes,
                    const zx_handle_t* handles, uint32_t num_handles) const noexcept {
    return zx_channel_write(get(), options, bytes, num_bytes, handles, num_handles);
  }

  zx_status_t write_etc(uint32_t options, const void* bytes, uint32_t num_bytes,
                        zx_handle_disposition_t* handles, uint32_t num_handles) const noexcept {
    return zx_channel_write_etc(get(), options, bytes, num_bytes, handles, num_handles);
  }

  [[nodiscard]] zx_status_t call(uint32_t options, zx::time deadline,
                                 const zx_channel_call_args_t* args, uint32_t* actual_bytes,
                                 uint32_t* actual_handles) const noexcept {
    return zx_channel_call(get(), options, deadline.get(), args, actual_bytes, actual_handles);
  }

  [[nodiscard]] zx_status_t call_etc(uint32_t options, zx::time deadline,
                                     zx_channel_call_etc_args_t* args, uint32_t* actual_bytes,
                                     uint32_t* actual_handles) const noexcept {
    return zx_channel_call_etc(get(), options, deadline.get(), args, actual_bytes, actual_handles);
  }

  // The hand-off pair, which Zircon does not have: <sirocco/channel_handoff.h>.
  [[nodiscard]] zx_status_t call_regs(uint64_t* words, uint32_t* size) const noexcept {
    return zx_channel_call_regs(get(), words, size);
  }
  [[nodiscard]] zx_status_t serve(uint64_t* words, uint32_t* size,
                                  zx_channel_serve_args_t* args) const noexcept {
    return zx_channel_serve(get(), words, size, args);
  }
};

using unowned_channel = unowned<channel>;

}  // namespace zx
