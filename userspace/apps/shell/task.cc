// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/task.h"

namespace sirocco::shell {
namespace {

WakeList& Ready() {
  static WakeList ready;
  return ready;
}

}  // namespace

void Wakeup::Wake() { Ready().Add(*this); }

WakeList::~WakeList() {
  while (!is_empty()) First().Unlink();
}

void WakeList::WakeAll() {
  while (!is_empty()) First().Wake();
}

void RunReady() {
  while (!Ready().is_empty()) {
    Wakeup& first = Ready().First();
    first.Unlink();
    first.coroutine_.resume();
  }
}

}  // namespace sirocco::shell
