// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Computes without end.
#include <stdio.h>

int main(void) {
  printf("spinning\n");
  fflush(stdout);
  for (volatile unsigned long turns = 0;; ++turns) {
  }
}
