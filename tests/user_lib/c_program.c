// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// A program in C. Its first argument says how it is to show itself.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char** environ;

static void first(void) { printf("registered first\n"); }
static void second(void) { printf("registered second\n"); }

static int show_arguments(int argc, char** argv) {
  for (int i = 0; i < argc; ++i) printf("argument %d: [%s]\n", i, argv[i]);
  printf("then %s\n", argv[argc] == NULL ? "nothing" : "something");
  return 0;
}

static int show_environment(void) {
  for (char** variable = environ; *variable != NULL; ++variable) printf("%s\n", *variable);
  return 0;
}

static int copy(void) {
  char line[200];
  int count = 0;
  while (fgets(line, sizeof(line), stdin) != NULL) printf("%d: %s", ++count, line);
  return ferror(stdin) ? 1 : 0;
}

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const char* how = argv[1];
  if (strcmp(how, "arguments") == 0) return show_arguments(argc, argv);
  if (strcmp(how, "environment") == 0) return show_environment();
  if (strcmp(how, "copy") == 0) return copy();
  if (strcmp(how, "return") == 0) return atoi(argv[2]);
  if (strcmp(how, "exit") == 0) {
    atexit(first);
    atexit(second);
    printf("buffered");
    exit(atoi(argv[2]));
  }
  if (strcmp(how, "_exit") == 0) {
    printf("lost");
    _exit(atoi(argv[2]));
  }
  if (strcmp(how, "abort") == 0) abort();
  if (strcmp(how, "fault") == 0) {
    volatile int* volatile nowhere = NULL;
    *nowhere = 1;
  }
  fprintf(stderr, "c_program: unknown: %s\n", how);
  return 2;
}
