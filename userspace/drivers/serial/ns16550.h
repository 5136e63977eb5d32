// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

// The National Semiconductor 16550 and its many copies. Source: PC16550D data sheet, section 8.

namespace sirocco::serial {

enum class Register : uint8_t {
  kData = 0,  // Receives and transmits.
  kInterruptEnable = 1,
  kInterruptIdentification = 2,  // Read.
  kFifoControl = 2,              // Write.
  kLineControl = 3,
  kModemControl = 4,
  kLineStatus = 5,
};

// kInterruptEnable.
inline constexpr uint8_t kEnableReceive = 0x01;
inline constexpr uint8_t kEnableTransmit = 0x02;
// kInterruptIdentification: bit 0 clear while an interrupt is pending.
inline constexpr uint8_t kNonePending = 0x01;
// kFifoControl: on, both emptied, interrupt at the first byte.
inline constexpr uint8_t kFifoOnAndEmpty = 0x07;
// kLineControl: eight bits, no parity, one stop bit.
inline constexpr uint8_t kEightBits = 0x03;
// kModemControl: ready, and the interrupt line connected (OUT2).
inline constexpr uint8_t kReadyWithInterrupts = 0x0b;
// kLineStatus.
inline constexpr uint8_t kDataReady = 0x01;
inline constexpr uint8_t kHoldingEmpty = 0x20;
inline constexpr uint8_t kAllSent = 0x40;

inline constexpr size_t kFifoSize = 16;

template <typename T>
concept RegisterBlock = requires(T& registers, Register index, uint8_t value) {
  { registers.Read(index) } -> std::same_as<uint8_t>;
  registers.Write(index, value);
};

/// The device. Speed is left as the firmware set it. The transmit interrupt is on only while there
/// is something to send: an idle line interrupts nobody.
template <RegisterBlock Registers>
class Ns16550 {
 public:
  explicit Ns16550(Registers registers) : registers_(registers) {}

  void Start() {
    registers_.Write(Register::kInterruptEnable, 0);
    registers_.Write(Register::kFifoControl, kFifoOnAndEmpty);
    registers_.Write(Register::kLineControl, kEightBits);
    registers_.Write(Register::kModemControl, kReadyWithInterrupts);
    enabled_ = kEnableReceive;
    registers_.Write(Register::kInterruptEnable, enabled_);
  }

  /// Takes what has been received and sends what there is room for, until no interrupt is pending.
  /// `receive(byte)` is called for each byte. Returns how many bytes were sent.
  template <typename Receive, typename Output>
  size_t Service(Receive&& receive, Output& output) {
    size_t sent = 0;
    // A device that always has something pending is broken: it gets its turn again, and no more.
    for (int round = 0; round < kMaxRounds; ++round) {
      const bool is_pending =
          (registers_.Read(Register::kInterruptIdentification) & kNonePending) == 0;
      DrainReceiver(receive);
      sent += Transmit(output);
      if (!is_pending) break;
    }
    return sent;
  }

  /// Fills the transmitter if it is empty, and has it interrupt when it is empty again.
  template <typename Output>
  size_t Transmit(Output& output) {
    size_t sent = 0;
    if (!output.is_empty() && (registers_.Read(Register::kLineStatus) & kHoldingEmpty) != 0) {
      for (; sent < kFifoSize && !output.is_empty(); ++sent) {
        registers_.Write(Register::kData, output.Pop());
      }
    }
    EnableTransmitInterrupt(!output.is_empty());
    return sent;
  }

  /// True once the last bit has left.
  bool has_sent_all() { return (registers_.Read(Register::kLineStatus) & kAllSent) != 0; }

 private:
  static constexpr int kMaxRounds = 256;

  template <typename Receive>
  void DrainReceiver(Receive&& receive) {
    for (size_t i = 0; i < kMaxRounds; ++i) {
      if ((registers_.Read(Register::kLineStatus) & kDataReady) == 0) return;
      receive(registers_.Read(Register::kData));
    }
  }

  void EnableTransmitInterrupt(bool is_wanted) {
    const uint8_t enabled = kEnableReceive | (is_wanted ? kEnableTransmit : 0);
    if (enabled == enabled_) return;
    enabled_ = enabled;
    registers_.Write(Register::kInterruptEnable, enabled);
  }

  Registers registers_;
  uint8_t enabled_ = 0;
};

}  // namespace sirocco::serial
