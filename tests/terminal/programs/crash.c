// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Stores where nothing is.
#include <stddef.h>

static volatile int* volatile nowhere = NULL;

int main(void) {
  *nowhere = 0;
  return 0;
}
