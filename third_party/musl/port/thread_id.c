// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0

// Compiled as part of musl: the one look of ours into its struct pthread.

#include "pthread_impl.h"

/// The tid of a thread that has neither ended nor been joined.
int __sirocco_tid_of(pthread_t thread) { return thread->tid; }
