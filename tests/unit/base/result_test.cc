// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace sirocco {
namespace {

Result<uint64_t> Half(uint64_t value) {
  if (value % 2 != 0) return Error{ZX_ERR_INVALID_ARGS};
  return value / 2;
}

Result<std::unique_ptr<int>> Box(int value) {
  if (value < 0) return ZX_ERR_OUT_OF_RANGE;
  return std::make_unique<int>(value);
}

Result<std::string> Quarter(uint64_t value) {
  TRY(const uint64_t half, Half(value));
  TRY(const uint64_t quarter, Half(half));
  return std::to_string(quarter);
}

zx_status_t Check(uint64_t value, int& progress) {
  TRY_STATUS(value == 0 ? ZX_ERR_BAD_STATE : ZX_OK);
  progress = 1;
  TRY([[maybe_unused]] const uint64_t half, Half(value));
  progress = 2;
  return ZX_OK;
}

TEST(ResultTest, HoldsAValue) {
  Result<uint64_t> result = Half(84);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.status(), ZX_OK);
  EXPECT_EQ(result.value(), 42u);
  EXPECT_EQ(*result, 42u);
}

TEST(ResultTest, HoldsAnError) {
  Result<uint64_t> result = Half(3);
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.status(), ZX_ERR_INVALID_ARGS);
}

TEST(ResultTest, APlainStatusConvertsUnlessTheValueIsANumber) {
  EXPECT_EQ(Box(-1).status(), ZX_ERR_OUT_OF_RANGE);
  static_assert(std::is_convertible_v<zx_status_t, Result<std::string>>);
  static_assert(!std::is_convertible_v<zx_status_t, Result<uint64_t>>);
  static_assert(!std::is_convertible_v<zx_status_t, Result<bool>>);
  static_assert(std::is_convertible_v<Error, Result<uint64_t>>);
}

TEST(ResultTest, AStatusAsAValueIsAValue) {
  Result<zx_status_t> result = ZX_ERR_BAD_STATE;
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.value(), ZX_ERR_BAD_STATE);
}

TEST(ResultTest, MoveOnlyValuesMoveOut) {
  Result<std::unique_ptr<int>> result = Box(7);
  std::unique_ptr<int> value = std::move(result).value();
  EXPECT_EQ(*value, 7);
  static_assert(!std::is_copy_constructible_v<Result<std::unique_ptr<int>>>);
}

TEST(ResultTest, IsTrivialWhenItsValueIs) {
  static_assert(std::is_trivially_destructible_v<Result<uint64_t>>);
  static_assert(std::is_trivially_copyable_v<Result<uint64_t>>);
  static_assert(!std::is_trivially_destructible_v<Result<std::string>>);
}

TEST(ResultTest, CopiesAndAssignsBothStates) {
  Result<std::string> value = std::string(100, 'x');
  Result<std::string> copy = value;
  EXPECT_EQ(copy.value(), value.value());
  copy = Result<std::string>(ZX_ERR_NO_MEMORY);
  EXPECT_EQ(copy.status(), ZX_ERR_NO_MEMORY);
  copy = std::move(value);
  EXPECT_EQ(copy->size(), 100u);
}

TEST(ResultTest, TryUnwrapsAndGoesOn) { EXPECT_EQ(Quarter(84).value(), "21"); }

TEST(ResultTest, TryReturnsTheFirstError) {
  EXPECT_EQ(Quarter(2).status(), ZX_ERR_INVALID_ARGS);
  int progress = 0;
  EXPECT_EQ(Check(3, progress), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(progress, 1);
}

TEST(ResultTest, TryStatusReturnsAStatusThatIsNotOk) {
  int progress = 0;
  EXPECT_EQ(Check(0, progress), ZX_ERR_BAD_STATE);
  EXPECT_EQ(progress, 0);
  EXPECT_EQ(Check(4, progress), ZX_OK);
  EXPECT_EQ(progress, 2);
}

TEST(ResultTest, TheValueOfAnErrorPanics) {
  Result<uint64_t> result = Half(1);
  EXPECT_DEATH(static_cast<void>(result.value()), "ok()");
}

TEST(ResultTest, OkIsNoError) { EXPECT_DEATH(static_cast<void>(Error{ZX_OK}), "ZX_OK"); }

}  // namespace
}  // namespace sirocco
