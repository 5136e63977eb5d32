// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

// The debug log.

#define ZX_LOG_FLAG_READABLE ((uint32_t)0x40000000u)

#define ZX_LOG_RECORD_MAX (256u)

typedef struct zx_log_record {
  uint64_t sequence;
  uint8_t padding1[4];
  uint16_t datalen;
  uint8_t severity;
  uint8_t flags;
  zx_instant_boot_t timestamp;
  uint64_t pid;
  uint64_t tid;
  char data[];
} zx_log_record_t;

#define ZX_LOG_RECORD_DATA_MAX ((uint32_t)(ZX_LOG_RECORD_MAX - sizeof(zx_log_record_t)))

#define ZX_LOG_SEVERITY_TRACE ((uint8_t)0x10u)
#define ZX_LOG_SEVERITY_DEBUG ((uint8_t)0x20u)
#define ZX_LOG_SEVERITY_INFO ((uint8_t)0x30u)
#define ZX_LOG_SEVERITY_WARNING ((uint8_t)0x40u)
#define ZX_LOG_SEVERITY_ERROR ((uint8_t)0x50u)
#define ZX_LOG_SEVERITY_FATAL ((uint8_t)0x60u)
