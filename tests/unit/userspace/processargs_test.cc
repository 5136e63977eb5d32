// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/lib/process/processargs.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>
#include <vector>

namespace sirocco::process {
namespace {

constexpr uint32_t kInfos[] = {PA_HND(PA_PROC_SELF, 0), PA_HND(PA_FD, 1)};
constexpr std::string_view kArgs[] = {"shell", "-c", ""};
constexpr std::string_view kEnvironment[] = {"TERM=xterm"};

struct Buffer {
  alignas(8) std::byte bytes[256] = {};
  size_t size = 0;
  std::span<const std::byte> used() const { return {bytes, size}; }
  zx_proc_args_t header() const {
    zx_proc_args_t header;
    std::memcpy(&header, bytes, sizeof(header));
    return header;
  }
  void set_header(const zx_proc_args_t& header) { std::memcpy(bytes, &header, sizeof(header)); }
};

Buffer Written() {
  Buffer buffer;
  const Contents contents{
      .handle_infos = kInfos, .args = kArgs, .environment = kEnvironment, .names = {}};
  EXPECT_EQ(WriteMessage(contents, buffer.bytes, buffer.size), ZX_OK);
  return buffer;
}

std::vector<std::string> All(StringTable table) {
  std::vector<std::string> strings;
  std::string_view string;
  while (table.Next(string)) strings.emplace_back(string);
  return strings;
}

TEST(ProcessArgsTest, WhatIsWrittenIsRead) {
  const Buffer buffer = Written();
  Message message;
  ASSERT_EQ(Message::Parse(buffer.used(), 2, message), ZX_OK);
  ASSERT_EQ(message.handle_infos().size(), 2u);
  EXPECT_EQ(PA_HND_TYPE(message.handle_infos()[1]), PA_FD);
  EXPECT_EQ(PA_HND_ARG(message.handle_infos()[1]), 1u);
  EXPECT_EQ(All(message.args()), (std::vector<std::string>{"shell", "-c", ""}));
  EXPECT_EQ(All(message.environment()), std::vector<std::string>{"TERM=xterm"});
  EXPECT_TRUE(All(message.names()).empty());
}

TEST(ProcessArgsTest, TheHeaderIsZircons) {
  const Buffer buffer = Written();
  EXPECT_EQ(sizeof(zx_proc_args_t), 36u);
  EXPECT_EQ(buffer.header().protocol, 0x4150585du);
  EXPECT_EQ(buffer.header().version, 0x1000u);
  EXPECT_EQ(buffer.header().handle_info_off, 36u);
  EXPECT_EQ(buffer.header().args_off, 44u);
}

TEST(ProcessArgsTest, AnEmptyMessageIsAMessage) {
  Buffer buffer;
  ASSERT_EQ(WriteMessage({}, buffer.bytes, buffer.size), ZX_OK);
  Message message;
  EXPECT_EQ(Message::Parse(buffer.used(), 0, message), ZX_OK);
}

TEST(ProcessArgsTest, EverySmallerBufferIsTooSmall) {
  const size_t needed = Written().size;
  for (size_t size = 0; size < needed; ++size) {
    std::vector<std::byte> bytes(size);
    size_t written = 0;
    EXPECT_EQ(WriteMessage({kInfos, kArgs, kEnvironment, {}}, bytes, written),
              ZX_ERR_BUFFER_TOO_SMALL)
        << size;
  }
}

TEST(ProcessArgsTest, ANulInsideAStringIsRefused) {
  constexpr std::string_view kBad[] = {std::string_view("a\0b", 3)};
  Buffer buffer;
  EXPECT_EQ(WriteMessage({.args = kBad}, buffer.bytes, buffer.size), ZX_ERR_INVALID_ARGS);
}

TEST(ProcessArgsTest, EveryTruncationIsRefused) {
  const Buffer buffer = Written();
  for (size_t size = 0; size < buffer.size; ++size) {
    Message message;
    EXPECT_EQ(Message::Parse(buffer.used().first(size), 2, message), ZX_ERR_INVALID_ARGS) << size;
  }
}

TEST(ProcessArgsTest, MoreHandlesThanInfoWordsAreRefused) {
  const Buffer buffer = Written();
  Message message;
  EXPECT_EQ(Message::Parse(buffer.used(), 64, message), ZX_ERR_INVALID_ARGS);
  EXPECT_EQ(Message::Parse(buffer.used(), SIZE_MAX, message), ZX_ERR_INVALID_ARGS);
}

TEST(ProcessArgsTest, ForeignProtocolsAndVersionsAreRefused) {
  Message message;
  for (int field = 0; field < 2; ++field) {
    Buffer buffer = Written();
    zx_proc_args_t header = buffer.header();
    (field == 0 ? header.protocol : header.version) ^= 1;
    buffer.set_header(header);
    EXPECT_EQ(Message::Parse(buffer.used(), 2, message), ZX_ERR_INVALID_ARGS);
  }
}

TEST(ProcessArgsTest, OffsetsOutsideAreRefused) {
  Message message;
  for (uint32_t zx_proc_args_t::* field :
       {&zx_proc_args_t::handle_info_off, &zx_proc_args_t::args_off,
        &zx_proc_args_t::environ_off}) {
    for (uint32_t offset : {uint32_t{256}, UINT32_MAX, UINT32_MAX - 3}) {
      Buffer buffer = Written();
      zx_proc_args_t header = buffer.header();
      header.*field = offset;
      buffer.set_header(header);
      EXPECT_EQ(Message::Parse(buffer.used(), 2, message), ZX_ERR_INVALID_ARGS);
    }
  }
}

TEST(ProcessArgsTest, MoreStringsThanNulsAreRefused) {
  Buffer buffer = Written();
  zx_proc_args_t header = buffer.header();
  header.environ_num = UINT32_MAX;
  buffer.set_header(header);
  Message message;
  EXPECT_EQ(Message::Parse(buffer.used(), 2, message), ZX_ERR_INVALID_ARGS);
}

TEST(ProcessArgsTest, TwentyThousandCorruptedMessagesAreReadInBounds) {
  const Buffer good = Written();
  std::mt19937 random(20260103);
  size_t accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::vector<uint32_t> words((good.size + 3) / 4);  // On the heap, for the sanitizer.
    std::memcpy(words.data(), good.bytes, good.size);
    const auto bytes = std::as_writable_bytes(std::span(words)).first(good.size);
    for (size_t hits = 1 + random() % 4; hits > 0; --hits) {
      bytes[random() % bytes.size()] = static_cast<std::byte>(random());
    }
    Message message;
    if (Message::Parse(bytes, 2, message) != ZX_OK) continue;
    ++accepted;
    EXPECT_LE(All(message.args()).size() + All(message.environment()).size(), 2 * good.size);
  }
  EXPECT_GT(accepted, 0u);
}

}  // namespace
}  // namespace sirocco::process
