// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/archive/archive.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace sirocco::archive {
namespace {

constexpr uint32_t kFile = 0100644;
constexpr uint32_t kFolder = 0040755;

void Pad(std::string& archive, size_t start) {
  while ((archive.size() - start) % 4 != 0) archive.push_back('\0');
}

void Append(std::string& archive, const std::string& name, const std::string& data,
            uint32_t mode = kFile) {
  const size_t start = archive.size();
  char header[6 + 13 * 8 + 1];
  std::snprintf(header, sizeof(header),
                "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", 1u, mode, 0u, 0u, 1u,
                0u, static_cast<unsigned>(data.size()), 0u, 0u, 0u, 0u,
                static_cast<unsigned>(name.size() + 1), 0u);
  archive += header;
  archive += name;
  archive.push_back('\0');
  Pad(archive, start);
  archive += data;
  Pad(archive, start);
}

void End(std::string& archive) { Append(archive, "TRAILER!!!", "", 0); }

Bytes View(const std::string& text) { return std::as_bytes(std::span(text.data(), text.size())); }

struct Listing {
  std::vector<std::pair<std::string, std::string>> members;
  Step last = Step::kEntry;
};

Listing List(Bytes bytes) {
  Listing listing;
  Reader reader(bytes);
  Entry entry;
  while ((listing.last = reader.Next(entry)) == Step::kEntry) {
    listing.members.emplace_back(entry.name, entry.text());
  }
  return listing;
}

std::string TwoMembers() {
  std::string archive;
  Append(archive, "bin/shell", "ELF...");
  Append(archive, "boot/commands", "echo hello\n");
  End(archive);
  return archive;
}

TEST(ArchiveTest, MembersComeInOrderWithNameAndData) {
  const Listing listing = List(View(TwoMembers()));
  ASSERT_EQ(listing.members.size(), 2u);
  EXPECT_EQ(listing.members[0], (std::pair<std::string, std::string>{"bin/shell", "ELF..."}));
  EXPECT_EQ(listing.members[1].second, "echo hello\n");
  EXPECT_EQ(listing.last, Step::kEnd);
}

TEST(ArchiveTest, AnEmptySpanIsMalformed) { EXPECT_EQ(List({}).last, Step::kMalformed); }

TEST(ArchiveTest, AnArchiveOfNothingButATrailerIsEmpty) {
  std::string archive;
  End(archive);
  EXPECT_EQ(List(View(archive)).last, Step::kEnd);
}

TEST(ArchiveTest, EmptyFilesHaveEmptyData) {
  std::string archive;
  Append(archive, "empty", "");
  End(archive);
  EXPECT_EQ(List(View(archive)).members.at(0).second, "");
}

TEST(ArchiveTest, ConcatenatedArchivesReadAsOne) {
  std::string archive = TwoMembers();
  archive.append(512 - archive.size() % 512, '\0');
  Append(archive, "tmp/added", "more");
  End(archive);
  const Listing listing = List(View(archive));
  ASSERT_EQ(listing.members.size(), 3u);
  EXPECT_EQ(listing.members[2].first, "tmp/added");
  EXPECT_EQ(listing.last, Step::kEnd);
}

TEST(ArchiveTest, RubbishBehindTheTrailerIsMalformed) {
  EXPECT_EQ(List(View(TwoMembers() + "x")).last, Step::kMalformed);
}

TEST(ArchiveTest, AMissingTrailerIsMalformedAfterTheMembers) {
  std::string archive;
  Append(archive, "a", "b");
  const Listing listing = List(View(archive));
  EXPECT_EQ(listing.members.size(), 1u);
  EXPECT_EQ(listing.last, Step::kMalformed);
}

TEST(ArchiveTest, EveryTruncationIsMalformed) {
  const std::string archive = TwoMembers();
  // The trailer's own padding may be missing, nothing else.
  const size_t needed = archive.find("TRAILER!!!") + sizeof("TRAILER!!!");
  for (size_t size = 0; size < needed; ++size) {
    // A copy of exactly that size, so that a sanitizer sees the first byte too many.
    const std::unique_ptr<std::byte[]> copy(new std::byte[size + 1]);
    std::copy_n(View(archive).begin(), size, copy.get());
    EXPECT_EQ(List({copy.get(), size}).last, Step::kMalformed) << size;
  }
}

TEST(ArchiveTest, AWrongMagicIsMalformed) {
  std::string archive = TwoMembers();
  archive[5] = '2';  // The format with check sums.
  EXPECT_EQ(List(View(archive)).last, Step::kMalformed);
}

TEST(ArchiveTest, ASizeThatIsNoNumberIsMalformed) {
  std::string archive = TwoMembers();
  archive[6 + 6 * 8] = 'g';
  EXPECT_EQ(List(View(archive)).last, Step::kMalformed);
}

TEST(ArchiveTest, TheLargestSizesDoNotWrapAround) {
  for (size_t field : {6u, 11u}) {
    std::string archive = TwoMembers();
    archive.replace(6 + field * 8, 8, "ffffffff");
    EXPECT_EQ(List(View(archive)).last, Step::kMalformed) << field;
  }
}

TEST(ArchiveTest, ANameNeedsItsNulAndNoOther) {
  std::string no_nul = TwoMembers();
  no_nul[110 + sizeof("bin/shell") - 1] = 'x';
  EXPECT_EQ(List(View(no_nul)).last, Step::kMalformed);
  std::string early_nul = TwoMembers();
  early_nul[110 + 3] = '\0';
  EXPECT_EQ(List(View(early_nul)).last, Step::kMalformed);
}

TEST(ArchiveTest, AnEmptyNameIsMalformed) {
  std::string archive;
  Append(archive, "", "data");
  End(archive);
  EXPECT_EQ(List(View(archive)).last, Step::kMalformed);
}

TEST(ArchiveTest, AfterTheEndEveryCallSaysTheSame) {
  const std::string archive = TwoMembers();
  Reader reader(View(archive));
  Entry entry;
  while (reader.Next(entry) == Step::kEntry) {
  }
  EXPECT_EQ(reader.Next(entry), Step::kEnd);
  EXPECT_EQ(reader.Next(entry), Step::kEnd);
}

TEST(ArchiveTest, FindTakesTheLastOfTheSameName) {
  std::string archive = TwoMembers();
  Append(archive, "./boot/commands", "ps\n");
  End(archive);
  Entry entry;
  ASSERT_TRUE(Find(View(archive), "/boot/commands", entry));
  EXPECT_EQ(entry.text(), "ps\n");
}

TEST(ArchiveTest, FindSkipsFolders) {
  std::string archive;
  Append(archive, "bin", "", kFolder);
  End(archive);
  Entry entry;
  EXPECT_FALSE(Find(View(archive), "bin", entry));
}

TEST(ArchiveTest, FindRefusesAMalformedArchive) {
  std::string archive;
  Append(archive, "a", "b");
  Entry entry;
  EXPECT_FALSE(Find(View(archive), "a", entry));
}

TEST(ArchiveTest, TenThousandCorruptedArchivesStayInsideTheirBytes) {
  const std::string good = TwoMembers() + TwoMembers();
  std::mt19937 random(20260101);
  size_t survivors = 0;
  for (int round = 0; round < 10'000; ++round) {
    std::vector<std::byte> bytes(View(good).begin(), View(good).end());
    const size_t hits = 1 + random() % 8;
    for (size_t i = 0; i < hits; ++i) {
      bytes[random() % bytes.size()] = static_cast<std::byte>(random());
    }
    bytes.resize(bytes.size() - random() % 16);
    bytes.shrink_to_fit();
    Reader reader(bytes);
    Entry entry;
    for (int steps = 0; reader.Next(entry) == Step::kEntry; ++steps) {
      ASSERT_LT(steps, 100);
      ASSERT_GE(entry.data.data(), bytes.data());
      ASSERT_LE(entry.data.data() + entry.data.size(), bytes.data() + bytes.size());
      ++survivors;
    }
  }
  EXPECT_GT(survivors, 0u);  // Some corruption hits data, and the walk goes on.
}

}  // namespace
}  // namespace sirocco::archive
