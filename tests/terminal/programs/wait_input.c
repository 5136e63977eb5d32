// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// Waits for a line of input, and shows it.
#include <stdio.h>

int main(void) {
  char line[80];
  printf("waiting\n");
  fflush(stdout);
  if (fgets(line, sizeof(line), stdin) == NULL) return 1;
  printf("got %s", line);
  return 0;
}
