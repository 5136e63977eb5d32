// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
//
// The names that compilers call without being asked.

#include <cstddef>
#include <cstdint>
#include <new>

#include "kernel/base/kassert.h"

namespace {

constexpr size_t kWord = sizeof(uint64_t);

// Not C++: misaligned words, which the machine reads and writes as fast as others; where it does
// not, the firmware makes up for it.
using Word [[gnu::may_alias]] = uint64_t;
[[gnu::always_inline]] inline uint64_t Load(const std::byte* from) {
  uint64_t word;
  asm volatile("ld %0, %1" : "=r"(word) : "m"(*reinterpret_cast<const Word*>(from)));
  return word;
}
// Both pointers count: the compiler would make indices of them, which take longer to set up than a
// short copy.
[[gnu::always_inline]] inline void Advance(const std::byte*& in, std::byte*& out, size_t size) {
  in += size;
  out += size;
  asm("" : "+r"(in), "+r"(out));
}
[[gnu::always_inline]] inline void Store(std::byte* to, uint64_t word) {
  asm volatile("sd %1, %0" : "=m"(*reinterpret_cast<Word*>(to)) : "r"(word));
}

}  // namespace

extern "C" {

void* memcpy(void* to, const void* from, size_t size) {
  constexpr size_t kBlock = 8 * kWord;
  auto* out = static_cast<std::byte*>(to);
  const auto* in = static_cast<const std::byte*>(from);
  for (const std::byte* end = in + size / kBlock * kBlock; in != end; Advance(in, out, kBlock)) {
    const uint64_t a = Load(in), b = Load(in + 8), c = Load(in + 16), d = Load(in + 24);
    const uint64_t e = Load(in + 32), f = Load(in + 40), g = Load(in + 48), h = Load(in + 56);
    Store(out, a);
    Store(out + 8, b);
    Store(out + 16, c);
    Store(out + 24, d);
    Store(out + 32, e);
    Store(out + 40, f);
    Store(out + 48, g);
    Store(out + 56, h);
  }
  size %= kBlock;
  if (size == 0) return to;
  for (const std::byte* end = in + size / kWord * kWord; in != end; Advance(in, out, kWord)) {
    Store(out, Load(in));
  }
  for (size %= kWord; size > 0; --size) *out++ = *in++;
  return to;
}

void* memmove(void* to, const void* from, size_t size) {
  auto* out = static_cast<std::byte*>(to);
  const auto* in = static_cast<const std::byte*>(from);
  // Forwards is right unless the target starts inside the source: memcpy has read all that it
  // overwrites.
  if (reinterpret_cast<uintptr_t>(out) - reinterpret_cast<uintptr_t>(in) >= size) {
    return memcpy(to, from, size);
  }
  for (; size >= kWord; size -= kWord) Store(out + size - kWord, Load(in + size - kWord));
  for (; size > 0; --size) out[size - 1] = in[size - 1];
  return to;
}

void* memset(void* to, int value, size_t size) {
  auto* out = static_cast<std::byte*>(to);
  const uint64_t word = static_cast<uint8_t>(value) * uint64_t{0x0101010101010101};
  // Pages: one branch to 8 stores.
  for (; size >= 8 * kWord; size -= 8 * kWord, out += 8 * kWord) {
    Store(out, word);
    Store(out + 8, word);
    Store(out + 16, word);
    Store(out + 24, word);
    Store(out + 32, word);
    Store(out + 40, word);
    Store(out + 48, word);
    Store(out + 56, word);
  }
  for (; size >= kWord; size -= kWord, out += kWord) Store(out, word);
  for (; size > 0; --size) *out++ = static_cast<std::byte>(word);
  return to;
}

int memcmp(const void* left, const void* right, size_t size) {
  const auto* a = static_cast<const uint8_t*>(left);
  const auto* b = static_cast<const uint8_t*>(right);
  for (; size > 0; --size, ++a, ++b) {
    if (*a != *b) return *a < *b ? -1 : 1;
  }
  return 0;
}

void* memchr(const void* in, int value, size_t size) {
  const auto* at = static_cast<const uint8_t*>(in);
  for (; size > 0; --size, ++at) {
    if (*at == static_cast<uint8_t>(value)) return const_cast<uint8_t*>(at);
  }
  return nullptr;
}

size_t strlen(const char* text) {
  size_t length = 0;
  while (text[length] != 0) ++length;
  return length;
}

void abort() { PANIC("abort: a library found the kernel's data out of order"); }

void __cxa_pure_virtual() { PANIC("a call of a pure virtual function"); }

}  // extern "C"

namespace std {
const nothrow_t nothrow{};
[[noreturn]] void __throw_out_of_range_fmt(const char*, ...) { PANIC("an index out of range"); }
[[noreturn]] void __throw_bad_function_call() { PANIC("a call of an empty std::function"); }
[[noreturn]] void __throw_length_error(const char*) { PANIC("a size out of range"); }
}  // namespace std
