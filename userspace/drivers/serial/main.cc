// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// The serial driver's process: one thread that waits on one port, for the interrupt and for every
// client's channel. It ends when its last client is gone and the last bit has left.
#include <zircon/process.h>
#include <zircon/syscalls.h>

#include <cstdint>
#include <map>

#include "userspace/drivers/serial/console.h"
#include "userspace/drivers/serial/ns16550.h"
#include "userspace/drivers/serial/startup.h"
#include "userspace/lib/process/owned_handle.h"
#include "userspace/lib/stream/server.h"

namespace sirocco::serial {
namespace {

using process::OwnedHandle;

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
  Driver(zx_vaddr_t registers, OwnedHandle interrupt, OwnedHandle port)
      : device_(MmioRegisters(registers)),
        interrupt_(std::move(interrupt)),
        port_(std::move(port)),
        console_(*this) {}

  zx_status_t Run(OwnedHandle first_client) {
    zx_status_t status = zx_interrupt_bind(interrupt_.get(), port_.get(), kInterruptKey, 0);
    if (status != ZX_OK) return status;
    device_.Start();
    AddClient(std::move(first_client));
    while (console_.has_connections() || !console_.output().is_empty()) {
      zx_port_packet_t packet;
      status = zx_port_wait(port_.get(), ZX_TIME_INFINITE, &packet);
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
  void AddClient(OwnedHandle channel) {
    const ConnectionId id = console_.Open();
    channels_[id] = std::move(channel);
    Listen(id);
  }

  void Drop(ConnectionId id) {
    console_.Close(id);
    channels_.erase(id);  // With the handle goes the wait.
  }

  void Listen(ConnectionId id) {
    const zx_status_t status = zx_object_wait_async(
        channels_[id].get(), port_.get(), id, ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED, 0);
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
        AddClient(OwnedHandle(clone));
      } else {
        console_.Handle(id, request);
      }
    }
  }

  void ServiceDevice() {
    device_.Service([this](uint8_t byte) { console_.Receive(byte); }, console_.output());
    zx_interrupt_ack(interrupt_.get());
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
      zx_nanosleep(zx_time_add_duration(zx_clock_get_monotonic(), ZX_MSEC(1)));
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
  OwnedHandle interrupt_;
  OwnedHandle port_;
  Console console_;
  std::map<ConnectionId, OwnedHandle> channels_;
  stream::Receiver receiver_;
};

zx_status_t Main() {
  OwnedHandle registers(zx_take_startup_handle(kRegisters));
  OwnedHandle interrupt(zx_take_startup_handle(kInterrupt));
  OwnedHandle client(zx_take_startup_handle(kConsole));
  zx_vaddr_t base = 0;
  zx_status_t status = zx_vmar_map(zx_vmar_root_self(), ZX_VM_PERM_READ | ZX_VM_PERM_WRITE, 0,
                                   registers.get(), 0, kRegistersSize, &base);
  if (status != ZX_OK) return status;
  OwnedHandle port;
  status = zx_port_create(ZX_PORT_BIND_TO_INTERRUPT, port.receive());
  if (status != ZX_OK) return status;
  return Driver(base, std::move(interrupt), std::move(port)).Run(std::move(client));
}

}  // namespace
}  // namespace sirocco::serial

int main() { return sirocco::serial::Main() == ZX_OK ? 0 : 1; }
