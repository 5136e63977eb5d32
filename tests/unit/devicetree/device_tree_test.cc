// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/devicetree/device_tree.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "tests/unit/devicetree/tree_builder.h"

namespace sirocco {
namespace {

using Blob = std::vector<std::byte>;

// What the tests below look things up in.
Blob Machine() {
  return TreeBuilder()
      .Reserve(0x80000000, 0x80000)
      .Nop()
      .Begin("")
      .Cells("#address-cells", {2})
      .Nop()
      .Cells("#size-cells", {2})
      .Strings("model", {"a machine"})
      .Begin("chosen")
      .Strings("bootargs", {"one two"})
      .End()
      .Begin("memory@80000000")
      .Strings("device_type", {"memory"})
      .Cells("reg", {0, 0x80000000, 0, 0x1000, 1, 0, 2, 0})
      .End()
      .Begin("cpus")
      .Cells("#address-cells", {1})
      .Cells("#size-cells", {0})
      .Begin("cpu@0")
      .Cells("reg", {0})
      .Strings("status", {"disabled"})
      .End()
      .Nop()
      .Begin("cpu@1")
      .Cells("reg", {1})
      .End()
      .End()
      .Begin("soc")
      .Begin("serial@10000000")
      .Strings("compatible", {"maker,uart", "ns16550a"})
      .End()
      .End()
      .End()
      .Build();
}

zx_status_t StatusOf(const Blob& blob) {
  const auto tree = DeviceTree::Parse(blob);
  return tree.ok() ? ZX_OK : tree.status();
}

void PutCell(Blob& blob, size_t offset, uint32_t value) {
  for (int i = 0; i < 4; ++i) blob[offset + i] = static_cast<std::byte>(value >> (24 - 8 * i));
}

class DeviceTreeTest : public testing::Test {
 protected:
  const Blob blob_ = Machine();
  const DeviceTree tree_ = DeviceTree::Parse(blob_).value();
};

TEST_F(DeviceTreeTest, FindsNodesByPathWithAndWithoutUnitAddress) {
  ASSERT_TRUE(tree_.Find("/memory").has_value());
  EXPECT_EQ(tree_.Find("/memory")->name(), "memory@80000000");
  EXPECT_EQ(tree_.Find("/cpus/cpu@1")->name(), "cpu@1");
  EXPECT_EQ(tree_.Find("/")->name(), "");
}

TEST_F(DeviceTreeTest, FindsNothingWhereThereIsNothing) {
  EXPECT_FALSE(tree_.Find("/mem").has_value());
  EXPECT_FALSE(tree_.Find("/memory/bank").has_value());
  EXPECT_FALSE(tree_.Find("/cpus/cpu@2").has_value());
  EXPECT_FALSE(tree_.FindCompatible("ns16550").has_value());
}

TEST_F(DeviceTreeTest, FindsCompatibleByAnyStringOfTheList) {
  EXPECT_EQ(tree_.FindCompatible("ns16550a")->name(), "serial@10000000");
  EXPECT_EQ(tree_.FindCompatible("maker,uart")->name(), "serial@10000000");
}

TEST_F(DeviceTreeTest, ReadsRegWithTheParentsCells) {
  const auto memory = tree_.Find("/memory");
  EXPECT_EQ(memory->Reg(0)->base, 0x80000000u);
  EXPECT_EQ(memory->Reg(0)->size, 0x1000u);
  EXPECT_EQ(memory->Reg(1)->base, uint64_t{1} << 32);
  EXPECT_EQ(memory->Reg(1)->size, uint64_t{2} << 32);
  EXPECT_FALSE(memory->Reg(2).has_value());
  EXPECT_EQ(tree_.Find("/cpus/cpu@1")->Reg()->base, 1u);
  EXPECT_EQ(tree_.Find("/cpus/cpu@1")->Reg()->size, 0u);
}

TEST_F(DeviceTreeTest, RegIsNothingWithoutProperty) {
  EXPECT_FALSE(tree_.Find("/chosen")->Reg().has_value());
}

TEST_F(DeviceTreeTest, WalksChildrenInOrderOverNopsAndGrandchildren) {
  std::vector<std::string_view> names;
  for (auto node = tree_.root().FirstChild(); node; node = node->NextSibling()) {
    names.push_back(node->name());
  }
  EXPECT_EQ(names, (std::vector<std::string_view>{"chosen", "memory@80000000", "cpus", "soc"}));
}

TEST_F(DeviceTreeTest, StatusSaysWhetherANodeIsEnabled) {
  EXPECT_FALSE(tree_.Find("/cpus/cpu@0")->is_enabled());
  EXPECT_TRUE(tree_.Find("/cpus/cpu@1")->is_enabled());
}

TEST_F(DeviceTreeTest, ReadsStringsAndCells) {
  EXPECT_EQ(tree_.root().String("model"), "a machine");
  EXPECT_EQ(tree_.Find("/chosen")->String("bootargs"), "one two");
  EXPECT_EQ(tree_.root().Cell("#size-cells", 7), 2u);
  EXPECT_EQ(tree_.root().Cell("nothing", 7), 7u);
  EXPECT_EQ(tree_.root().String("nothing"), "");
}

TEST_F(DeviceTreeTest, CellsBehindThePropertyAreZero) {
  const auto reg = tree_.Find("/cpus/cpu@1")->Get("reg");
  EXPECT_EQ(reg->Cell(0), 1u);
  EXPECT_EQ(reg->Cell(1), 0u);
  EXPECT_EQ(reg->Number(0, 2), uint64_t{1} << 32);
}

TEST_F(DeviceTreeTest, ListsReservations) {
  EXPECT_EQ(tree_.Reservation(0).base, 0x80000000u);
  EXPECT_EQ(tree_.Reservation(0).size, 0x80000u);
  EXPECT_EQ(tree_.Reservation(1).size, 0u);
}

TEST(DeviceTreePropertyTest, StringWithoutEndIsTakenAsFarAsItGoes) {
  const Blob blob = TreeBuilder().Begin("").Property("p", {'a', 'b'}).End().Build();
  const auto tree = DeviceTree::Parse(blob).value();
  EXPECT_EQ(tree.root().String("p"), "ab");
  EXPECT_TRUE(tree.root().Get("p")->HasString("ab"));
  EXPECT_FALSE(tree.root().Get("p")->HasString("a"));
}

// --- What is refused ---

TEST(DeviceTreeParseTest, RefusesWhatIsNoTree) {
  EXPECT_EQ(StatusOf({}), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(StatusOf(Blob(7)), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(StatusOf(Blob(64)), ZX_ERR_INVALID_ARGS);
}

TEST(DeviceTreeParseTest, RefusesEveryTreeThatIsCutOff) {
  const Blob whole = Machine();
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(StatusOf(Blob(whole.begin(), whole.begin() + static_cast<long>(size))),
              ZX_ERR_INVALID_ARGS)
        << size;
  }
}

TEST(DeviceTreeParseTest, RefusesForeignVersions) {
  Blob old = Machine();
  PutCell(old, 20, 15);
  EXPECT_EQ(StatusOf(old), ZX_ERR_NOT_SUPPORTED);
  Blob future = Machine();
  PutCell(future, 24, 18);
  EXPECT_EQ(StatusOf(future), ZX_ERR_NOT_SUPPORTED);
}

TEST(DeviceTreeParseTest, AcceptsVersion16WhichHasNoStructureSize) {
  Blob blob = Machine();
  PutCell(blob, 20, 16);
  PutCell(blob, 36, 0xffffffff);
  EXPECT_EQ(StatusOf(blob), ZX_OK);
}

TEST(DeviceTreeParseTest, RefusesBlocksOutsideTheTree) {
  for (size_t field : {4, 8, 12, 16, 32, 36}) {
    for (uint32_t value : {0xffffffffu, 0x7fffffffu, 0xfffffffcu, 0xfffffff8u}) {
      Blob blob = Machine();
      PutCell(blob, field, value);
      EXPECT_EQ(StatusOf(blob), ZX_ERR_INVALID_ARGS) << field << " " << value;
    }
  }
}

TEST(DeviceTreeParseTest, RefusesATotalSizeBelowTheHeader) {
  Blob blob = Machine();
  PutCell(blob, 4, 39);
  EXPECT_EQ(StatusOf(blob), ZX_ERR_INVALID_ARGS);
}

TEST(DeviceTreeParseTest, RefusesUnbalancedNodes) {
  EXPECT_EQ(StatusOf(TreeBuilder().Begin("").Build()), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(StatusOf(TreeBuilder().Begin("").End().End().Build()), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(StatusOf(TreeBuilder().End().Build()), ZX_ERR_INVALID_ARGS);
}

TEST(DeviceTreeParseTest, RefusesNoRootAndTwo) {
  EXPECT_EQ(StatusOf(TreeBuilder().Build()), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(StatusOf(TreeBuilder().Begin("").End().Begin("").End().Build()), ZX_ERR_INVALID_ARGS);
}

TEST(DeviceTreeParseTest, RefusesPropertiesOutsideANodeOrBehindAChild) {
  EXPECT_EQ(StatusOf(TreeBuilder().Cells("p", {1}).Begin("").End().Build()), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(StatusOf(TreeBuilder().Begin("").Begin("a").End().Cells("p", {1}).End().Build()),
            ZX_ERR_INVALID_ARGS);
}

TEST(DeviceTreeParseTest, RefusesUnknownTokens) {
  EXPECT_EQ(StatusOf(TreeBuilder().Begin("").Token(5).End().Build()), ZX_ERR_INVALID_ARGS);
}

TEST(DeviceTreeParseTest, RefusesNestingBeyondItsBound) {
  for (uint32_t depth : {DeviceTree::kMaxDepth, DeviceTree::kMaxDepth + 1}) {
    TreeBuilder builder;
    for (uint32_t i = 0; i < depth; ++i) builder.Begin(i == 0 ? "" : "n");
    for (uint32_t i = 0; i < depth; ++i) builder.End();
    EXPECT_EQ(StatusOf(builder.Build()),
              depth <= DeviceTree::kMaxDepth ? ZX_OK : ZX_ERR_INVALID_ARGS);
  }
}

// Any byte may be anything: parsing then refuses, or walking stays inside. Sanitizers watch.
TEST(DeviceTreeParseTest, NoDamageLeadsOutOfTheTree) {
  std::mt19937 random(1);
  const Blob whole = Machine();
  size_t accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    Blob blob = whole;
    for (int i = 0; i <= round % 4; ++i) blob[random() % blob.size()] = std::byte(random());
    const auto tree = DeviceTree::Parse(blob);
    if (!tree.ok()) continue;
    ++accepted;
    tree.value().FindCompatible("nobody");
    tree.value().Reservation(3);
    for (auto node = tree.value().root().FirstChild(); node; node = node->NextSibling()) {
      node->Reg(1);
      node->String("bootargs");
    }
  }
  EXPECT_GT(accepted, 1'000u);
  EXPECT_LT(accepted, 20'000u);
}

}  // namespace
}  // namespace sirocco
