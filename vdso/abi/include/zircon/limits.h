// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Limits of the calls. Page sizes: ask zx_system_get_page_size().

#define ZX_MIN_PAGE_SHIFT (12u)
#define ZX_MAX_PAGE_SHIFT (21u)

#define ZX_MAX_NAME_LEN (32u)  // The terminating NUL included.

#define ZX_WAIT_MANY_MAX_ITEMS (64u)

#define ZX_CHANNEL_MAX_MSG_BYTES (65536u)
#define ZX_CHANNEL_MAX_MSG_HANDLES (64u)
#define ZX_CHANNEL_MAX_MSG_IOVECS (8192u)

#define ZX_FIFO_MAX_SIZE_BYTES (4096u)

#define ZX_CPRNG_DRAW_MAX_LEN (256u)
#define ZX_CPRNG_ADD_ENTROPY_MAX_LEN (256u)

#define ZX_IOB_MAX_REGIONS (64u)

#define ZX_JOB_MAX_HEIGHT (32u)
