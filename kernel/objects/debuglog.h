// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/syscalls/log.h>
#include <zircon/types.h>

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

#include "kernel/async/executor.h"
#include "kernel/base/list.h"
#include "kernel/base/result.h"
#include "kernel/objects/kernel_object.h"
#include "kernel/sync/annotations.h"
#include "kernel/sync/spin_lock.h"

namespace sirocco {

class Debuglog;

/// A record as zx_debuglog_read returns it: the first `size_bytes()` of it.
struct LogRecord {
  uint64_t sequence = 0;
  uint8_t padding1[4] = {};
  uint16_t datalen = 0;
  uint8_t severity = 0;
  uint8_t flags = 0;
  int64_t timestamp = 0;
  uint64_t pid = 0;
  uint64_t tid = 0;
  char data[ZX_LOG_RECORD_DATA_MAX] = {};

  uint32_t size_bytes() const { return static_cast<uint32_t>(sizeof(zx_log_record_t)) + datalen; }
};
static_assert(sizeof(LogRecord) == ZX_LOG_RECORD_MAX);

/// The machine's log: the last records, each with its place in the sequence. A reader that is too
/// slow sees a gap there.
///
/// Appending takes only the log's own lock, of the highest rank. Readers are told by a Runnable,
/// because their signals need locks that the writer may be under.
class LogBuffer final : private async::Runnable {
 public:
  static constexpr uint64_t kRecords = 512;

  constexpr explicit LogBuffer(LogRecord (&records)[kRecords])
      : Runnable(&TellReaders), records_(records) {}

  /// Cuts off what is more than a record takes. Context: any with interrupts masked, holding locks
  /// below rank kRunQueue.
  void Write(uint8_t severity, uint8_t flags, zx_koid_t pid, zx_koid_t tid, std::string_view data)
      EXCLUDES(lock_);

  /// The record at `*sequence`, or the oldest after it; `*sequence` becomes the next one's.
  /// False: there is none yet.
  bool Read(uint64_t* sequence, LogRecord& record) EXCLUDES(lock_);
  uint64_t next_sequence() EXCLUDES(lock_);

  void AddReader(Debuglog& reader) EXCLUDES(readers_lock_);
  void RemoveReader(Debuglog& reader) EXCLUDES(readers_lock_);

 private:
  static void TellReaders(Runnable& runnable);

  SpinLock<LockRank::kLog> lock_;
  uint64_t next_ GUARDED_BY(lock_) = 0;
  LogRecord* const records_ PT_GUARDED_BY(lock_);  // kRecords of them, a ring.

  // Taken before a reader's own lock.
  SpinLock<LockRank::kLogReaders> readers_lock_;
  List<Debuglog> readers_ GUARDED_BY(readers_lock_);
  std::atomic<uint32_t> has_readers_{0};  // A hint for Write, set under readers_lock_.
  std::atomic<uint32_t> is_posted_{0};
};

extern LogBuffer log_buffer;

/// A line of the kernel's own.
void KernelLog(std::string_view line);

/// A handle's view of the log: writes to it, and reads on from where it was.
class Debuglog final : public KernelObject, public ListNode<Debuglog> {
 public:
  static constexpr zx_obj_type_t kType = ZX_OBJ_TYPE_DEBUGLOG;
  enum class Mode : uint8_t { kWrite, kRead };

  /// A reader begins with the oldest record. **Errors** ZX_ERR_NO_MEMORY.
  static Result<RefPtr<Debuglog>> Create(Mode mode);
  ~Debuglog() override;

  /// The next record, if it takes at most `room` bytes. **Errors** ZX_ERR_SHOULD_WAIT: all has been
  /// read; ZX_ERR_BUFFER_TOO_SMALL: it stays.
  zx_status_t Read(LogRecord& record, size_t room) EXCLUDES(lock_);

  CloseStep OnZeroHandles(Side side, CloseList& list) override;

 private:
  friend class LogBuffer;

  explicit Debuglog(Mode mode) : KernelObject(kType, ZX_LOG_WRITABLE), mode_(mode) {}

  // Something was written.
  void Notify() EXCLUDES(lock_);

  const Mode mode_;
  uint64_t sequence_ GUARDED_BY(lock_) = 0;
};

}  // namespace sirocco
