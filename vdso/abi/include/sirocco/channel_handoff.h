// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

// The hand-off pair: zx_channel_call_regs() and zx_channel_serve() carry a message of 4 to 56 bytes
// in registers and switch to the other side directly. On the wire it is an ordinary message: a peer
// that reads and writes the channel meets nothing new.
//
// zx_channel_call_regs  in:  a0 handle, a1-a7 the words, t1 the size in bytes (4 to 56)
//                       out: a0 status, a1-a7 the reply, t1 its size
//   The low 32 bits of word 0 are the txid. The kernel writes it, as zx_channel_call() does. There
//   is no deadline. A reply that is longer than 56 bytes or brings handles gives
//   ZX_ERR_BUFFER_TOO_SMALL and is dropped.
//
// zx_channel_serve      in:  a0 handle, a1-a7 and t1 the reply to the last request (t1 = 0: none),
//                            t2 the address of a zx_channel_serve_args_t, or 0
//                       out: a0 status, a1-a7 and t1 the next request
//   The reply's txid says which request it answers; the kernel remembers none. A request that does
//   not fit the registers (longer than 56 bytes, shorter than 4, or with handles) goes to the
//   buffers of the arguments, with t1 = 0 and the actual counts. If it fits neither, or t2 is 0,
//   the call gives ZX_ERR_BUFFER_TOO_SMALL and the request stays queued.
//
// Both return t0, t2-t6, ft0-ft11 and fa0-fa7 as garbage or zero, and a1-a7 likewise with t1 = 0.
// The kernel keeps sp, gp, tp and fs0-fs11 with fcsr. It does not keep ra and s0-s11: the C
// functions do, on the caller's stack. The entries that end in `_raw` are the bare calls, for
// inline assembly that declares all of them clobbered.

#define ZX_CHANNEL_REGS_MIN_BYTES (4u)
#define ZX_CHANNEL_REGS_MAX_BYTES (56u)
#define ZX_CHANNEL_REGS_WORDS (7u)

/// What zx_channel_serve() cannot pass in registers.
typedef struct zx_channel_serve_args {
  // The reply. With wr_num_bytes != 0 it is these bytes and t1 must be 0 (else
  // ZX_ERR_INVALID_ARGS); with 0 it is the words. The handles go along with either, and are
  // consumed whatever happens, as zx_channel_write() does. Without any reply, wr_num_handles must
  // be 0.
  const void* wr_bytes;
  const zx_handle_t* wr_handles;
  // Room for a request that does not fit the registers.
  void* rd_bytes;
  zx_handle_t* rd_handles;
  uint32_t wr_num_bytes;
  uint32_t wr_num_handles;
  uint32_t rd_num_bytes;
  uint32_t rd_num_handles;
  // Written when the request went to the buffers (t1 = 0), and with ZX_ERR_BUFFER_TOO_SMALL (what
  // it needs); left alone when it came in registers.
  uint32_t actual_bytes;
  uint32_t actual_handles;
} zx_channel_serve_args_t;
