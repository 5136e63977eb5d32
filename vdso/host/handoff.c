// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The hand-off pair in the hosted world. There are no registers to pass there, so it is what its
// contract says it is on the wire: ordinary messages, with the same results and the same fates.
#include <string.h>
#include <zircon/errors.h>

#include "vdso/internal.h"

static int IsRegisterSize(uint32_t size) {
  return size >= ZX_CHANNEL_REGS_MIN_BYTES && size <= ZX_CHANNEL_REGS_MAX_BYTES;
}

zx_status_t zx_channel_call_regs(zx_handle_t handle, uint64_t* words, uint32_t* size) {
  if (!IsRegisterSize(*size)) return ZX_ERR_INVALID_ARGS;
  uint64_t reply[ZX_CHANNEL_REGS_WORDS] = {0};
  const zx_channel_call_args_t args = {
      .wr_bytes = words,
      .rd_bytes = reply,
      .wr_num_bytes = *size,
      .rd_num_bytes = sizeof(reply),
  };
  uint32_t actual_bytes = 0;
  uint32_t actual_handles = 0;
  const zx_status_t status =
      zx_channel_call(handle, 0, ZX_TIME_INFINITE, &args, &actual_bytes, &actual_handles);
  if (status != ZX_OK) return status;
  memcpy(words, reply, sizeof(reply));
  *size = actual_bytes;
  return ZX_OK;
}
VDSO_ALIAS(channel_call_regs);

static zx_status_t Reply(zx_handle_t handle, const uint64_t* words, uint32_t size,
                         const zx_channel_serve_args_t* args) {
  const uint32_t handle_count = args != 0 ? args->wr_num_handles : 0;
  const int is_long = args != 0 && args->wr_num_bytes != 0;
  const int is_good =
      is_long ? size == 0 : (IsRegisterSize(size) || (size == 0 && handle_count == 0));
  if (!is_good) {
    if (handle_count != 0) zx_handle_close_many(args->wr_handles, handle_count);
    return ZX_ERR_INVALID_ARGS;
  }
  if (size == 0 && !is_long) return ZX_OK;
  return zx_channel_write(handle, 0, is_long ? args->wr_bytes : words,
                          is_long ? args->wr_num_bytes : size, args != 0 ? args->wr_handles : 0,
                          handle_count);
}

// One that fits is read into the words; any other tells its size and stays.
static zx_status_t TakeRequest(zx_handle_t handle, uint64_t* words, uint32_t* size,
                               zx_channel_serve_args_t* args) {
  uint64_t request[ZX_CHANNEL_REGS_WORDS] = {0};
  uint32_t bytes = 0;
  uint32_t handles = 0;
  // Asks for the size first: a request of less than 4 bytes would fit, but not the registers.
  zx_status_t status = zx_channel_read(handle, 0, 0, 0, 0, 0, &bytes, &handles);
  if (status == ZX_ERR_BUFFER_TOO_SMALL && handles == 0 && IsRegisterSize(bytes)) {
    status = zx_channel_read(handle, 0, request, 0, sizeof(request), 0, &bytes, &handles);
    if (status != ZX_OK) return status;
    memcpy(words, request, sizeof(request));
    *size = bytes;
    return ZX_OK;
  }
  if (status != ZX_OK && (status != ZX_ERR_BUFFER_TOO_SMALL || args == 0)) return status;
  // An empty request was taken by the question.
  if (status != ZX_OK) {
    status = zx_channel_read(handle, 0, args->rd_bytes, args->rd_handles, args->rd_num_bytes,
                             args->rd_num_handles, &args->actual_bytes, &args->actual_handles);
  } else if (args != 0) {
    args->actual_bytes = 0;
    args->actual_handles = 0;
  }
  if (status == ZX_OK) *size = 0;
  return status;
}

zx_status_t zx_channel_serve(zx_handle_t handle, uint64_t* words, uint32_t* size,
                             zx_channel_serve_args_t* args) {
  zx_status_t status = Reply(handle, words, *size, args);
  while (status == ZX_OK) {
    status = TakeRequest(handle, words, size, args);
    if (status != ZX_ERR_SHOULD_WAIT) return status;
    status = zx_object_wait_one(handle, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED,
                                ZX_TIME_INFINITE, 0);
  }
  return status;
}
VDSO_ALIAS(channel_serve);
