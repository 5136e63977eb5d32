// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <stdio.h>

int main(int argc, char** argv) {
  printf("Hello, %s.\n", argc > 1 ? argv[1] : "whoever you are");
  return argc > 1 ? 0 : 1;
}
