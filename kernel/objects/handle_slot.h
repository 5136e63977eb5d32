// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <cstdint>

namespace sirocco {

class HandleTable;

/// A handle as a process names it: a claim until a table has looked it up.
using HandleValue = zx_handle_t;

/// Which end of a pair; a lone object has kFirst.
enum class Side : uint8_t { kFirst = 0, kSecond = 1 };

constexpr size_t Index(Side side) { return static_cast<size_t>(side); }
constexpr Side Peer(Side side) { return side == Side::kFirst ? Side::kSecond : Side::kFirst; }

/// The handle a wait was made through: a place in a table, as it was used then. Names, does not
/// own: who keeps one keeps the table alive.
class HandleSlot {
 public:
  constexpr HandleSlot() = default;
  /// No handle: a wait of the kernel's own. It never retires.
  constexpr explicit HandleSlot(Side side) : side_(Index(side)) {}
  constexpr HandleSlot(HandleTable& table, uint16_t index, uint16_t generation, Side side)
      : HandleSlot(table, index | uint32_t{generation} << 16, side) {}
  /// `name`: index and generation, as a handle's value has them.
  constexpr HandleSlot(HandleTable& table, uint32_t name, Side side)
      : table_(&table), name_(name), side_(Index(side)) {}

  HandleTable* table() const { return table_; }
  uint16_t index() const { return static_cast<uint16_t>(name_); }
  Side side() const { return static_cast<Side>(side_); }

  /// Whether the handle was closed or moved meanwhile.
  inline bool is_retired() const;
  /// Tells the table that waits may be made through the handle, so that its close looks for them.
  /// False: already retired. Called before the wait takes its object's lock.
  inline bool MarkWaited() const;
  /// Whether that was done, and the handle is still there. Under its object's lock, and true: its
  /// close will find the waits that are there now.
  inline bool IsWaited() const;

  bool operator==(const HandleSlot&) const = default;

 private:
  bool MarkFirstWait() const;

  HandleTable* table_ = nullptr;
  uint32_t name_ = 0;
  uint32_t side_ = 0;  // Side; two words, no padding, so that copies are two stores.
};

}  // namespace sirocco
