// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// Names for Clang's thread-safety analysis; nothing for other compilers. Clang checks them with
// -Werror=thread-safety even where g++ builds the image.

#if defined(__clang__)
#define SIROCCO_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define SIROCCO_THREAD_ANNOTATION(x)
#endif

#define CAPABILITY(name) SIROCCO_THREAD_ANNOTATION(capability(name))
#define SCOPED_CAPABILITY SIROCCO_THREAD_ANNOTATION(scoped_lockable)
#define GUARDED_BY(lock) SIROCCO_THREAD_ANNOTATION(guarded_by(lock))
#define PT_GUARDED_BY(lock) SIROCCO_THREAD_ANNOTATION(pt_guarded_by(lock))
#define ACQUIRED_BEFORE(...) SIROCCO_THREAD_ANNOTATION(acquired_before(__VA_ARGS__))
#define ACQUIRED_AFTER(...) SIROCCO_THREAD_ANNOTATION(acquired_after(__VA_ARGS__))
#define REQUIRES(...) SIROCCO_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
#define EXCLUDES(...) SIROCCO_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))
#define ACQUIRE(...) SIROCCO_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define RELEASE(...) SIROCCO_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define TRY_ACQUIRE(...) SIROCCO_THREAD_ANNOTATION(try_acquire_capability(__VA_ARGS__))
#define ASSERT_CAPABILITY(lock) SIROCCO_THREAD_ANNOTATION(assert_capability(lock))
#define RETURN_CAPABILITY(lock) SIROCCO_THREAD_ANNOTATION(lock_returned(lock))
#define NO_THREAD_SAFETY_ANALYSIS SIROCCO_THREAD_ANNOTATION(no_thread_safety_analysis)
