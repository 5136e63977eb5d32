// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ucontext.h>

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sirocco::arch {

/// A thread of a test program: a fiber with a stack of its own, on which a host function runs. Its
/// calls switch back to the hart as a trap would. See host/user_fiber.h for what it can do there.
class UserContext {
 public:
  UserContext() = default;
  UserContext(const UserContext&) = delete;
  UserContext& operator=(const UserContext&) = delete;
  ~UserContext();

  /// `pc` is a `void (*)(uint64_t, uint64_t)` of this process. `sp` is only reported: the fiber
  /// brings its stack, whose bounds the sanitizers have to know.
  void Start(uint64_t pc, uint64_t sp, uint64_t arg0, uint64_t arg1);
  void set_result(uint64_t value) { result_ = value; }

  /// What a call of the hand-off pair brought in registers, and what it takes back there.
  static constexpr size_t kWords = 7;
  uint64_t word(size_t index) const { return words_[index]; }
  uint64_t word_bytes() const { return word_bytes_; }
  uint64_t word_arguments() const { return word_arguments_; }
  void set_word(size_t index, uint64_t value) { words_[index] = value; }
  /// The lower half of word 0.
  void set_low_word(uint32_t value) { words_[0] = (words_[0] & ~uint64_t{UINT32_MAX}) | value; }
  /// All of them, as a message lies in memory.
  std::byte* words() { return reinterpret_cast<std::byte*>(&words_[0]); }
  void set_word_bytes(uint64_t size_bytes) { word_bytes_ = size_bytes; }

  uint64_t pc() const { return pc_; }
  uint64_t sp() const { return sp_; }
  uint64_t return_address() const { return 0; }

 private:
  friend class UserFiber;

  uint64_t pc_ = 0;
  uint64_t sp_ = 0;
  uint64_t arguments_[2] = {};
  uint64_t result_ = 0;
  uint64_t words_[kWords] = {};
  uint64_t word_bytes_ = 0;
  uint64_t word_arguments_ = 0;
  bool is_started_ = false;
  std::byte* stack_ = nullptr;
  ucontext_t fiber_ = {};
  [[maybe_unused]] void* fake_stack_ =
      nullptr;  // AddressSanitizer's, while the fiber is switched away.
  [[maybe_unused]] void* tsan_fiber_ = nullptr;
};

}  // namespace sirocco::arch
