// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/drivers/serial/console.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sirocco::serial {
namespace {

using Strings = std::vector<std::string>;

std::string Text(stream::Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class ConsoleTest : public testing::Test, public Answers {
 protected:
  void Read(ConnectionId id, uint32_t txid, zx_status_t status, stream::Bytes data) override {
    Note("read", id, txid, status == ZX_OK ? Text(data) : "error");
  }
  void Write(ConnectionId id, uint32_t txid, zx_status_t, size_t actual) override {
    Note("write", id, txid, std::to_string(actual));
  }
  void GetWindow(ConnectionId id, uint32_t txid) override { Note("window", id, txid, ""); }
  void SetMode(ConnectionId id, uint32_t txid, zx_status_t status) override {
    Note("mode", id, txid, std::to_string(status));
  }
  void Interrupt(ConnectionId id) override { Note("interrupt", id, 0, ""); }

  void Note(const std::string& what, ConnectionId id, uint32_t txid, const std::string& rest) {
    answers_.push_back(what + " " + std::to_string(id) + "/" + std::to_string(txid) + " " + rest);
  }

  void AskRead(ConnectionId id, uint32_t txid, uint32_t max = 100) {
    console_.Handle(id, {.method = stream::Method::kRead, .txid = txid, .max = max, .data = {}});
  }
  void AskWrite(ConnectionId id, uint32_t txid, const std::string& text) {
    console_.Handle(id, {.method = stream::Method::kWrite,
                         .txid = txid,
                         .data = std::as_bytes(std::span(text.data(), text.size()))});
  }
  void AskSignals(ConnectionId id, uint32_t flags = SIROCCO_STREAM_MODE_SIGNALS) {
    console_.Handle(id,
                    {.method = stream::Method::kSetMode, .txid = 1, .data = {}, .flags = flags});
    answers_.clear();
  }
  void Type(const std::string& text) {
    for (char c : text) console_.Receive(static_cast<uint8_t>(c));
  }
  std::string Sent() {
    std::string text;
    while (!console_.output().is_empty()) {
      text.push_back(static_cast<char>(console_.output().Pop()));
    }
    return text;
  }

  Console console_{*this};
  Strings answers_;
};

TEST_F(ConsoleTest, AReadWaitsForInput) {
  const ConnectionId id = console_.Open();
  AskRead(id, 7);
  EXPECT_TRUE(answers_.empty());
  Type("x");
  EXPECT_EQ(answers_, Strings{"read 1/7 x"});
}

TEST_F(ConsoleTest, InputWaitsForARead) {
  const ConnectionId id = console_.Open();
  Type("abc");
  AskRead(id, 1);
  EXPECT_EQ(answers_, Strings{"read 1/1 abc"});
}

TEST_F(ConsoleTest, AReadTakesNoMoreThanItAskedFor) {
  const ConnectionId id = console_.Open();
  Type("abc");
  AskRead(id, 1, 2);
  AskRead(id, 2, 2);
  EXPECT_EQ(answers_, (Strings{"read 1/1 ab", "read 1/2 c"}));
}

TEST_F(ConsoleTest, ReadsOfAllClientsAreAnsweredInTheirOrder) {
  const ConnectionId first = console_.Open();
  const ConnectionId second = console_.Open();
  AskRead(second, 1);
  AskRead(first, 2);
  AskRead(second, 3);
  Type("abc");
  EXPECT_EQ(answers_, (Strings{"read 2/1 a", "read 1/2 b", "read 2/3 c"}));
}

TEST_F(ConsoleTest, AClosedClientsReadsAreForgotten) {
  const ConnectionId first = console_.Open();
  const ConnectionId second = console_.Open();
  AskRead(first, 1);
  AskRead(second, 2);
  console_.Close(first);
  Type("a");
  EXPECT_EQ(answers_, Strings{"read 2/2 a"});
}

TEST_F(ConsoleTest, InputBeyondTheRingIsLost) {
  const ConnectionId id = console_.Open();
  Type(std::string(5000, 'x'));
  AskRead(id, 1, 8192);
  EXPECT_EQ(answers_.at(0).size(), std::string("read 1/1 ").size() + 4096);
}

TEST_F(ConsoleTest, CtrlCIsInputWhenNobodyAskedForSignals) {
  const ConnectionId id = console_.Open();
  AskRead(id, 1);
  Type("\x03");
  EXPECT_EQ(answers_, Strings{"read 1/1 \x03"});
}

TEST_F(ConsoleTest, CtrlCIsAnEventForThoseWhoAsked) {
  const ConnectionId shell = console_.Open();
  const ConnectionId program = console_.Open();
  AskSignals(shell);
  AskRead(program, 1);
  Type("\x03");
  EXPECT_EQ(answers_, Strings{"interrupt 1/0 "});
}

TEST_F(ConsoleTest, CtrlCDropsWhatWasTypedBefore) {
  const ConnectionId id = console_.Open();
  AskSignals(id);
  Type(
      "abc\x03"
      "d");
  AskRead(id, 1);
  EXPECT_EQ(answers_, (Strings{"interrupt 1/0 ", "read 1/1 d"}));
}

TEST_F(ConsoleTest, SignalsAreOffAgainWhenTheirClientGoes) {
  const ConnectionId shell = console_.Open();
  const ConnectionId other = console_.Open();
  AskSignals(shell);
  console_.Close(shell);
  AskRead(other, 1);
  Type("\x03");
  EXPECT_EQ(answers_, Strings{"read 2/1 \x03"});
}

TEST_F(ConsoleTest, UnknownModesAreRefused) {
  const ConnectionId id = console_.Open();
  console_.Handle(id, {.method = stream::Method::kSetMode, .txid = 1, .data = {}, .flags = 6});
  EXPECT_EQ(answers_, Strings{"mode 1/1 " + std::to_string(ZX_ERR_INVALID_ARGS)});
}

TEST_F(ConsoleTest, LinesEndWithCarriageReturnAndLineFeed) {
  const ConnectionId id = console_.Open();
  AskWrite(id, 1, "a\nb\n");
  console_.FillOutput();
  EXPECT_EQ(Sent(), "a\r\nb\r\n");
  EXPECT_EQ(answers_, Strings{"write 1/1 4"});
}

TEST_F(ConsoleTest, AWriteIsAnsweredOnlyWhenTheRingHasAllOfIt) {
  const ConnectionId id = console_.Open();
  AskWrite(id, 1, std::string(10000, 'x'));
  AskWrite(id, 2, std::string(10000, 'y'));
  EXPECT_EQ(console_.FillOutput(), std::vector<ConnectionId>{id});
  EXPECT_EQ(answers_, Strings{"write 1/1 10000"});
  Sent();
  EXPECT_EQ(console_.FillOutput(), std::vector<ConnectionId>{id});
  EXPECT_EQ(answers_.at(1), "write 1/2 10000");
}

TEST_F(ConsoleTest, AClientIsWritingUntilItsAnswer) {
  const ConnectionId id = console_.Open();
  AskWrite(id, 1, std::string(8192, '\n'));
  AskWrite(id, 2, "x");
  EXPECT_TRUE(console_.IsWriting(id));
  console_.FillOutput();
  Sent();
  console_.FillOutput();
  EXPECT_FALSE(console_.IsWriting(id));
}

TEST_F(ConsoleTest, WritesAreNotMixed) {
  const ConnectionId first = console_.Open();
  const ConnectionId second = console_.Open();
  AskWrite(first, 1, std::string(16384, 'a'));
  AskWrite(second, 2, "b");
  std::string all;
  for (int i = 0; i < 4; ++i) {
    console_.FillOutput();
    all += Sent();
  }
  EXPECT_EQ(all, std::string(16384, 'a') + "b");
}

TEST_F(ConsoleTest, AClosedClientsWritesStop) {
  const ConnectionId id = console_.Open();
  AskWrite(id, 1, std::string(20000, 'x'));
  console_.FillOutput();
  console_.Close(id);
  Sent();
  EXPECT_TRUE(console_.FillOutput().empty());
  EXPECT_TRUE(answers_.empty());
  EXPECT_FALSE(console_.has_connections());
}

}  // namespace
}  // namespace sirocco::serial
