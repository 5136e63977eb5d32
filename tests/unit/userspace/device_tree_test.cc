// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/userboot/device_tree.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace sirocco::userboot {
namespace {

/// Builds flattened trees.
class Tree {
 public:
  Tree& Begin(const std::string& name) {
    Word(1);
    structure_ += name;
    structure_.push_back('\0');
    return Pad();
  }
  Tree& End() { return Word(2); }
  Tree& Cells(const std::string& name, std::initializer_list<uint32_t> cells) {
    std::string value;
    for (uint32_t cell : cells) value += Big(cell);
    return Property(name, value);
  }
  Tree& Property(const std::string& name, const std::string& value) {
    Word(3).Word(static_cast<uint32_t>(value.size()));
    if (!names_.contains(name)) {
      names_[name] = static_cast<uint32_t>(strings_.size());
      strings_ += name;
      strings_.push_back('\0');
    }
    Word(names_[name]);
    structure_ += value;
    return Pad();
  }
  std::vector<std::byte> Bytes() {
    const std::string structure = structure_ + Big(9);
    constexpr uint32_t kHeader = 40, kReservations = 16;
    const uint32_t strings_at = kHeader + kReservations + static_cast<uint32_t>(structure.size());
    const uint32_t total = strings_at + static_cast<uint32_t>(strings_.size());
    std::string all;
    for (uint32_t word :
         {0xd00dfeedu, total, kHeader + kReservations, strings_at, kHeader, 17u, 16u, 0u,
          static_cast<uint32_t>(strings_.size()), static_cast<uint32_t>(structure.size())}) {
      all += Big(word);
    }
    all += std::string(kReservations, '\0') + structure + strings_;
    const auto bytes = std::as_bytes(std::span(all.data(), all.size()));
    return {bytes.begin(), bytes.end()};
  }

 private:
  static std::string Big(uint32_t word) {
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) text.push_back(static_cast<char>(word >> shift));
    return text;
  }
  Tree& Word(uint32_t word) {
    structure_ += Big(word);
    return *this;
  }
  Tree& Pad() {
    while (structure_.size() % 4 != 0) structure_.push_back('\0');
    return *this;
  }

  std::string structure_;
  std::string strings_;
  std::map<std::string, uint32_t> names_;
};

constexpr std::string_view kUart = "ns16550a";
const std::string kCompatible("vendor,uart\0ns16550a\0", 21);

Tree Virt() {
  Tree tree;
  tree.Begin("").Cells("#address-cells", {2}).Cells("#size-cells", {2});
  tree.Begin("memory@80000000").Cells("reg", {0, 0x80000000, 0, 0x10000000}).End();
  tree.Begin("soc").Cells("#address-cells", {2}).Cells("#size-cells", {2});
  tree.Begin("rtc@101000").Property("compatible", std::string("google,goldfish-rtc\0", 20)).End();
  tree.Begin("serial@10000000").Cells("interrupts", {10}).Cells("reg", {0, 0x10000000, 0, 0x100});
  tree.Property("compatible", kCompatible).End();
  tree.End().End();
  return tree;
}

TEST(DeviceTreeTest, TheUartIsFoundWithAddressSizeAndInterrupt) {
  Device device;
  ASSERT_TRUE(FindDevice(Virt().Bytes(), kUart, device));
  EXPECT_EQ(device.address, 0x10000000u);
  EXPECT_EQ(device.size, 0x100u);
  EXPECT_EQ(device.irq, 10u);
}

TEST(DeviceTreeTest, TheParentsCellsCount) {
  Tree tree;
  tree.Begin("").Cells("#address-cells", {1}).Cells("#size-cells", {1});
  tree.Begin("serial").Property("compatible", kCompatible).Cells("reg", {0x2000, 0x40});
  tree.Cells("interrupts", {3, 4}).Cells("#address-cells", {3}).End().End();
  Device device;
  ASSERT_TRUE(FindDevice(tree.Bytes(), kUart, device));
  EXPECT_EQ(device.address, 0x2000u);
  EXPECT_EQ(device.size, 0x40u);
  EXPECT_EQ(device.irq, 3u);
}

TEST(DeviceTreeTest, APartOfAModelsNameIsNotTheModel) {
  Device device;
  EXPECT_FALSE(FindDevice(Virt().Bytes(), "ns16550", device));
  EXPECT_FALSE(FindDevice(Virt().Bytes(), "", device));
}

TEST(DeviceTreeTest, ADeviceWithoutRegistersIsRefused) {
  Tree tree;
  tree.Begin("").Begin("serial").Property("compatible", kCompatible).End().End();
  Device device;
  EXPECT_FALSE(FindDevice(tree.Bytes(), kUart, device));
}

TEST(DeviceTreeTest, TooDeepATreeIsRefused) {
  Tree tree;
  for (int i = 0; i < 100; ++i) tree.Begin("node");
  Device device;
  EXPECT_FALSE(FindDevice(tree.Bytes(), kUart, device));
}

TEST(DeviceTreeTest, EveryTruncationIsRefused) {
  const std::vector<std::byte> good = Virt().Bytes();
  for (size_t size = 0; size < good.size(); ++size) {
    const std::vector<std::byte> part(good.begin(), good.begin() + size);
    Device device;
    EXPECT_FALSE(FindDevice(part, kUart, device)) << size;
  }
}

TEST(DeviceTreeTest, TwentyThousandCorruptedTreesAreReadInBounds) {
  const std::vector<std::byte> good = Virt().Bytes();
  std::mt19937 random(20260104);
  int found = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::byte> tree = good;
    for (size_t hits = 1 + random() % 4; hits > 0; --hits) {
      tree[random() % tree.size()] = static_cast<std::byte>(random());
    }
    Device device;
    found += FindDevice(tree, kUart, device) ? 1 : 0;
  }
  EXPECT_GT(found, 0);
}

}  // namespace
}  // namespace sirocco::userboot
