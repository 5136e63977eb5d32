// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/libc/log_records.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sirocco::libc {
namespace {

std::vector<std::string> Records(std::vector<std::string> parts, size_t most = SIZE_MAX) {
  std::vector<iovec> vectors;
  for (std::string& part : parts) vectors.push_back({part.data(), part.size()});
  std::vector<std::string> records;
  ForEachRecord(vectors, [&](std::string_view record) {
    records.emplace_back(record);
    return records.size() < most;
  });
  return records;
}

using Strings = std::vector<std::string>;

TEST(LogRecordsTest, ARecordIsALineWhateverPartsItComesIn) {
  EXPECT_EQ(Records({"one: ", "", "1", " of 2\ntwo", "\n"}), (Strings{"one: 1 of 2", "two"}));
}

TEST(LogRecordsTest, ALastLineNeedsNoEndAndEmptyOnesAreLeftOut) {
  EXPECT_EQ(Records({"\n\na\n\nb"}), (Strings{"a", "b"}));
  EXPECT_EQ(Records({"", "\n"}), Strings{});
  EXPECT_EQ(Records({}), Strings{});
}

TEST(LogRecordsTest, ALineThatIsLongerThanARecordIsBroken) {
  const std::string full(ZX_LOG_RECORD_DATA_MAX, 'x');
  EXPECT_EQ(Records({full + "\n"}), Strings{full});
  EXPECT_EQ(Records({full, full + "y\nz"}), (Strings{full, full, "y", "z"}));
}

TEST(LogRecordsTest, NothingComesAfterARefusedRecord) {
  EXPECT_EQ(Records({"a\nb\n", "c\n"}, 2), (Strings{"a", "b"}));
}

}  // namespace
}  // namespace sirocco::libc
