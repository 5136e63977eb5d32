// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

// Packets of ports, and options of the calls that send them.

#define ZX_PORT_BIND_TO_INTERRUPT ((uint32_t)1u << 0)

#define ZX_WAIT_ASYNC_ONCE ((uint32_t)0u)  // The only way there is; for older sources.
#define ZX_WAIT_ASYNC_TIMESTAMP ((uint32_t)1u << 0)
#define ZX_WAIT_ASYNC_EDGE ((uint32_t)1u << 1)
#define ZX_WAIT_ASYNC_BOOT_TIMESTAMP ((uint32_t)1u << 2)

typedef uint32_t zx_packet_type_t;
#define ZX_PKT_TYPE_USER ((zx_packet_type_t)0u)
#define ZX_PKT_TYPE_SIGNAL_ONE ((zx_packet_type_t)1u)
#define ZX_PKT_TYPE_GUEST_BELL ((zx_packet_type_t)3u)
#define ZX_PKT_TYPE_GUEST_MEM ((zx_packet_type_t)4u)
#define ZX_PKT_TYPE_GUEST_IO ((zx_packet_type_t)5u)
#define ZX_PKT_TYPE_GUEST_VCPU ((zx_packet_type_t)6u)
#define ZX_PKT_TYPE_INTERRUPT ((zx_packet_type_t)7u)
#define ZX_PKT_TYPE_PAGE_REQUEST ((zx_packet_type_t)9u)
#define ZX_PKT_TYPE_PROCESSOR_POWER_LEVEL_TRANSITION_REQUEST ((zx_packet_type_t)10u)

#define ZX_PKT_IS_USER(type) ((type) == ZX_PKT_TYPE_USER)
#define ZX_PKT_IS_SIGNAL_ONE(type) ((type) == ZX_PKT_TYPE_SIGNAL_ONE)
#define ZX_PKT_IS_INTERRUPT(type) ((type) == ZX_PKT_TYPE_INTERRUPT)
#define ZX_PKT_IS_PAGE_REQUEST(type) ((type) == ZX_PKT_TYPE_PAGE_REQUEST)

typedef union zx_packet_user {
  uint64_t u64[4];
  uint32_t u32[8];
  uint16_t u16[16];
  uint8_t c8[32];
} zx_packet_user_t;

typedef struct zx_packet_signal {
  zx_signals_t trigger;   // What was asked for.
  zx_signals_t observed;  // What was set while the packet was queued.
  uint64_t count;
  zx_time_t timestamp;
  uint64_t reserved1;
} zx_packet_signal_t;

typedef struct zx_packet_interrupt {
  zx_time_t timestamp;
  uint64_t reserved0;
  uint64_t reserved1;
  uint64_t reserved2;
} zx_packet_interrupt_t;

typedef struct zx_packet_page_request {
  uint16_t command;  // ZX_PAGER_VMO_*.
  uint16_t flags;
  uint32_t reserved0;
  uint64_t offset;
  uint64_t length;
  uint64_t reserved1;
} zx_packet_page_request_t;

typedef struct zx_port_packet {
  uint64_t key;
  zx_packet_type_t type;
  zx_status_t status;
  union {
    zx_packet_user_t user;
    zx_packet_signal_t signal;
    zx_packet_interrupt_t interrupt;
    zx_packet_page_request_t page_request;
  };
} zx_port_packet_t;
