// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/devicetree/device_tree.h"

#include "kernel/base/units.h"

namespace sirocco {
namespace {

constexpr uint32_t kMagic = 0xd00dfeed;
constexpr size_t kHeaderSize = 40;
constexpr uint32_t kVersion = 17;  // We read trees that claim to be compatible with 16 or 17.

constexpr uint32_t kBeginNode = 1;
constexpr uint32_t kEndNode = 2;
constexpr uint32_t kProperty = 3;
constexpr uint32_t kNop = 4;
constexpr uint32_t kEnd = 9;

uint32_t LoadCell(const std::byte* from) {
  uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<uint32_t>(from[i]);
  return value;
}

size_t AlignToken(size_t offset) { return RoundUp(offset, 4); }

// Names match with or without their unit address.
bool NameMatches(std::string_view name, std::string_view wanted) {
  return name == wanted || (name.size() > wanted.size() && name[wanted.size()] == '@' &&
                            name.substr(0, wanted.size()) == wanted);
}

}  // namespace

// --- Property ---

uint32_t DeviceTree::Property::Cell(size_t index) const {
  return index < cell_count() ? LoadCell(&bytes_[index * 4]) : 0;
}

uint64_t DeviceTree::Property::Number(size_t index, uint32_t cells) const {
  uint64_t value = 0;
  for (uint32_t i = 0; i < cells; ++i) value = value << 32 | Cell(index + i);
  return value;
}

std::string_view DeviceTree::Property::String() const {
  const std::string_view all(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
  return all.substr(0, all.find('\0'));
}

bool DeviceTree::Property::HasString(std::string_view wanted) const {
  std::string_view rest(reinterpret_cast<const char*>(bytes_.data()), bytes_.size());
  while (!rest.empty()) {
    const size_t length = rest.find('\0');
    if (rest.substr(0, length) == wanted) return true;
    if (length == std::string_view::npos) break;
    rest.remove_prefix(length + 1);
  }
  return false;
}

// --- Parse: after it, every offset below is known to be inside. ---

size_t DeviceTree::TotalSize(std::span<const std::byte> blob) {
  if (blob.size() < 8 || LoadCell(&blob[0]) != kMagic) return 0;
  return LoadCell(&blob[4]);
}

Result<DeviceTree> DeviceTree::Parse(std::span<const std::byte> blob) {
  const size_t size = TotalSize(blob);
  if (size < kHeaderSize || size > blob.size()) return Error{ZX_ERR_INVALID_ARGS};
  DeviceTree tree(blob.first(size));
  if (const zx_status_t status = tree.CheckHeader(); status != ZX_OK) return Error{status};
  if (const zx_status_t status = tree.CheckStructure(); status != ZX_OK) return Error{status};
  if (const zx_status_t status = tree.CheckReservations(); status != ZX_OK) return Error{status};
  return tree;
}

zx_status_t DeviceTree::CheckHeader() {
  const uint32_t version = Word(20);
  const uint32_t last_compatible = Word(24);
  if (version < 16 || last_compatible > kVersion) return ZX_ERR_NOT_SUPPORTED;
  structure_ = Word(8);
  strings_ = Word(12);
  reservations_ = Word(16);
  // Version 16 does not say how long the structure is; it ends by its END token.
  const size_t structure_size = version >= 17 ? Word(36) : blob_.size() - structure_;
  const size_t strings_size = Word(32);
  if (!RangeFits(structure_, structure_size, blob_.size()) || structure_ % 4 != 0 ||
      !RangeFits(strings_, strings_size, blob_.size()) || reservations_ % 8 != 0) {
    return ZX_ERR_INVALID_ARGS;
  }
  structure_end_ = structure_ + structure_size;
  strings_end_ = strings_ + strings_size;
  return ZX_OK;
}

zx_status_t DeviceTree::CheckReservations() const {
  for (size_t entry = reservations_; RangeFits(entry, 16, blob_.size()); entry += 16) {
    if (Long(entry) == 0 && Long(entry + 8) == 0) return ZX_OK;
  }
  return ZX_ERR_INVALID_ARGS;
}

// Behind the name whose first character is at `offset`, or nothing if it has no end.
std::optional<size_t> DeviceTree::SkipName(size_t offset) const {
  while (offset < structure_end_) {
    if (blob_[offset++] == std::byte{0}) return AlignToken(offset);
  }
  return std::nullopt;
}

bool DeviceTree::IsString(size_t offset) const {
  if (offset >= strings_end_ - strings_) return false;
  for (size_t at = strings_ + offset; at < strings_end_; ++at) {
    if (blob_[at] == std::byte{0}) return true;
  }
  return false;
}

// Behind the property whose length word is at `offset`.
std::optional<size_t> DeviceTree::SkipProperty(size_t offset) const {
  if (!RangeFits(offset, 8, structure_end_)) return std::nullopt;
  const size_t length = Word(offset);
  if (!RangeFits(offset + 8, length, structure_end_) || !IsString(Word(offset + 4))) {
    return std::nullopt;
  }
  return AlignToken(offset + 8 + length);
}

zx_status_t DeviceTree::CheckStructure() const {
  uint32_t depth = 0;
  bool may_have_property = false;  // Properties come before the children.
  bool has_root = false;
  for (size_t at = structure_; RangeFits(at, 4, structure_end_);) {
    const uint32_t token = Word(at);
    std::optional<size_t> next = at + 4;
    switch (token) {
      case kBeginNode:
        if ((depth == 0 && has_root) || ++depth > kMaxDepth) return ZX_ERR_INVALID_ARGS;
        has_root = true;
        may_have_property = true;
        next = SkipName(at + 4);
        break;
      case kProperty:
        if (!may_have_property) return ZX_ERR_INVALID_ARGS;
        next = SkipProperty(at + 4);
        break;
      case kEndNode:
        if (depth-- == 0) return ZX_ERR_INVALID_ARGS;
        may_have_property = false;
        break;
      case kNop:
        break;
      case kEnd:
        return depth == 0 && has_root ? ZX_OK : ZX_ERR_INVALID_ARGS;
      default:
        return ZX_ERR_INVALID_ARGS;
    }
    if (!next) return ZX_ERR_INVALID_ARGS;
    at = *next;
  }
  return ZX_ERR_INVALID_ARGS;
}

// --- Walking ---

uint32_t DeviceTree::Word(size_t offset) const { return LoadCell(&blob_[offset]); }

uint64_t DeviceTree::Long(size_t offset) const {
  return uint64_t{Word(offset)} << 32 | Word(offset + 4);
}

std::string_view DeviceTree::CString(size_t offset) const {
  return reinterpret_cast<const char*>(&blob_[offset]);
}

size_t DeviceTree::AfterName(size_t begin_node) const {
  return AlignToken(begin_node + 4 + CString(begin_node + 4).size() + 1);
}

DeviceTree::Range DeviceTree::Reservation(size_t index) const {
  size_t entry = reservations_;
  for (;; entry += 16) {
    const Range range{Long(entry), Long(entry + 8)};
    if ((range.base == 0 && range.size == 0) || index-- == 0) return range;
  }
}

DeviceTree::Node DeviceTree::root() const {
  size_t at = structure_;
  while (Word(at) == kNop) at += 4;
  return Node(*this, at, 2, 1);
}

std::optional<DeviceTree::Node> DeviceTree::Find(std::string_view path) const {
  std::optional<Node> node = root();
  while (node && !path.empty()) {
    if (path.front() == '/') {
      path.remove_prefix(1);
      continue;
    }
    const std::string_view name = path.substr(0, path.find('/'));
    node = node->Child(name);
    path.remove_prefix(name.size());
  }
  return node;
}

// The depth is bounded by kMaxDepth.
std::optional<DeviceTree::Node> DeviceTree::FindCompatibleBelow(const Node& node,
                                                                std::string_view wanted) {
  if (node.IsCompatible(wanted)) return node;
  for (auto child = node.FirstChild(); child; child = child->NextSibling()) {
    if (auto found = FindCompatibleBelow(*child, wanted)) return found;
  }
  return std::nullopt;
}

std::optional<DeviceTree::Node> DeviceTree::FindCompatible(std::string_view wanted) const {
  return FindCompatibleBelow(root(), wanted);
}

// --- Node ---

std::string_view DeviceTree::Node::name() const { return tree_->CString(offset_ + 4); }

std::optional<DeviceTree::Property> DeviceTree::Node::Get(std::string_view property) const {
  for (size_t at = tree_->AfterName(offset_);;) {
    const uint32_t token = tree_->Word(at);
    if (token == kNop) {
      at += 4;
      continue;
    }
    if (token != kProperty) return std::nullopt;
    const size_t length = tree_->Word(at + 4);
    if (tree_->CString(tree_->strings_ + tree_->Word(at + 8)) == property) {
      return Property(tree_->blob_.subspan(at + 12, length));
    }
    at = AlignToken(at + 12 + length);
  }
}

size_t DeviceTree::Node::EndOfProperties() const {
  for (size_t at = tree_->AfterName(offset_);;) {
    const uint32_t token = tree_->Word(at);
    if (token == kNop) {
      at += 4;
    } else if (token == kProperty) {
      at = AlignToken(at + 12 + tree_->Word(at + 4));
    } else {
      return at;
    }
  }
}

uint32_t DeviceTree::Node::Cell(std::string_view property, uint32_t otherwise) const {
  const auto value = Get(property);
  return value && value->cell_count() > 0 ? value->Cell(0) : otherwise;
}

std::string_view DeviceTree::Node::String(std::string_view property) const {
  const auto value = Get(property);
  return value ? value->String() : std::string_view();
}

bool DeviceTree::Node::IsCompatible(std::string_view wanted) const {
  const auto value = Get("compatible");
  return value && value->HasString(wanted);
}

bool DeviceTree::Node::is_enabled() const {
  const std::string_view status = String("status");
  return status.empty() || status == "okay" || status == "ok";
}

std::optional<DeviceTree::Node> DeviceTree::Node::FirstChild() const {
  const size_t at = EndOfProperties();
  if (tree_->Word(at) != kBeginNode) return std::nullopt;
  return Node(*tree_, at, Cell("#address-cells", 2), Cell("#size-cells", 1));
}

std::optional<DeviceTree::Node> DeviceTree::Node::NextSibling() const {
  uint32_t depth = 0;
  for (size_t at = offset_;;) {
    switch (tree_->Word(at)) {
      case kBeginNode:
        if (depth == 0 && at != offset_) return Node(*tree_, at, address_cells_, size_cells_);
        ++depth;
        at = tree_->AfterName(at);
        break;
      case kProperty:
        at = AlignToken(at + 12 + tree_->Word(at + 4));
        break;
      case kEndNode:
        if (depth == 0) return std::nullopt;  // The parent's end.
        --depth;
        at += 4;
        break;
      case kEnd:
        return std::nullopt;
      default:
        at += 4;
        break;
    }
  }
}

std::optional<DeviceTree::Node> DeviceTree::Node::Child(std::string_view name) const {
  for (auto child = FirstChild(); child; child = child->NextSibling()) {
    if (NameMatches(child->name(), name)) return child;
  }
  return std::nullopt;
}

std::optional<DeviceTree::Range> DeviceTree::Node::Reg(size_t index) const {
  const auto reg = Get("reg");
  if (!reg || address_cells_ > 2 || size_cells_ > 2) return std::nullopt;
  const size_t stride = address_cells_ + size_cells_;
  if (stride == 0 || index >= reg->cell_count() / stride) return std::nullopt;
  const size_t at = index * stride;
  return Range{reg->Number(at, address_cells_), reg->Number(at + address_cells_, size_cells_)};
}

}  // namespace sirocco
