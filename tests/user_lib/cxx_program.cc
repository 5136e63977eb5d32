// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// A program in C++. Its first argument says how it is to end.
#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

struct Farewell {
  ~Farewell() { std::cout << "static destroyed\n"; }
};
Farewell farewell;

[[gnu::noinline]] void Throw() { throw std::logic_error("out of noexcept"); }
void ThrowNothing() noexcept { Throw(); }

void End(const std::string& how) {
  if (how == "throw") throw std::runtime_error("nobody catches this");
  if (how == "throw-in-thread") {
    std::thread([] { throw 7; }).join();
  }
  if (how == "noexcept") ThrowNothing();
  if (how == "terminate") std::terminate();
  if (how == "exit") std::exit(5);
}

}  // namespace

int main(int argc, char** argv) {
  std::cout << "main runs\n" << std::flush;
  if (argc > 1) End(argv[1]);
  return 3;
}
