// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/libc/errors.h"

#include <errno.h>
#include <zircon/errors.h>

namespace sirocco::libc {

long ErrnoFromStatus(zx_status_t status) {
  switch (status) {
    case ZX_OK:
      return 0;
    case ZX_ERR_NO_MEMORY:
    case ZX_ERR_NO_RESOURCES:
      return -ENOMEM;
    case ZX_ERR_NOT_SUPPORTED:
      return -EOPNOTSUPP;
    case ZX_ERR_INVALID_ARGS:
    case ZX_ERR_OUT_OF_RANGE:
    case ZX_ERR_BUFFER_TOO_SMALL:
      return -EINVAL;
    case ZX_ERR_BAD_HANDLE:
    case ZX_ERR_WRONG_TYPE:
      return -EBADF;
    case ZX_ERR_BAD_STATE:
    case ZX_ERR_SHOULD_WAIT:
      return -EAGAIN;
    case ZX_ERR_TIMED_OUT:
      return -ETIMEDOUT;
    case ZX_ERR_CANCELED:
      return -ECANCELED;
    case ZX_ERR_PEER_CLOSED:
      return -EPIPE;
    case ZX_ERR_NOT_FOUND:
      return -ENOENT;
    case ZX_ERR_ALREADY_EXISTS:
      return -EEXIST;
    case ZX_ERR_ACCESS_DENIED:
      return -EACCES;
    case ZX_ERR_NO_SPACE:
      return -ENOSPC;
    case ZX_ERR_FILE_BIG:
      return -EFBIG;
    default:
      return -EIO;
  }
}

}  // namespace sirocco::libc
