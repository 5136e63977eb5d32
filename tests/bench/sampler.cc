// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "tests/bench/sampler.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace sirocco::bench {

void Fail(std::string_view what, zx_status_t status) {
  std::printf("bench: %.*s failed with status %d\n", static_cast<int>(what.size()), what.data(),
              status);
  std::fflush(stdout);
  std::_Exit(1);
}

bool Report::Wants(std::string_view op) const {
  return wanted_.empty() || std::ranges::find(wanted_, op) != wanted_.end();
}

void Report::Measure(std::string_view op, const std::function<uint64_t()>& sample, size_t samples) {
  if (!Wants(op)) return;
  for (size_t i = 0; i < kWarmUps; ++i) sample();
  std::vector<uint64_t> found(samples);
  for (uint64_t& value : found) value = sample();
  Add(op, "instructions", std::move(found));
}

void Report::Add(std::string_view op, std::string_view unit, std::vector<uint64_t> samples) {
  if (samples.empty()) Fail(op, ZX_ERR_BAD_STATE);
  std::ranges::sort(samples);
  const size_t n = samples.size();
  const auto at = [&](size_t index) {
    return static_cast<unsigned long long>(samples[std::min(index, n - 1)]);
  };
  char line[200];
  std::snprintf(line, sizeof(line), "BENCH %.*s %.*s %zu %llu %llu %llu %llu\n",
                static_cast<int>(op.size()), op.data(), static_cast<int>(unit.size()), unit.data(),
                n, at(0), at(n / 2), at(n * 99 / 100), at(n - 1));
  lines_ += line;
}

void Report::Print() const { std::fputs(lines_.c_str(), stdout); }

}  // namespace sirocco::bench
