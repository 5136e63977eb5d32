// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/drivers/serial/ns16550.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "userspace/drivers/serial/ring.h"

namespace sirocco::serial {
namespace {

/// A 16550 with an interrupt line, as a driver sees it.
struct Model {
  std::deque<uint8_t> received;
  std::string sent;
  size_t in_transmitter = 0;
  bool is_stuck = false;  // Claims an interrupt for ever.
  bool transmit_pending = false;
  uint8_t enabled = 0, line_control = 0, modem_control = 0, fifo_control = 0;

  bool interrupts() const {
    return is_stuck || ((enabled & kEnableReceive) && !received.empty()) ||
           ((enabled & kEnableTransmit) && transmit_pending);
  }

  /// The line takes what the transmitter holds.
  void Shift() {
    in_transmitter = 0;
    transmit_pending = true;
  }

  uint8_t Read(Register index) {
    switch (index) {
      case Register::kData: {
        if (received.empty()) return 0;
        const uint8_t byte = received.front();
        received.pop_front();
        return byte;
      }
      case Register::kInterruptIdentification: {
        const bool is_pending = interrupts();
        if (received.empty()) transmit_pending = false;  // Reading it acknowledges.
        return is_pending ? 0 : kNonePending;
      }
      case Register::kLineStatus:
        return (received.empty() ? 0 : kDataReady) |
               (in_transmitter == 0 ? kHoldingEmpty | kAllSent : 0);
      default:
        return 0;
    }
  }

  void Write(Register index, uint8_t value) {
    switch (index) {
      case Register::kData:
        EXPECT_LT(in_transmitter++, kFifoSize) << "byte lost";
        sent.push_back(static_cast<char>(value));
        break;
      case Register::kInterruptEnable:
        if ((value & kEnableTransmit) && !(enabled & kEnableTransmit)) {
          transmit_pending = in_transmitter == 0;
        }
        enabled = value;
        break;
      case Register::kFifoControl:
        fifo_control = value;
        break;
      case Register::kLineControl:
        line_control = value;
        break;
      case Register::kModemControl:
        modem_control = value;
        break;
      default:
        break;
    }
  }
};

struct ModelRegisters {
  Model* model;
  uint8_t Read(Register index) { return model->Read(index); }
  void Write(Register index, uint8_t value) { model->Write(index, value); }
};

class Ns16550Test : public testing::Test {
 protected:
  void Push(const std::string& text) {
    for (char c : text) output_.Push(static_cast<uint8_t>(c));
  }
  size_t Service() {
    return device_.Service([this](uint8_t byte) { input_.push_back(static_cast<char>(byte)); },
                           output_);
  }

  Model model_;
  Ns16550<ModelRegisters> device_{ModelRegisters{&model_}};
  OutputRing output_;
  std::string input_;
};

TEST_F(Ns16550Test, StartSetsEightBitsFifosAndTheReceiveInterrupt) {
  device_.Start();
  EXPECT_EQ(model_.line_control, 0x03);
  EXPECT_EQ(model_.fifo_control, 0x07);
  EXPECT_EQ(model_.modem_control & 0x08, 0x08);
  EXPECT_EQ(model_.enabled, kEnableReceive);
}

TEST_F(Ns16550Test, AllReceivedBytesAreTakenInOrder) {
  device_.Start();
  for (char c : std::string("hello")) model_.received.push_back(static_cast<uint8_t>(c));
  Service();
  EXPECT_EQ(input_, "hello");
  EXPECT_FALSE(model_.interrupts());
}

TEST_F(Ns16550Test, ShortOutputNeedsNoInterrupt) {
  device_.Start();
  Push("hi");
  EXPECT_EQ(device_.Transmit(output_), 2u);
  EXPECT_EQ(model_.sent, "hi");
  EXPECT_EQ(model_.enabled & kEnableTransmit, 0);
}

TEST_F(Ns16550Test, LongOutputGoesAFifoAnInterrupt) {
  device_.Start();
  const std::string text(100, 'x');
  Push(text);
  EXPECT_EQ(device_.Transmit(output_), kFifoSize);
  int interrupts = 0;
  while (!output_.is_empty()) {
    EXPECT_NE(model_.enabled & kEnableTransmit, 0);
    model_.Shift();
    ASSERT_TRUE(model_.interrupts());
    Service();
    ASSERT_LT(++interrupts, 100);
  }
  EXPECT_EQ(model_.sent, text);
  EXPECT_EQ(interrupts, 6);
  EXPECT_EQ(model_.enabled & kEnableTransmit, 0);
}

TEST_F(Ns16550Test, NothingIsSentIntoAFullTransmitter) {
  device_.Start();
  Push(std::string(20, 'x'));
  device_.Transmit(output_);
  EXPECT_EQ(device_.Transmit(output_), 0u);
  EXPECT_EQ(output_.size(), 4u);
}

TEST_F(Ns16550Test, AnIdleDeviceHasNoTransmitInterrupt) {
  device_.Start();
  model_.Shift();
  EXPECT_FALSE(model_.interrupts());
}

TEST_F(Ns16550Test, ADeviceThatNeverFallsSilentIsLeftAfterSomeRounds) {
  device_.Start();
  model_.is_stuck = true;
  Service();  // Returns.
}

TEST_F(Ns16550Test, AllSentIsKnown) {
  device_.Start();
  Push("x");
  device_.Transmit(output_);
  EXPECT_FALSE(device_.has_sent_all());
  model_.Shift();
  EXPECT_TRUE(device_.has_sent_all());
}

TEST(RingTest, KeepsOrderAcrossTheWrap) {
  Ring<4> ring;
  for (uint8_t i = 0; i < 20; ++i) {
    EXPECT_TRUE(ring.Push(i));
    EXPECT_TRUE(ring.Push(static_cast<uint8_t>(i + 100)));
    EXPECT_EQ(ring.Pop(), i);
    EXPECT_EQ(ring.Pop(), i + 100);
  }
}

TEST(RingTest, RefusesWhatDoesNotFit) {
  Ring<2> ring;
  EXPECT_TRUE(ring.Push(1));
  EXPECT_TRUE(ring.Push(2));
  EXPECT_FALSE(ring.Push(3));
  EXPECT_EQ(ring.Pop(), 1);
  EXPECT_TRUE(ring.Push(4));
}

}  // namespace
}  // namespace sirocco::serial
