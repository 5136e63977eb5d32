// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zxtest_back_end/zxtest.h>

// Tests of zx_* calls, one source for both worlds. TEST(Suite, Claim), EXPECT_* and ASSERT_* read
// as GoogleTest's: EQ NE LT LE GT GE TRUE FALSE STREQ, each with `<< text`.
//
// Each body runs as the program of a process. On the host that is the first process of a kernel of
// its own, and GoogleTest reports; on the machine all run one after the other in one process, and a
// runner prints GoogleTest's lines. What a body needs of its world is in world.h.
//
// Memory that calls are given lies on the stack or in a static: the heap of the host's process is
// nothing that its programs own.
