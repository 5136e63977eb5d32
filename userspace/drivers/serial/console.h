// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/types.h>

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <vector>

#include "userspace/drivers/serial/ring.h"
#include "userspace/lib/stream/codec.h"

namespace sirocco::serial {

/// A client's connection, numbered as it came.
using ConnectionId = uint64_t;

/// Where the console's answers go.
class Answers {
 public:
  virtual ~Answers() = default;
  virtual void Read(ConnectionId id, uint32_t txid, zx_status_t status, stream::Bytes data) = 0;
  virtual void Write(ConnectionId id, uint32_t txid, zx_status_t status, size_t actual) = 0;
  virtual void GetWindow(ConnectionId id, uint32_t txid) = 0;
  virtual void SetMode(ConnectionId id, uint32_t txid, zx_status_t status) = 0;
  virtual void Interrupt(ConnectionId id) = 0;
};

/// Shares one line among connections, without knowing the line or the channels.
/// Input goes to pending reads in the order in which they came, whoever made them; without any it
/// waits in a ring, and what does not fit is lost. The interrupt character is an event for the
/// connections that asked for it (SIROCCO_STREAM_MODE_SIGNALS) and drops the input before it; with
/// none it is input. Output is in whole writes, with CR before LF as terminals want it; a write is
/// answered when the ring has taken all of it, and its connection is not heard meanwhile.
class Console {
 public:
  explicit Console(Answers& answers) : answers_(answers) {}

  ConnectionId Open();
  /// Forgets its reads, its writes and its mode.
  void Close(ConnectionId id);
  bool has_connections() const { return !connections_.empty(); }

  /// `request` is anything but kClone, for which Open() is the answer. Not while IsWriting(id).
  void Handle(ConnectionId id, const stream::Request& request);
  /// True while a write has not been answered.
  bool IsWriting(ConnectionId id) const;

  /// A byte came over the line.
  void Receive(uint8_t byte);

  /// What is to be sent. After taking from it, FillOutput() goes on with waiting writes and returns
  /// the connections whose writes were answered.
  OutputRing& output() { return output_; }
  std::vector<ConnectionId> FillOutput();

 private:
  struct Read {
    ConnectionId id;
    uint32_t txid;
    uint32_t max;
  };
  struct Write {
    ConnectionId id;
    uint32_t txid;
    std::vector<std::byte> data;
    size_t done = 0;
  };
  struct Connection {
    uint32_t mode = 0;
    size_t writes = 0;  // Not answered yet.
  };

  void AnswerReads();
  bool DeliverInterrupt();
  bool Accept(Write& write);

  Answers& answers_;
  std::map<ConnectionId, Connection> connections_;
  ConnectionId last_id_ = 0;
  std::deque<Read> reads_;
  std::deque<Write> writes_;
  InputRing input_;
  OutputRing output_;
  uint8_t last_byte_ = 0;  // That went into output_.
};

}  // namespace sirocco::serial
