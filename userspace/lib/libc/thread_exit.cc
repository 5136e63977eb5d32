// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0

// Destructors of thread_local objects, which libstdc++ leaves to the C library and musl does not
// have. They run when a thread ends, or, of the thread that calls exit(), before the atexit
// functions registered earlier: latest first.

#include <pthread.h>
#include <stdlib.h>

#include <new>

namespace {

struct Registration {
  void (*destructor)(void*);
  void* object;
  Registration* next;
};

constinit thread_local Registration* t_registrations = nullptr;

void RunAll() {
  // A destructor may construct further thread_local objects.
  while (Registration* const first = t_registrations) {
    t_registrations = first->next;
    first->destructor(first->object);
    free(first);
  }
}

void RunAtThreadExit(void*) { RunAll(); }

pthread_once_t g_once = PTHREAD_ONCE_INIT;
pthread_key_t g_key;

void Prepare() {
  // Out of keys means a leak at the end of threads, not a failure now.
  static_cast<void>(pthread_key_create(&g_key, &RunAtThreadExit));
  static_cast<void>(atexit(&RunAll));
}

}  // namespace

extern "C" int __cxa_thread_atexit_impl(void (*destructor)(void*), void* object, void*) {
  pthread_once(&g_once, &Prepare);
  auto* const memory = static_cast<Registration*>(malloc(sizeof(Registration)));
  if (memory == nullptr) return -1;
  t_registrations = new (memory) Registration{destructor, object, t_registrations};
  // The key's value only has to be non-null for its destructor to run.
  return pthread_setspecific(g_key, memory) == 0 ? 0 : -1;
}
