// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/userboot/device_tree.h"

namespace sirocco::userboot {
namespace {

using Bytes = std::span<const std::byte>;

constexpr uint32_t kMagic = 0xd00dfeed;
constexpr uint32_t kBeginNode = 1;
constexpr uint32_t kEndNode = 2;
constexpr uint32_t kProperty = 3;
constexpr uint32_t kNop = 4;
constexpr size_t kMaxDepth = 16;

/// Big-endian words from the front of some bytes. A read past the end gives 0 and is remembered.
class Cursor {
 public:
  explicit Cursor(Bytes bytes) : rest_(bytes) {}

  uint32_t Word() {
    const Bytes word = Take(sizeof(uint32_t));
    uint32_t value = 0;
    for (std::byte byte : word) value = value << 8 | std::to_integer<uint32_t>(byte);
    return value;
  }

  uint64_t Words(uint32_t count) {
    uint64_t value = 0;
    for (; count > 0 && !is_over_; --count) value = value << 32 | Word();
    return value;
  }

  Bytes Take(size_t size) {
    if (size > rest_.size()) {
      is_over_ = true;
      rest_ = {};
      return {};
    }
    const Bytes taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  void SkipPadding(size_t size) {
    if (size % 4 != 0) Take(4 - size % 4);
  }

  std::string_view String() {
    const std::string_view text(reinterpret_cast<const char*>(rest_.data()), rest_.size());
    const size_t length = text.find('\0');
    if (length == text.npos) {
      is_over_ = true;
      rest_ = {};
      return {};
    }
    Take(length + 1);
    return text.substr(0, length);
  }

  bool is_over() const { return is_over_; }

 private:
  Bytes rest_;
  bool is_over_ = false;
};

// Strings with NULs, back to back.
bool Lists(Bytes property, std::string_view model) {
  Cursor cursor(property);
  while (!cursor.is_over()) {
    if (cursor.String() == model && !cursor.is_over()) return true;
  }
  return false;
}

struct Node {
  // What its children's `reg` is made of. Devicetree Specification 2.3.5 gives the defaults.
  uint32_t address_cells = 2;
  uint32_t size_cells = 1;
  bool is_match = false;
  Bytes reg;
  Bytes interrupts;
};

bool ReadDevice(const Node& parent, const Node& node, Device& device) {
  Cursor reg(node.reg);
  device.address = reg.Words(parent.address_cells);
  device.size = reg.Words(parent.size_cells);
  Cursor interrupts(node.interrupts);
  device.irq = interrupts.Word();
  return !reg.is_over() && !interrupts.is_over();
}

class Walk {
 public:
  Walk(Cursor structure, Bytes strings, std::string_view model)
      : structure_(structure), strings_(strings), model_(model) {}

  bool Find(Device& device) {
    while (!structure_.is_over()) {
      switch (structure_.Word()) {
        case kBeginNode:
          if (!Begin()) return false;
          break;
        case kEndNode:
          if (depth_ == 0) return false;
          if (nodes_[depth_].is_match)
            return ReadDevice(nodes_[depth_ - 1], nodes_[depth_], device);
          --depth_;
          break;
        case kProperty:
          TakeProperty();
          break;
        case kNop:
          break;
        default:  // The end, or no device tree.
          return false;
      }
    }
    return false;
  }

 private:
  bool Begin() {
    const size_t length = structure_.String().size();
    structure_.SkipPadding(length + 1);
    if (++depth_ == kMaxDepth) return false;
    nodes_[depth_] = Node{};
    return true;
  }

  void TakeProperty() {
    const uint32_t size = structure_.Word();
    const uint32_t name_offset = structure_.Word();
    const Bytes value = structure_.Take(size);
    structure_.SkipPadding(size);
    if (name_offset >= strings_.size()) return;
    const std::string_view name = Cursor(strings_.subspan(name_offset)).String();
    Node& node = nodes_[depth_];
    if (name == "compatible") node.is_match = Lists(value, model_);
    if (name == "reg") node.reg = value;
    if (name == "interrupts") node.interrupts = value;
    if (name == "#address-cells") node.address_cells = Cursor(value).Word();
    if (name == "#size-cells") node.size_cells = Cursor(value).Word();
  }

  Cursor structure_;
  Bytes strings_;
  std::string_view model_;
  size_t depth_ = 0;  // 0 is outside of the root.
  Node nodes_[kMaxDepth];
};

bool Part(Bytes tree, uint32_t offset, uint32_t size, Bytes& part) {
  if (offset > tree.size() || size > tree.size() - offset) return false;
  part = tree.subspan(offset, size);
  return true;
}

}  // namespace

bool FindDevice(Bytes tree, std::string_view model, Device& device) {
  Cursor header(tree);
  const uint32_t magic = header.Word();
  header.Word();  // The total size: the parts are checked against what there is.
  const uint32_t structure_offset = header.Word();
  const uint32_t strings_offset = header.Word();
  header.Words(4);  // Reservations, versions, the boot processor.
  const uint32_t strings_size = header.Word();
  const uint32_t structure_size = header.Word();
  Bytes structure;
  Bytes strings;
  if (header.is_over() || magic != kMagic ||
      !Part(tree, structure_offset, structure_size, structure) ||
      !Part(tree, strings_offset, strings_size, strings)) {
    return false;
  }
  return Walk(Cursor(structure), strings, model).Find(device);
}

}  // namespace sirocco::userboot
