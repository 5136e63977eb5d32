// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
// storm PROCESSES CHANNELS: half of each ends by itself, half is killed half-way. The ledger is as
// before.

#include <zircon/process.h>
#include <zircon/syscalls.h>

#include <atomic>
#include <thread>

#include "tests/storm/lab.h"
#include "tests/storm/victims.h"

namespace sirocco::storm {
namespace {

constexpr uint32_t kWorkers = 2;
constexpr uint32_t kAtOnce = 4;  // Victims a worker has.

struct Counts {
  std::atomic<uint64_t> ended = 0;
  std::atomic<uint64_t> killed = 0;
  std::atomic<uint64_t> killed_at_once = 0;  // Of those: perhaps before their first instruction.
  std::atomic<uint64_t> jobs = 0;
  std::atomic<uint64_t> channels = 0;
  std::atomic<uint64_t> channels_killed = 0;

  void Clear() { ended = killed = killed_at_once = jobs = channels = channels_killed = 0; }
};

Counts counts;

Deed StayingDeed(uint64_t number) {
  constexpr auto kFirst = static_cast<uint32_t>(Deed::kFirstThatStays);
  constexpr auto kCount = static_cast<uint32_t>(Deed::kCount) - kFirst;
  return static_cast<Deed>(kFirst + number % kCount);
}

void AwaitItsPlace(const Victim& victim) {
  MUST(zx_object_wait_one(victim.event.get(), ZX_USER_SIGNAL_0, ZX_TIME_INFINITE, nullptr) ==
       ZX_OK);
}

/// One victim from its start to its end, in two steps, so that a worker can have several.
class Life {
 public:
  void Begin(const VictimMaker& maker, uint64_t number) {
    number_ = number;
    if (is_killed() && number % 16 == 1) {
      MUST(zx_job_create(zx_job_default(), 0, job_.receive()) == ZX_OK);
      ++counts.jobs;
    }
    const Deed ending = number % 4 == 0 ? Deed::kExit : Deed::kUse;
    const Deed first = is_killed() ? StayingDeed(number / 4) : ending;
    const Deed deeds[] = {first, StayingDeed(number / 2), StayingDeed(number / 3)};
    const size_t threads = number % 3 == 0 ? 3 : 1;
    victim_ = maker.Start(job_.is_valid() ? job_.get() : zx_job_default(),
                          std::span(deeds).first(threads));
  }

  void End() {
    if (!victim_.process.is_valid()) return;
    if (!is_killed()) {
      MustEndWith(kVictimCode, victim_.process);
      ++counts.ended;
    } else {
      if (number_ % 4 == 1) {
        AwaitItsPlace(victim_);
      } else {
        ++counts.killed_at_once;
      }
      Kill();
      ++counts.killed;
    }
    victim_ = Victim();
    job_.reset();
  }

 private:
  bool is_killed() const { return number_ % 2 == 1; }

  void Kill() {
    if (!job_.is_valid()) return KillAndWait(victim_);
    MUST(zx_task_kill(job_.get()) == ZX_OK);
    MustEndWith(ZX_TASK_RETCODE_SYSCALL_KILL, victim_.process);
  }

  uint64_t number_ = 0;
  OwnedHandle job_;
  Victim victim_;
};

void LiveAndDie(const VictimMaker& maker, uint64_t first, uint64_t count) {
  Life lives[kAtOnce];
  for (uint64_t i = 0; i < count; ++i) {
    Life& life = lives[i % kAtOnce];
    life.End();
    life.Begin(maker, first + i);
  }
  for (Life& life : lives) life.End();
}

void UseChannels(uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) {
    OwnedHandle near, far, event, arrived;
    uint64_t sent = i;
    uint64_t received = 0;
    MUST(zx_channel_create(0, near.receive(), far.receive()) == ZX_OK);
    MUST(zx_event_create(0, event.receive()) == ZX_OK);
    zx_handle_t carried = event.release();
    MUST(zx_channel_write(near.get(), 0, &sent, sizeof(sent), &carried, 1) == ZX_OK);
    MUST(zx_channel_read(far.get(), 0, &received, arrived.receive(), sizeof(received), 1, nullptr,
                         nullptr) == ZX_OK);
    MUST(received == i && arrived.is_valid());
    ++counts.channels;
  }
}

void KillChannels(const VictimMaker& maker, uint64_t count) {
  for (uint64_t i = 0; i < count; i += kVictimChannels) {
    constexpr Deed kDeeds[] = {Deed::kChannels};
    const Victim victim = maker.Start(zx_job_default(), kDeeds);
    AwaitItsPlace(victim);
    KillAndWait(victim);
    counts.channels_killed += kVictimChannels;
  }
}

/// Threads that are there before the first ledger and after the last.
class Workers {
 public:
  void Start() {
    for (std::thread& thread : threads_) {
      thread = std::thread([this, number = static_cast<uint64_t>(&thread - threads_)] {
        for (uint32_t round = 1;; ++round) {
          Await(round_, round);
          if (work_ == nullptr) return;
          work_(number);
          ++done_;
          zx_futex_wake(reinterpret_cast<zx_futex_t*>(&done_), 1);
        }
      });
    }
  }

  /// Each worker does it, told its number; null ends them.
  void Run(void (*work)(uint64_t number)) {
    work_ = work;
    done_ = 0;
    ++round_;
    zx_futex_wake(reinterpret_cast<zx_futex_t*>(&round_), kWorkers);
    if (work != nullptr) return Await(done_, kWorkers);
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  static void Await(std::atomic<uint32_t>& word, uint32_t value) {
    for (uint32_t now = word; now != value; now = word) {
      zx_futex_wait(reinterpret_cast<zx_futex_t*>(&word), static_cast<zx_futex_t>(now),
                    ZX_HANDLE_INVALID, ZX_TIME_INFINITE);
    }
  }

  std::atomic<uint32_t> round_ = 0;
  std::atomic<uint32_t> done_ = 0;
  void (*work_)(uint64_t number) = nullptr;
  std::thread threads_[kWorkers];
};

Workers workers;
const VictimMaker* maker;
uint64_t processes;
uint64_t channels;

void Storm() {
  workers.Run([](uint64_t number) {
    LiveAndDie(*maker, number * processes / kWorkers, processes / kWorkers);
  });
  workers.Run([](uint64_t) {
    UseChannels(channels / 2 / kWorkers);
    KillChannels(*maker, channels / 2 / kWorkers);
  });
}

}  // namespace

int RunStorm() {
  const VictimMaker the_maker;
  maker = &the_maker;
  workers.Start();
  // Once in small, for what is made at first use.
  processes = 256;
  channels = 256;
  Storm();
  const Ledger before = TakeSteadyLedger();

  processes = Number(1, 1000);
  channels = Number(2, 1000);
  counts.Clear();
  const zx_time_t start = zx_clock_get_monotonic();
  Storm();
  const zx_duration_t taken = zx_clock_get_monotonic() - start;
  const Ledger after = AwaitLedger(before);
  Print("ended %llu processes-killed %llu at-once %llu jobs %llu\n",
        static_cast<unsigned long long>(counts.ended),
        static_cast<unsigned long long>(counts.killed),
        static_cast<unsigned long long>(counts.killed_at_once),
        static_cast<unsigned long long>(counts.jobs));
  Print("channels %llu channels-killed %llu\n", static_cast<unsigned long long>(counts.channels),
        static_cast<unsigned long long>(counts.channels_killed));
  Print("took %lld ms\n", static_cast<long long>(taken / ZX_MSEC(1)));
  Print(after == before ? "ledger exact\n" : "ledger differs\n");
  after.PrintChangesSince(before);
  workers.Run(nullptr);
  return 0;
}

}  // namespace sirocco::storm
