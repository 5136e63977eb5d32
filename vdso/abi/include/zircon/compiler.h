// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// The few compiler words that the public headers and Zircon programs use.

#ifdef __cplusplus
#define __BEGIN_CDECLS extern "C" {
#define __END_CDECLS }
#define __ZX_NOTHROW noexcept
#else
#define __BEGIN_CDECLS
#define __END_CDECLS
#define __ZX_NOTHROW
#endif

#if defined(__cplusplus)
#define __NO_RETURN [[noreturn]]
#else
#define __NO_RETURN _Noreturn
#endif

#define __EXPORT __attribute__((__visibility__("default")))
#define __LOCAL __attribute__((__visibility__("hidden")))
#define __UNUSED __attribute__((__unused__))
#define __USED __attribute__((__used__))
#define __PACKED __attribute__((__packed__))
#define __ALIGNED(x) __attribute__((__aligned__(x)))
#define __CONST __attribute__((__const__))
#define __WEAK __attribute__((__weak__))
#define __ALWAYS_INLINE __attribute__((__always_inline__))
#define __NOINLINE __attribute__((__noinline__))
#define __PRINTFLIKE(format_index, first_index) \
  __attribute__((__format__(__printf__, format_index, first_index)))
#define __WARN_UNUSED_RESULT __attribute__((__warn_unused_result__))

#ifndef likely
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif
