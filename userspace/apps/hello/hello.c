// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Greets, and shows its arguments: the smallest C program.
#include <stdio.h>
#include <string.h>

int main(int argc, char** argv) {
  if (argc == 2 && strcmp(argv[1], "--help") == 0) {
    printf("usage: hello [WORD...]\n  greets, and shows its arguments\n");
    return 0;
  }
  printf("Hello from Sirocco.\n");
  for (int i = 1; i < argc; ++i) {
    printf("argument %d: %s\n", i, argv[i]);
  }
  return 0;
}
