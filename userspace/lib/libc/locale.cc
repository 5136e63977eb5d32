// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0

// Locale objects that code compiled with the toolchain's headers can look into. libstdc++'s streams
// and the macros of <ctype.h> read tables of characters from glibc's struct behind a locale_t;
// musl's is shorter and has none. So each locale of musl is moved to the front of one of glibc's.
// The linker sends calls of newlocale() and duplocale() here (--wrap, see BUILD).

#include <ctype.h>
#include <locale.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

extern "C" {

locale_t __real_newlocale(int mask, const char* name, locale_t base);
locale_t __real_duplocale(locale_t locale);
}

namespace {

/// musl's whole struct: a pointer for each of six categories.
constexpr size_t kMuslSize = 6 * sizeof(void*);
static_assert(kMuslSize <= offsetof(__locale_struct, __ctype_b));

/// Takes `narrow`. freelocale() frees the result as it frees one of musl's own.
locale_t Widen(locale_t narrow) {
  if (narrow == nullptr) return nullptr;
  auto* const wide = static_cast<locale_t>(calloc(1, sizeof(__locale_struct)));
  if (wide != nullptr) {
    memcpy(wide, narrow, kMuslSize);
    // For all locales the same, as in musl: beyond ASCII there are only wide characters.
    wide->__ctype_b = *__ctype_b_loc();
    wide->__ctype_tolower = *__ctype_tolower_loc();
    wide->__ctype_toupper = *__ctype_toupper_loc();
  }
  freelocale(narrow);
  return wide;
}

}  // namespace

extern "C" {

locale_t __wrap_newlocale(int mask, const char* name, locale_t base) {
  const locale_t made = __real_newlocale(mask, name, base);
  return made == base ? base : Widen(made);  // A base that was made here is changed in place.
}

locale_t __wrap_duplocale(locale_t locale) { return Widen(__real_duplocale(locale)); }

// What libstdc++ calls them; to glibc LC_ALL in a mask means all, to musl nothing.
locale_t __wrap___newlocale(int mask, const char* name, locale_t base) {
  if (mask & 1 << LC_ALL) mask = LC_ALL_MASK;
  return __wrap_newlocale(mask, name, base);
}
locale_t __wrap___duplocale(locale_t locale) { return __wrap_duplocale(locale); }

}  // extern "C"
