// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

namespace sirocco::zxtest {

/// Runs `program` in the first process of a new kernel, to the end of that process.
void RunAsProgram(void (*program)());

}  // namespace sirocco::zxtest

#undef TEST
#define TEST(suite, name)                                                                 \
  static void suite##_##name##_Program();                                                 \
  GTEST_TEST(suite, name) { ::sirocco::zxtest::RunAsProgram(&suite##_##name##_Program); } \
  static void suite##_##name##_Program()
