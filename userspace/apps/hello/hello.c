// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Greets, and shows its arguments: the smallest C program.
#include <stdio.h>

int main(int argc, char** argv) {
  printf("Hello from Sirocco.\n");
  for (int i = 1; i < argc; ++i) {
    printf("argument %d: %s\n", i, argv[i]);
  }
  return 0;
}
