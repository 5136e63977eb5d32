// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "kernel/base/result.h"

namespace sirocco {

/// A flattened device tree, read where it lies: no copy, no memory. All of it is checked once, by
/// Parse; afterwards walking cannot fail. **Source** Devicetree Specification 0.4, chapter 5.
class DeviceTree {
 public:
  class Node;

  /// The value of a property: bytes, read big-endian.
  class Property {
   public:
    Property() = default;
    explicit Property(std::span<const std::byte> bytes) : bytes_(bytes) {}

    std::span<const std::byte> bytes() const { return bytes_; }
    size_t cell_count() const { return bytes_.size() / 4; }
    /// The `index`th 32-bit cell; 0 behind the end.
    uint32_t Cell(size_t index) const;
    /// A number of `cells` cells (1 or 2) that starts at cell `index`; 0 behind the end.
    uint64_t Number(size_t index, uint32_t cells) const;
    /// Up to the first NUL; of a list, the first string.
    std::string_view String() const;
    /// Whether `wanted` is one of the NUL-terminated strings.
    bool HasString(std::string_view wanted) const;

   private:
    std::span<const std::byte> bytes_;
  };

  struct Range {
    uint64_t base = 0;
    uint64_t size = 0;
  };

  /// Errors: ZX_ERR_INVALID_ARGS: no such tree, or one that is cut off or inconsistent.
  /// ZX_ERR_NOT_SUPPORTED: a version that is not compatible with 16. `blob` outlives the result.
  static Result<DeviceTree> Parse(std::span<const std::byte> blob);

  /// How long the tree says it is, from its first 8 bytes; 0 if that is no tree.
  static size_t TotalSize(std::span<const std::byte> blob);

  Node root() const;
  /// The node at `path` ("/cpus", "/soc/serial@10000000"); a unit address may be left out.
  std::optional<Node> Find(std::string_view path) const;
  /// The first node, in tree order, whose `compatible` names `wanted`.
  std::optional<Node> FindCompatible(std::string_view wanted) const;
  /// The `index`th entry of the memory reservation block; size 0 behind the end.
  Range Reservation(size_t index) const;

  size_t size_bytes() const { return blob_.size(); }

  static constexpr uint32_t kMaxDepth = 16;

 private:
  explicit DeviceTree(std::span<const std::byte> blob) : blob_(blob) {}

  zx_status_t CheckHeader();
  zx_status_t CheckStructure() const;
  zx_status_t CheckReservations() const;
  std::optional<size_t> SkipName(size_t offset) const;
  std::optional<size_t> SkipProperty(size_t offset) const;
  bool IsString(size_t offset) const;

  uint32_t Word(size_t offset) const;
  uint64_t Long(size_t offset) const;
  size_t AfterName(size_t begin_node) const;
  std::string_view CString(size_t offset) const;
  static std::optional<Node> FindCompatibleBelow(const Node& node, std::string_view wanted);

  std::span<const std::byte> blob_;
  size_t structure_ = 0;  // Offsets in blob_.
  size_t structure_end_ = 0;
  size_t strings_ = 0;
  size_t strings_end_ = 0;
  size_t reservations_ = 0;
};

/// A node of a tree that outlives it.
class DeviceTree::Node {
 public:
  /// With its unit address: "serial@10000000"; the root's is empty.
  std::string_view name() const;
  std::optional<Property> Get(std::string_view property) const;
  uint32_t Cell(std::string_view property, uint32_t otherwise) const;
  std::string_view String(std::string_view property) const;
  bool IsCompatible(std::string_view wanted) const;
  /// Absent, "okay" and "ok" are enabled.
  bool is_enabled() const;

  std::optional<Node> FirstChild() const;
  std::optional<Node> NextSibling() const;
  /// The child called `name`, with or without its unit address.
  std::optional<Node> Child(std::string_view name) const;

  /// The `index`th address range of `reg`, as the parent's cell counts say. Buses between here
  /// and the root are taken to map addresses to themselves.
  std::optional<Range> Reg(size_t index = 0) const;

 private:
  friend class DeviceTree;
  Node(const DeviceTree& tree, size_t offset, uint32_t address_cells, uint32_t size_cells)
      : tree_(&tree), offset_(offset), address_cells_(address_cells), size_cells_(size_cells) {}

  size_t EndOfProperties() const;

  const DeviceTree* tree_;
  size_t offset_;           // Of the BEGIN_NODE token.
  uint32_t address_cells_;  // The parent's, for Reg.
  uint32_t size_cells_;
};

}  // namespace sirocco
