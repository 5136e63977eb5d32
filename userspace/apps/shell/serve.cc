// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "userspace/apps/shell/serve.h"

#include <zircon/syscalls.h>

#include <string>
#include <utility>

#include "userspace/lib/stream/codec.h"
#include "userspace/lib/stream/server.h"

namespace sirocco::shell {

using process::OwnedHandle;

zx_handle_t Connections::Connect(std::shared_ptr<Source> source, std::shared_ptr<Sink> sink) {
  OwnedHandle ours;
  OwnedHandle theirs;
  if (zx_channel_create(0, ours.receive(), theirs.receive()) != ZX_OK) return ZX_HANDLE_INVALID;
  Add(std::move(ours), std::move(source), std::move(sink));
  return theirs.release();
}

void Connections::Add(OwnedHandle channel, std::shared_ptr<Source> source,
                      std::shared_ptr<Sink> sink) {
  tasks_.push_back(Serve(std::move(channel), std::move(source), std::move(sink)));
  tasks_.back().Start();
}

Task<Done> Connections::Serve(OwnedHandle channel, std::shared_ptr<Source> source,
                              std::shared_ptr<Sink> sink) {
  auto receiver = std::make_unique<stream::Receiver>();
  for (;;) {
    stream::Request request;
    OwnedHandle clone;
    zx_status_t status = receiver->Next(channel.get(), request, *clone.receive());
    if (status == ZX_ERR_SHOULD_WAIT) {
      auto wait = loop_.Signal(channel.get(), ZX_CHANNEL_READABLE | ZX_CHANNEL_PEER_CLOSED);
      const zx_signals_t observed = co_await wait;
      if (observed != 0) continue;
    }
    if (status != ZX_OK) break;
    if (request.method == stream::Method::kClone) {
      Add(std::move(clone), source, sink);
    } else if (request.method == stream::Method::kGetWindow) {
      status = stream::ReplyGetWindow(channel.get(), request.txid, ZX_OK, {});
    } else if (request.method == stream::Method::kRead && source != nullptr) {
      const std::string data = co_await source->Read(request.max);
      status =
          stream::ReplyRead(channel.get(), request.txid, ZX_OK, std::as_bytes(std::span(data)));
    } else if (request.method == stream::Method::kWrite && sink != nullptr) {
      const std::string_view text(reinterpret_cast<const char*>(request.data.data()),
                                  request.data.size());
      const bool is_taken = co_await sink->Write(text);
      // Closing tells the writer that nobody reads.
      status = is_taken ? stream::ReplyWrite(channel.get(), request.txid, ZX_OK, text.size())
                        : ZX_ERR_PEER_CLOSED;
    } else {
      break;  // The wrong direction, or a mode: not of such a stream.
    }
    if (status != ZX_OK) break;
  }
  // The frame and its parameters stay until the job ends; what they own goes now.
  channel.reset();
  source.reset();
  sink.reset();
  co_return Done();
}

}  // namespace sirocco::shell
