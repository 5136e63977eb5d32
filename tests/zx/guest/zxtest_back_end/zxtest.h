// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "tests/zx/guest_text.h"

// GoogleTest's names for a program on the machine. Threads without a C library may use them all:
// nothing is allocated, and the runner prints what failed when the test's body has returned.

namespace sirocco::zxtest {

/// Puts itself on the list of the program's tests.
class Test {
 public:
  Test(const char* suite, const char* name, void (*body)());

  const char* const suite;
  const char* const name;
  void (*const body)();
  Test* next = nullptr;
};

/// What was compared, and whether it held.
struct Check {
  bool holds;
  Text values;

  explicit operator bool() const { return holds; }
};

template <typename Left, typename Right, typename Holds>
Check Compare(const Left& left, const Right& right, Holds holds) {
  Check check{holds(left, right), {}};
  if (!check.holds) check.values << left << " and " << right;
  return check;
}

Check SameText(const char* left, const char* right);

/// `Report(...) = Text() << ...` records a failure; a void expression, so that it can be returned.
class Report {
 public:
  Report(const char* file, int line, const char* claim, const Text& values)
      : file_(file), line_(line), claim_(claim), values_(values) {}
  void operator=(const Text& message) const;

 private:
  const char* file_;
  int line_;
  const char* claim_;
  const Text& values_;
};

}  // namespace sirocco::zxtest

#define TEST(suite_name, test_name)                               \
  static void suite_name##_##test_name##_Body();                  \
  static ::sirocco::zxtest::Test suite_name##_##test_name##_Test( \
      #suite_name, #test_name, &suite_name##_##test_name##_Body); \
  static void suite_name##_##test_name##_Body()

// The switch keeps an `else` of the caller's from binding to our `if`.
#define ZXTEST_CHECK(on_failure, claim, ...)                                                 \
  switch (0)                                                                                 \
  case 0:                                                                                    \
  default:                                                                                   \
    if (const ::sirocco::zxtest::Check zxtest_check = __VA_ARGS__)                           \
      ;                                                                                      \
    else                                                                                     \
      on_failure ::sirocco::zxtest::Report(__FILE__, __LINE__, claim, zxtest_check.values) = \
          ::sirocco::zxtest::Text()

#define ZXTEST_COMPARE(on_failure, left, op, right)    \
  ZXTEST_CHECK(on_failure, #left " " #op " " #right,   \
               ::sirocco::zxtest::Compare(left, right, \
                                          [](const auto& l, const auto& r) { return l op r; }))

#define EXPECT_EQ(left, right) ZXTEST_COMPARE(, left, ==, right)
#define EXPECT_NE(left, right) ZXTEST_COMPARE(, left, !=, right)
#define EXPECT_LT(left, right) ZXTEST_COMPARE(, left, <, right)
#define EXPECT_LE(left, right) ZXTEST_COMPARE(, left, <=, right)
#define EXPECT_GT(left, right) ZXTEST_COMPARE(, left, >, right)
#define EXPECT_GE(left, right) ZXTEST_COMPARE(, left, >=, right)
#define EXPECT_TRUE(condition) ZXTEST_CHECK(, #condition, {static_cast<bool>(condition), {}})
#define EXPECT_FALSE(condition) ZXTEST_CHECK(, "not " #condition, {!(condition), {}})
#define EXPECT_STREQ(left, right) \
  ZXTEST_CHECK(, #left " is " #right, ::sirocco::zxtest::SameText(left, right))

#define ASSERT_EQ(left, right) ZXTEST_COMPARE(return, left, ==, right)
#define ASSERT_NE(left, right) ZXTEST_COMPARE(return, left, !=, right)
#define ASSERT_LT(left, right) ZXTEST_COMPARE(return, left, <, right)
#define ASSERT_LE(left, right) ZXTEST_COMPARE(return, left, <=, right)
#define ASSERT_GT(left, right) ZXTEST_COMPARE(return, left, >, right)
#define ASSERT_GE(left, right) ZXTEST_COMPARE(return, left, >=, right)
#define ASSERT_TRUE(condition) ZXTEST_CHECK(return, #condition, {static_cast<bool>(condition), {}})
#define ASSERT_FALSE(condition) ZXTEST_CHECK(return, "not " #condition, {!(condition), {}})
#define ASSERT_STREQ(left, right) \
  ZXTEST_CHECK(return, #left " is " #right, ::sirocco::zxtest::SameText(left, right))
