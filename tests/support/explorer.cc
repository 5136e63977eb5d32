// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#include "tests/support/explorer.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sirocco::sched {

/// Decides at each choice point, and remembers what it decided among how many.
class Explorer::Chooser {
 public:
  virtual ~Chooser() = default;

  virtual void Begin() {
    taken_.clear();
    options_.clear();
  }
  /// `ids` names the coroutine behind each option.
  size_t Choose(const std::vector<size_t>& ids) {
    const size_t choice = ids.size() == 1 ? 0 : Decide(ids);
    taken_.push_back(choice);
    options_.push_back(ids.size());
    return choice;
  }
  const std::vector<size_t>& taken() const { return taken_; }

 protected:
  virtual size_t Decide(const std::vector<size_t>& ids) = 0;

  std::vector<size_t> taken_;
  std::vector<size_t> options_;
};

namespace {

constexpr size_t kMaxSteps = 100'000;  // Longer schedules are taken for a program that never ends.
constexpr size_t kTimerId = 0;         // Coroutines count from 1.

}  // namespace

class Explorer::ExploringExecutor final : public TestExecutor {
 public:
  explicit ExploringExecutor(Chooser& chooser) : chooser_(chooser) {}
  using TestExecutor::Abandon;

  /// Until nothing is posted and no timer armed; false: it does not end.
  bool RunToEnd() {
    for (size_t step = 0; step < kMaxSteps; ++step) {
      const bool has_timer = test_timers().armed_count() != 0;
      if (posted_count() == 0 && !has_timer) return true;
      may_fire_timer_ = has_timer;
      if (posted_count() == 0) {
        chooser_.Choose({kTimerId});
        test_timers().FireNext(Instant::Infinite());
      } else {
        RunOne();
      }
    }
    return false;
  }

 protected:
  async::Runnable* Pick(std::deque<async::Runnable*>& posted) override {
    std::vector<size_t> ids;
    for (async::Runnable* runnable : posted) ids.push_back(runnable->priority());
    if (may_fire_timer_) ids.push_back(kTimerId);
    const size_t choice = chooser_.Choose(ids);
    if (choice == posted.size()) return nullptr;
    async::Runnable* picked = posted[choice];
    posted.erase(posted.begin() + static_cast<ptrdiff_t>(choice));
    return picked;
  }

  void PickedNobody() override { test_timers().FireNext(Instant::Infinite()); }

 private:
  Chooser& chooser_;
  bool may_fire_timer_ = false;
};

/// A spawned Task. Its number is the priority of everything it waits for: waits inherit that, so a
/// posted Runnable says whose it is.
struct Explorer::Coroutine final : async::Runnable, async::TaskStart {
  Coroutine(Task<zx_status_t> task, uint8_t id)
      : Runnable(&Start, id), TaskStart(&OnFinish), task(std::move(task)) {}

  static void Start(Runnable& runnable) {
    auto& self = static_cast<Coroutine&>(runnable);
    if (self.task.Start(self)) self.is_finished = true;
  }
  static void OnFinish(TaskStart& start) { static_cast<Coroutine&>(start).is_finished = true; }

  Task<zx_status_t> task;
  bool is_finished = false;
};

Explorer::Explorer(Chooser& chooser) : executor_(std::make_unique<ExploringExecutor>(chooser)) {}

Explorer::~Explorer() {
  if (failure_.empty()) return;
  // Stuck coroutines own frames, and objects have them in their lists. Neither can be ended, so
  // they stay, where a leak checker sees them.
  static auto* const graveyard = new std::vector<std::shared_ptr<void>>();
  graveyard->insert(graveyard->end(), objects_.begin(), objects_.end());
  graveyard->insert(graveyard->end(), coroutines_.begin(), coroutines_.end());
  executor_->Abandon();
}

void Explorer::Spawn(Task<zx_status_t> task) {
  const size_t id = coroutines_.size() + 1;
  PANIC_UNLESS(id < async::kPriorityCount);
  coroutines_.push_back(std::make_shared<Coroutine>(std::move(task), static_cast<uint8_t>(id)));
  executor_->Post(*coroutines_.back());
}

void Explorer::Run() {
  Expect(executor_->RunToEnd(), "the program does not end");
  for (const auto& coroutine : coroutines_) {
    Expect(coroutine->is_finished, "a coroutine is stuck: a wake was lost, or a deadlock");
  }
  if (failure_.empty()) coroutines_.clear();
}

void Explorer::Expect(bool is_true, const char* what) {
  if (!is_true && failure_.empty()) failure_ = what;
}

Instant Explorer::now() const { return executor_->now(); }

bool Explorer::RunOnce(const Program& program, Chooser& chooser, std::string& failure) {
  chooser.Begin();
  Explorer explorer(chooser);
  program(explorer);
  failure = explorer.failure_;
  return failure.empty();
}

namespace {

/// Repeats a prefix and takes the first option behind it; Next moves to the following schedule.
template <typename Base>
class DepthFirst final : public Base {
 public:
  DepthFirst() = default;
  explicit DepthFirst(std::vector<size_t> prefix) : prefix_(std::move(prefix)) {}

  /// False: there is none.
  bool Next() {
    prefix_ = this->taken_;
    while (!prefix_.empty()) {
      const size_t at = prefix_.size() - 1;
      if (++prefix_[at] < this->options_[at]) return true;
      prefix_.pop_back();
    }
    return false;
  }

 protected:
  size_t Decide(const std::vector<size_t>& ids) override {
    const size_t at = this->taken_.size();
    const size_t choice = at < prefix_.size() ? prefix_[at] : 0;
    PANIC_UNLESS(choice < ids.size());  // The program is not a function of its schedule.
    return choice;
  }

 private:
  std::vector<size_t> prefix_;
};

template <typename Base>
class Drawn final : public Base {
 public:
  Drawn(uint64_t seed, size_t bug_depth) : random_(seed), bug_depth_(bug_depth) {}

  void Begin() override {
    steps_ = std::max(steps_, this->taken_.size());
    Base::Begin();
    for (size_t id = 0; id < priorities_.size(); ++id) priorities_[id] = bug_depth_ + id;
    std::shuffle(priorities_.begin(), priorities_.end(), random_);
    changes_.clear();
    for (size_t change = 1; change < bug_depth_; ++change) changes_.push_back(random_() % steps_);
  }

 protected:
  size_t Decide(const std::vector<size_t>& ids) override {
    if (bug_depth_ == 0) return random_() % ids.size();
    size_t best = 0;
    for (size_t i = 1; i < ids.size(); ++i) {
      if (priorities_[ids[i]] > priorities_[ids[best]]) best = i;
    }
    for (size_t change = 0; change < changes_.size(); ++change) {
      if (changes_[change] == this->taken_.size()) priorities_[ids[best]] = change;
    }
    return best;
  }

 private:
  std::mt19937_64 random_;
  const size_t bug_depth_;
  size_t steps_ = 16;  // The longest schedule seen: where changes are drawn from.
  std::array<size_t, async::kPriorityCount> priorities_{};
  std::vector<size_t> changes_;
};

}  // namespace

Explorer::Report Explorer::Exhaust(const Program& program, uint64_t max_schedules) {
  Report report;
  DepthFirst<Chooser> chooser;
  while (report.schedules < max_schedules) {
    ++report.schedules;
    if (!RunOnce(program, chooser, report.stopped_by)) {
      report.failing_schedule = chooser.taken();
      return report;
    }
    if (!chooser.Next()) {
      report.is_complete = true;
      return report;
    }
  }
  report.stopped_by = "the bound of " + std::to_string(max_schedules) + " schedules";
  return report;
}

Explorer::Report Explorer::Random(const Program& program, uint64_t seed, uint64_t count,
                                  size_t bug_depth) {
  Report report;
  Drawn<Chooser> chooser(seed, bug_depth);
  while (report.schedules < count) {
    ++report.schedules;
    if (!RunOnce(program, chooser, report.stopped_by)) {
      report.failing_schedule = chooser.taken();
      return report;
    }
  }
  report.stopped_by = "the number of random schedules, seed " + std::to_string(seed);
  return report;
}

void Explorer::Replay(const Program& program, const std::vector<size_t>& schedule) {
  DepthFirst<Chooser> chooser(schedule);
  std::string failure;
  RunOnce(program, chooser, failure);
}

std::string Explorer::Report::ToString() const {
  std::string text = std::to_string(schedules) + " schedules, ";
  if (is_complete) return text + "complete";
  if (failing_schedule.empty()) return text + "cut by " + stopped_by;
  text += "failed: " + stopped_by + "; schedule";
  for (size_t choice : failing_schedule) text += " " + std::to_string(choice);
  return text;
}

}  // namespace sirocco::sched
