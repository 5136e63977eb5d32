// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// What compilers call by themselves. This file is compiled so that none of these becomes a call of
// itself.
#include <cstddef>
#include <cstdint>

extern "C" {

void* memcpy(void* destination, const void* source, size_t size) {
  auto* to = static_cast<unsigned char*>(destination);
  const auto* from = static_cast<const unsigned char*>(source);
  for (; size > 0; --size) *to++ = *from++;
  return destination;
}

void* memmove(void* destination, const void* source, size_t size) {
  auto* to = static_cast<unsigned char*>(destination);
  const auto* from = static_cast<const unsigned char*>(source);
  if (reinterpret_cast<uintptr_t>(to) <= reinterpret_cast<uintptr_t>(from)) {
    return memcpy(destination, source, size);
  }
  while (size-- > 0) to[size] = from[size];
  return destination;
}

void* memset(void* destination, int value, size_t size) {
  auto* to = static_cast<unsigned char*>(destination);
  for (; size > 0; --size) *to++ = static_cast<unsigned char>(value);
  return destination;
}

int memcmp(const void* a, const void* b, size_t size) {
  const auto* left = static_cast<const unsigned char*>(a);
  const auto* right = static_cast<const unsigned char*>(b);
  for (; size > 0; --size, ++left, ++right) {
    if (*left != *right) return *left - *right;
  }
  return 0;
}

void* memchr(const void* memory, int value, size_t size) {
  const auto* at = static_cast<const unsigned char*>(memory);
  for (; size > 0; --size, ++at) {
    if (*at == static_cast<unsigned char>(value)) return const_cast<unsigned char*>(at);
  }
  return nullptr;
}

size_t strlen(const char* string) {
  size_t length = 0;
  while (string[length] != '\0') ++length;
  return length;
}

}  // extern "C"

namespace std {

// The library's range checks end here: a defect of ours, which ends the process as an exception.
[[noreturn]] void __throw_out_of_range_fmt(const char*, ...) { __builtin_trap(); }

}  // namespace std
