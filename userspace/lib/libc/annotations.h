// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Names for Clang's thread-safety analysis, as far as the C library needs them.

#if defined(__clang__)
#define LIBC_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define LIBC_THREAD_ANNOTATION(x)
#endif

#define CAPABILITY(name) LIBC_THREAD_ANNOTATION(capability(name))
#define SCOPED_CAPABILITY LIBC_THREAD_ANNOTATION(scoped_lockable)
#define GUARDED_BY(lock) LIBC_THREAD_ANNOTATION(guarded_by(lock))
#define REQUIRES(...) LIBC_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define EXCLUDES(...) LIBC_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define ACQUIRE(...) LIBC_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define RELEASE(...) LIBC_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
