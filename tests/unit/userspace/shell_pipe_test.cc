// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "userspace/apps/shell/pipe.h"
#include "userspace/apps/shell/task.h"

namespace sirocco::shell {
namespace {

Task<Done> WriteAll(std::shared_ptr<Sink> sink, std::vector<std::string> texts, int& taken) {
  // Local: the end goes with the last write, not with the frame.
  const std::shared_ptr<Sink> mine = std::move(sink);
  for (const std::string& text : texts) {
    const bool is_taken = co_await mine->Write(text);
    if (!is_taken) break;
    ++taken;
  }
  co_return Done();
}

Task<Done> ReadAll(std::shared_ptr<Source> source, size_t max, std::vector<std::string>& pieces) {
  const std::shared_ptr<Source> mine = std::move(source);
  for (;;) {
    std::string piece = co_await mine->Read(max);
    pieces.push_back(piece);
    if (piece.empty()) break;
  }
  co_return Done();
}

Task<int> Forty() { co_return 40; }

Task<int> AddTwo() {
  const int forty = co_await Forty();
  co_return forty + 2;
}

Task<int> CountDown(int left, int& resumed) {
  for (; left > 0; --left) {
    const int forty = co_await Forty();
    resumed += forty / 40;
  }
  co_return left;
}

Task<Done> WaitIn(WakeList& list, int& resumed) {
  WakeList::Wait wait(list);
  co_await wait;
  ++resumed;
  co_return Done();
}

using Strings = std::vector<std::string>;

TEST(ShellTaskTest, NothingRunsBeforeItsTurn) {
  Task<int> task = AddTwo();
  task.Start();
  EXPECT_FALSE(task.is_done());
  RunReady();
  EXPECT_TRUE(task.is_done());
}

TEST(ShellTaskTest, ATaskYieldsItsResultToWhoAwaitsIt) {
  Task<int> task = AddTwo();
  task.Start();
  RunReady();
  ASSERT_TRUE(task.await_ready());
  EXPECT_EQ(task.await_resume(), 42);
}

TEST(ShellTaskTest, AwaitsThatEndAtOnceTakeNoStack) {
  int resumed = 0;
  Task<int> task = CountDown(100'000, resumed);
  task.Start();
  RunReady();
  EXPECT_EQ(resumed, 100'000);
}

TEST(ShellTaskTest, WakingAListResumesAllOfIt) {
  WakeList list;
  int resumed = 0;
  Task<Done> first = WaitIn(list, resumed);
  Task<Done> second = WaitIn(list, resumed);
  first.Start();
  second.Start();
  RunReady();
  EXPECT_EQ(resumed, 0);
  list.WakeAll();
  RunReady();
  EXPECT_EQ(resumed, 2);
}

TEST(ShellTaskTest, ADestroyedTaskIsNeverResumed) {
  WakeList list;
  int resumed = 0;
  Task<Done> waiting = WaitIn(list, resumed);
  Task<Done> ready = WaitIn(list, resumed);
  waiting.Start();
  ready.Start();
  RunReady();
  waiting = {};
  list.WakeAll();
  ready = {};
  RunReady();
  EXPECT_EQ(resumed, 0);
  EXPECT_TRUE(list.is_empty());
}

TEST(ShellTaskTest, AListThatGoesLeavesItsWaitersUnlinked) {
  int resumed = 0;
  auto list = std::make_unique<WakeList>();
  Task<Done> task = WaitIn(*list, resumed);
  task.Start();
  RunReady();
  list.reset();
  task = {};
  EXPECT_EQ(resumed, 0);
}

class ShellPipeTest : public testing::Test {
 protected:
  void Write(Strings texts) {
    writer_ = WriteAll(std::move(ends_.sink), std::move(texts), taken_);
    writer_.Start();
  }
  void Read(size_t max) {
    reader_ = ReadAll(std::move(ends_.source), max, pieces_);
    reader_.Start();
  }

  PipeEnds ends_ = MakePipe();
  Strings pieces_;
  int taken_ = 0;
  Task<Done> writer_;
  Task<Done> reader_;
};

TEST_F(ShellPipeTest, WhatIsWrittenIsReadInOrderAndThenTheEnd) {
  Write({"one", "two"});
  RunReady();
  Read(4);
  RunReady();
  EXPECT_EQ(pieces_, (Strings{"onet", "wo", ""}));
}

TEST_F(ShellPipeTest, AReaderWaitsForTheWriter) {
  Read(10);
  RunReady();
  EXPECT_TRUE(pieces_.empty());
  Write({"late"});
  RunReady();
  EXPECT_EQ(pieces_, (Strings{"late", ""}));
}

TEST_F(ShellPipeTest, AWriterWaitsWhileThePipeIsFull) {
  Write({std::string(kPipeCapacity, 'a'), "b"});
  RunReady();
  EXPECT_EQ(taken_, 1);
  Read(kPipeCapacity);
  RunReady();
  EXPECT_EQ(taken_, 2);
  EXPECT_EQ(pieces_, (Strings{std::string(kPipeCapacity, 'a'), "b", ""}));
}

TEST_F(ShellPipeTest, AWriteLargerThanThePipeGoesThroughWhole) {
  Write({std::string(3 * kPipeCapacity + 1, 'x')});
  Read(1000);
  RunReady();
  size_t size = 0;
  for (const std::string& piece : pieces_) size += piece.size();
  EXPECT_EQ(size, 3 * kPipeCapacity + 1);
}

TEST_F(ShellPipeTest, WithoutAReaderWritesAreRefused) {
  ends_.source.reset();
  Write({"nobody"});
  RunReady();
  EXPECT_EQ(taken_, 0);
  EXPECT_TRUE(writer_.is_done());
}

TEST_F(ShellPipeTest, AReaderThatGoesFreesTheWriterThatWaits) {
  Write({std::string(kPipeCapacity, 'a'), "b"});
  RunReady();
  ends_.source.reset();
  RunReady();
  EXPECT_TRUE(writer_.is_done());
  EXPECT_EQ(taken_, 1);
}

TEST_F(ShellPipeTest, AKilledWriterEndsTheInput) {
  Write({std::string(kPipeCapacity, 'a'), "never"});
  RunReady();
  writer_ = {};
  Read(kPipeCapacity);
  RunReady();
  EXPECT_EQ(pieces_, (Strings{std::string(kPipeCapacity, 'a'), ""}));
}

TEST_F(ShellPipeTest, EveryOwnerOfAnEndMustLetGoOfIt) {
  const std::shared_ptr<Sink> second = ends_.sink;
  Write({"x"});
  Read(10);
  RunReady();
  EXPECT_EQ(pieces_, Strings{"x"});
  EXPECT_FALSE(reader_.is_done());
}

}  // namespace
}  // namespace sirocco::shell
