// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

// KASSERT states what the kernel promises itself; user input never reaches one. It is compiled in
// when SIROCCO_KASSERT is 1 (the `dbg` flavour, the comparison image, the host), and only type
// checked otherwise. PANIC and PANIC_UNLESS are always compiled in.

#ifndef SIROCCO_KASSERT
#define SIROCCO_KASSERT 0
#endif

namespace sirocco {

inline constexpr bool kAssertsEnabled = SIROCCO_KASSERT != 0;

/// Stops the machine and reports `text`. Defined by the architecture, or by the host program.
/// Context: any; takes no lock and no memory.
[[noreturn]] void PanicAt(const char* text, const char* file, int line);

}  // namespace sirocco

#define PANIC(text) ::sirocco::PanicAt(text, __FILE__, __LINE__)

// Expressions, so that they also fit in front of a comma.
#define SIROCCO_ASSERT_(text, ...) \
  (__builtin_expect(static_cast<bool>(__VA_ARGS__), 1) ? static_cast<void>(0) : PANIC(text))

#define PANIC_UNLESS(...) SIROCCO_ASSERT_("PANIC_UNLESS failed: " #__VA_ARGS__, __VA_ARGS__)

#if SIROCCO_KASSERT
#define KASSERT(...) SIROCCO_ASSERT_("KASSERT failed: " #__VA_ARGS__, __VA_ARGS__)
#else
#define KASSERT(...) static_cast<void>(sizeof(static_cast<bool>(__VA_ARGS__)))
#endif
