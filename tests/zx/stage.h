// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/ref_ptr.h"
#include "kernel/objects/process.h"
#include "tests/support/world.h"

namespace sirocco::zx {

/// What one call of a test works with, in a process of its own: handles to begin with, memory for
/// its arguments, threads that help. Nothing is cleaned up: the process ends.
class Stage {
 public:
  /// Where the memory of arguments lies.
  enum class Memory : uint8_t {
    kProgram,  // The program's own variables, which are always there.
    kMapped,   // A mapping of which no page has been touched; pieces lie across two of its pages.
  };

  /// Starts `program` in a new process; its stage has the handles that a first process gets.
  static RefPtr<Process> Start(support::World& world, support::World::Program program);

  explicit Stage(Memory memory = Memory::kProgram, uint32_t variant = 0);
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // --- Handles. ---

  static zx_handle_t self();
  static zx_handle_t job();
  static zx_handle_t vmar();
  static zx_handle_t system();  // The root resources.
  static zx_handle_t mmio();
  static zx_handle_t irq();

  /// A new object of that type, with all rights it can have.
  static zx_handle_t New(zx_obj_type_t type);
  using Ends = std::array<zx_handle_t, 2>;
  static Ends NewChannel();
  static zx_handle_t NewVmo(uint64_t size, uint32_t options = 0);
  /// A timer that fires in a second.
  static zx_handle_t NewAlarm();
  static zx_koid_t KoidOf(zx_handle_t handle);

  // --- Memory, as words of a call. ---

  /// A copy of `size` bytes that the call may read, or read and write.
  uint64_t In(const void* bytes, size_t size);
  template <typename T>
  uint64_t In(const T& value) {
    return In(&value, sizeof(value));
  }
  /// Room that the call may write.
  uint64_t Out(size_t size);
  template <typename T>
  uint64_t Out() {
    return Out(sizeof(T));
  }
  /// Whether all of Out's room in the program's memory is as it was.
  bool is_untouched() const;
  /// The piece of memory that begins there, for a test that puts it elsewhere.
  std::span<const std::byte> PieceAt(uint64_t address) const;

  // --- Threads of the process. ---

  using Body = void (*)(uint64_t argument, uint64_t);
  static void StartThread(Body body, uint64_t argument);
  /// For such a thread: until the call of the test waits.
  static void LetItWait();

  // --- More than one way to make a call. ---

  /// Which of `count` ways this is; a test takes all of them, one after another.
  uint32_t Variant(uint32_t count) {
    variants_ = count;
    return variant_;
  }
  uint32_t variants() const { return variants_; }

 private:
  static constexpr size_t kPieces = 8;
  static constexpr size_t kPieceRoom = 0x8000;

  struct Piece {
    uint64_t address;
    size_t size;
    bool is_out;
  };
  std::span<const Piece> pieces() const { return std::span(pieces_).first(piece_count_); }
  // Room for `size` bytes, to be filled by the caller.
  uint64_t Take(size_t size, bool is_out);
  void Fill(uint64_t address, const void* bytes, size_t size);

  const Memory memory_;
  const uint32_t variant_;
  uint32_t variants_ = 1;
  zx_handle_t vmo_ = ZX_HANDLE_INVALID;
  uint64_t base_ = 0;
  // No container of the heap: a thread that is killed destroys nothing.
  std::array<Piece, kPieces> pieces_;
  size_t piece_count_ = 0;
};

/// Tries until it is no allocation that failed: for threads that only help.
template <typename Call>
zx_status_t Insist(Call call) {
  zx_status_t status = ZX_ERR_NO_MEMORY;
  while (status == ZX_ERR_NO_MEMORY) status = call();
  return status;
}

}  // namespace sirocco::zx
