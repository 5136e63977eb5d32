// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "kernel/objects/debuglog.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "kernel/arch/clock.h"
#include "kernel/arch/hart.h"

namespace sirocco {

namespace {
constinit LogRecord
    records[LogBuffer::kRecords];  // Apart: all zero, so the image does not hold it.
}  // namespace

constinit LogBuffer log_buffer(records);

void KernelLog(std::string_view line) {
  log_buffer.Write(ZX_LOG_SEVERITY_INFO, 0, ZX_KOID_INVALID, ZX_KOID_INVALID, line);
}

void LogBuffer::Write(uint8_t severity, uint8_t flags, zx_koid_t pid, zx_koid_t tid,
                      std::string_view data) {
  data = data.substr(0, ZX_LOG_RECORD_DATA_MAX);
  {
    Guard guard(lock_);
    LogRecord& record = records_[next_ % kRecords];
    record.sequence = next_++;
    record.datalen = static_cast<uint16_t>(data.size());
    record.severity = severity;
    record.flags = flags;
    record.timestamp = arch::Clock::Now().ns();
    record.pid = pid;
    record.tid = tid;
    std::memcpy(record.data, data.data(), data.size());
  }
  if (has_readers_.load(std::memory_order_acquire) == 0) return;
  // Before the executors run there is nobody to tell.
  if (arch::ThisHart().executor == nullptr) return;
  if (is_posted_.exchange(1, std::memory_order_acq_rel) == 0) {
    async::CurrentExecutor().Post(*this);
  }
}

bool LogBuffer::Read(uint64_t* sequence, LogRecord& record) {
  Guard guard(lock_);
  if (*sequence >= next_) return false;
  if (next_ > kRecords) *sequence = std::max(*sequence, next_ - kRecords);
  record = records_[(*sequence)++ % kRecords];
  return true;
}

uint64_t LogBuffer::next_sequence() {
  Guard guard(lock_);
  return next_;
}

void LogBuffer::AddReader(Debuglog& reader) {
  Guard guard(readers_lock_);
  readers_.PushBack(reader);
  has_readers_.store(1, std::memory_order_release);
}

void LogBuffer::RemoveReader(Debuglog& reader) {
  Guard guard(readers_lock_);
  readers_.Remove(reader);
  has_readers_.store(readers_.is_empty() ? 0 : 1, std::memory_order_release);
}

void LogBuffer::TellReaders(Runnable& runnable) {
  auto& log = static_cast<LogBuffer&>(runnable);
  // First: what is written from now on posts us again.
  log.is_posted_.store(0, std::memory_order_seq_cst);
  Guard guard(log.readers_lock_);
  for (Debuglog& reader : log.readers_) reader.Notify();
}

Result<RefPtr<Debuglog>> Debuglog::Create(Mode mode) {
  RefPtr<Debuglog> log = AdoptRef(new (std::nothrow) Debuglog(mode));
  if (!log) return Error(ZX_ERR_NO_MEMORY);
  if (mode == Mode::kRead) {
    log_buffer.AddReader(*log);
    log->Notify();
  }
  return log;
}

Debuglog::~Debuglog() {
  if (ListNode<Debuglog>::is_linked()) log_buffer.RemoveReader(*this);  // It never had a handle.
}

void Debuglog::Notify() {
  Guard guard(lock_);
  if (sequence_ < log_buffer.next_sequence()) UpdateSignalsLocked(Side::kFirst, 0, ZX_LOG_READABLE);
}

zx_status_t Debuglog::Read(LogRecord& record, size_t room) {
  Guard guard(lock_);
  uint64_t sequence = sequence_;
  const bool found = log_buffer.Read(&sequence, record);
  if (found && record.size_bytes() > room) return ZX_ERR_BUFFER_TOO_SMALL;
  sequence_ = sequence;
  // A record written meanwhile signals again: its Notify waits for our lock.
  if (sequence_ >= log_buffer.next_sequence()) {
    UpdateSignalsLocked(Side::kFirst, ZX_LOG_READABLE, 0);
  }
  return found ? ZX_OK : ZX_ERR_SHOULD_WAIT;
}

CloseStep Debuglog::OnZeroHandles(Side, CloseList&) {
  if (mode_ == Mode::kRead) log_buffer.RemoveReader(*this);
  return CloseStep::kDone;
}

}  // namespace sirocco
