// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Names of statuses. Pointers in a table would need relocations, which the vDSO has none of: the
// names stand in one object, and the table has their offsets.
#include <stddef.h>
#include <zircon/errors.h>

#include "vdso/internal.h"

#define STATUSES(X)                \
  X(ZX_OK)                         \
  X(ZX_ERR_INTERNAL)               \
  X(ZX_ERR_NOT_SUPPORTED)          \
  X(ZX_ERR_NO_RESOURCES)           \
  X(ZX_ERR_NO_MEMORY)              \
  X(ZX_ERR_INTERNAL_INTR_RETRY)    \
  X(ZX_ERR_INVALID_ARGS)           \
  X(ZX_ERR_BAD_HANDLE)             \
  X(ZX_ERR_WRONG_TYPE)             \
  X(ZX_ERR_BAD_SYSCALL)            \
  X(ZX_ERR_OUT_OF_RANGE)           \
  X(ZX_ERR_BUFFER_TOO_SMALL)       \
  X(ZX_ERR_BAD_STATE)              \
  X(ZX_ERR_TIMED_OUT)              \
  X(ZX_ERR_SHOULD_WAIT)            \
  X(ZX_ERR_CANCELED)               \
  X(ZX_ERR_PEER_CLOSED)            \
  X(ZX_ERR_NOT_FOUND)              \
  X(ZX_ERR_ALREADY_EXISTS)         \
  X(ZX_ERR_ALREADY_BOUND)          \
  X(ZX_ERR_UNAVAILABLE)            \
  X(ZX_ERR_ACCESS_DENIED)          \
  X(ZX_ERR_IO)                     \
  X(ZX_ERR_IO_REFUSED)             \
  X(ZX_ERR_IO_DATA_INTEGRITY)      \
  X(ZX_ERR_IO_DATA_LOSS)           \
  X(ZX_ERR_IO_NOT_PRESENT)         \
  X(ZX_ERR_IO_OVERRUN)             \
  X(ZX_ERR_IO_MISSED_DEADLINE)     \
  X(ZX_ERR_IO_INVALID)             \
  X(ZX_ERR_BAD_PATH)               \
  X(ZX_ERR_NOT_DIR)                \
  X(ZX_ERR_NOT_FILE)               \
  X(ZX_ERR_FILE_BIG)               \
  X(ZX_ERR_NO_SPACE)               \
  X(ZX_ERR_NOT_EMPTY)              \
  X(ZX_ERR_STOP)                   \
  X(ZX_ERR_NEXT)                   \
  X(ZX_ERR_ASYNC)                  \
  X(ZX_ERR_PROTOCOL_NOT_SUPPORTED) \
  X(ZX_ERR_ADDRESS_UNREACHABLE)    \
  X(ZX_ERR_ADDRESS_IN_USE)         \
  X(ZX_ERR_NOT_CONNECTED)          \
  X(ZX_ERR_CONNECTION_REFUSED)     \
  X(ZX_ERR_CONNECTION_RESET)       \
  X(ZX_ERR_CONNECTION_ABORTED)     \
  X(ZX_ERR_INTERNAL_INTR_KILLED)

#define NAME_FIELD(status) char name_##status[sizeof(#status)];
#define NAME(status) #status,
#define ENTRY(status) {status, offsetof(struct Names, name_##status)},

static const struct Names {
  STATUSES(NAME_FIELD)
  char unknown[sizeof("(UNKNOWN)")];
} kNames = {STATUSES(NAME) "(UNKNOWN)"};

static const struct {
  int16_t status;
  uint16_t offset;
} kTable[] = {STATUSES(ENTRY)};

const char* zx_status_get_string(zx_status_t status) {
  for (size_t i = 0; i < sizeof(kTable) / sizeof(kTable[0]); ++i) {
    if (kTable[i].status == status) return (const char*)&kNames + kTable[i].offset;
  }
  return kNames.unknown;
}
VDSO_ALIAS(status_get_string);
