// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The serial driver's process: one thread that waits on one port, for the interrupt and for every
// client's channel. It ends when its last client is gone and the last bit has left.
#include <lib/zx/channel.h>
#include <lib/zx/interrupt.h>
#include <lib/zx/port.h>
#include <lib/zx/vmar.h>
#include <lib/zx/vmo.h>
#include <zircon/process.h>

#include <cstdint>
#include <cstdio>
#include <map>
#include <string_view>
#include <utility>

#include "userspace/drivers/serial/console.h"
#include "userspace/drivers/serial/ns16550.h"
#include "userspace/drivers/serial/startup.h"
#include "userspace/lib/stream/server.h"

namespace sirocco::serial {
namespace {

constexpr uint64_t kInterruptKey = 0;  // Connections count from 1.
constexpr size_t kRegistersSize = 4096;
constexpr int kMaxDrainPolls = 100;

class MmioRegisters {
 public:
  explicit MmioRegisters(zx_vaddr_t base) : base_(reinterpret_cast<volatile uint8_t*>(base)) {}
  uint8_t Read(Register index) { return base_[static_cast<size_t>(index)]; }
  void Write(Register index, uint8_t value) { base_[static_cast<size_t>(index)] = value; }

 private:
  volatile uint8_t* base_;
};

class Driver final : public Answers {
 public:
  Driver(zx_vaddr_t registers, zx::interrupt interrupt, zx::port port)
      : device_(MmioRegisters(registers)),
        interrupt_(std::move(interrupt)),
        port_(std::move(port)),
        console_(*this) {}

  zx_status_t Run(zx::channel first_client) {
    zx_status_t status = interrupt_.bind(port_, kInterruptKey, 0);
    if (status != ZX_OK) return status;
    device_.Start();
    AddClient(std::move(first_client));
    while (console_.has_connections() || !console_.output().is_empty()) {
      zx_port_packet_t packet;
      status = port_.wait(zx::time::infinite(), &packet);
      if (status != ZX_OK) return status;
      if (packet.type == ZX_PKT_TYPE_INTERRUPT) {
        ServiceDevice();
      } else {
        Hear(packet.key);
      }
      Pump();
    }
    WaitUntilSent();
    return ZX_OK;
  }

 private:
  void AddClient(zx::channel channel) {
    const ConnectionId id = console_.Open();
    channels_[id] = std::move(channel);
    Listen(id);
  }

  void Drop(ConnectionId id) {
    console_.Close(id);
    channels_.erase(id);  // With the handle goes the wait.
  }

  void Listen(ConnectionId id) {
    const zx_status_t status =
        channels_[id].wait_async(port_, id, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED, 0);
    if (status != ZX_OK) Drop(id);
  }

  /// Takes a client's requests until there are no more, or one waits for the line.
  void Hear(ConnectionId id) {
    while (channels_.contains(id)) {
      if (console_.IsWriting(id)) return;  // Pump() listens again.
      stream::Request request;
      zx_handle_t clone = ZX_HANDLE_INVALID;
      const zx_status_t status = receiver_.Next(channels_[id].get(), request, clone);
      if (status == ZX_ERR_SHOULD_WAIT) return Listen(id);
      if (status != ZX_OK) return Drop(id);
      if (request.method == stream::Method::kClone) {
        AddClient(zx::channel(clone));
      } else {
        console_.Handle(id, request);
      }
    }
  }

  void ServiceDevice() {
    device_.Service([this](uint8_t byte) { console_.Receive(byte); }, console_.output());
    interrupt_.ack();
  }

  /// Moves output on, client to ring to device, until one of them is full or empty.
  void Pump() {
    for (;;) {
      const auto finished = console_.FillOutput();
      const size_t sent = device_.Transmit(console_.output());
      for (ConnectionId id : finished) Hear(id);
      if (finished.empty() && sent == 0) return;
    }
  }

  // The device has no interrupt for "all sent": poll at the pace of a full FIFO at 115,200 baud.
  void WaitUntilSent() {
    for (int i = 0; i < kMaxDrainPolls && !device_.has_sent_all(); ++i) {
      zx::nanosleep(zx::deadline_after(zx::msec(1)));
    }
  }

  void Read(ConnectionId id, uint32_t txid, zx_status_t status, stream::Bytes data) override {
    stream::ReplyRead(channels_[id].get(), txid, status, data);
  }
  void Write(ConnectionId id, uint32_t txid, zx_status_t status, size_t actual) override {
    stream::ReplyWrite(channels_[id].get(), txid, status, actual);
  }
  void GetWindow(ConnectionId id, uint32_t txid) override {
    stream::ReplyGetWindow(channels_[id].get(), txid, ZX_OK, {});  // A line does not know.
  }
  void SetMode(ConnectionId id, uint32_t txid, zx_status_t status) override {
    stream::ReplySetMode(channels_[id].get(), txid, status);
  }
  void Interrupt(ConnectionId id) override { stream::SendInterrupt(channels_[id].get()); }

  Ns16550<MmioRegisters> device_;
  zx::interrupt interrupt_;
  zx::port port_;
  Console console_;
  std::map<ConnectionId, zx::channel> channels_;
  stream::Receiver receiver_;
};

zx_status_t Main() {
  const zx::vmo registers(zx_take_startup_handle(kRegisters));
  zx::interrupt interrupt(zx_take_startup_handle(kInterrupt));
  zx::channel client(zx_take_startup_handle(kConsole));
  zx_vaddr_t base = 0;
  zx_status_t status = zx::vmar::root_self()->map(ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0, registers,
                                                  0, kRegistersSize, &base);
  if (status != ZX_OK) return status;
  zx::port port;
  status = zx::port::create(ZX_PORT_BIND_TO_INTERRUPT, &port);
  if (status != ZX_OK) return status;
  return Driver(base, std::move(interrupt), std::move(port)).Run(std::move(client));
}

}  // namespace
}  // namespace sirocco::serial

int main(int argc, char** argv) {
  if (argc > 1) {
    const bool wants_help = std::string_view(argv[1]) == "--help";
    std::puts("usage: serial\n  the serial driver; userboot starts it");
    return wants_help ? 0 : 2;
  }
  return sirocco::serial::Main() == ZX_OK ? 0 : 1;
}
