// Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zircon/errors.h>
#include <zircon/types.h>

#include <array>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/async/completion.h"
#include "kernel/async/group.h"

namespace sirocco::async {

/// An operation whose type is forgotten. Does not own.
class AnyOperation {
 public:
  constexpr AnyOperation() = default;
  template <Operation Op>
  AnyOperation(Op& op)  // NOLINT: an operation is an AnyOperation.
      : completion_(&op), table_(&kTable<Op>) {}

  Completion& completion() const { return *completion_; }
  /// False: done at once.
  bool Start() const { return table_->start(*completion_); }
  void Cancel(zx_status_t reason) const { table_->cancel(*completion_, reason); }

 private:
  struct Table {
    bool (*start)(Completion&);
    void (*cancel)(Completion&, zx_status_t);
  };
  template <typename Op>
  static bool StartOp(Completion& completion) {
    auto& op = static_cast<Op&>(completion);
    return !op.await_ready() && op.await_suspend(std::coroutine_handle<>());
  }
  template <typename Op>
  static void CancelOp(Completion& completion, zx_status_t reason) {
    static_cast<Op&>(completion).Cancel(reason);
  }
  template <typename Op>
  static constexpr Table kTable = {&StartOp<Op>, &CancelOp<Op>};

  Completion* completion_ = nullptr;
  const Table* table_ = nullptr;
};

/// What Select yields: the operation that was first, and its outcome. Of the others, those that
/// completed nevertheless say so themselves: `op.is_done()` and `op.status()`.
struct SelectResult {
  static constexpr size_t kNobody = SIZE_MAX;

  size_t winner = kNobody;  // Position of the operation; kNobody: ended from outside.
  zx_status_t status = ZX_ERR_CANCELED;
};

/// Children given as a span; it and what it names outlive the operation.
class SpanGroup : public Group {
 protected:
  SpanGroup(Policy policy, std::span<const AnyOperation> operations)
      : Group(policy, operations.size()), operations_(operations.data()) {}
  ~SpanGroup() = default;

  Started StartChild(size_t index) override;
  void CancelChild(size_t index, zx_status_t reason) override;
  const AnyOperation& operation(size_t index) const { return operations_[index]; }

 private:
  const AnyOperation* operations_;
};

/// Completes with the first of its operations; the others are cancelled and awaited. Operations
/// behind one that is done at once are not started.
class [[nodiscard]] SelectAny : public SpanGroup {
 public:
  explicit SelectAny(std::span<const AnyOperation> operations)
      : SpanGroup(Policy::kFirst, operations) {}

  SelectResult await_resume() const {
    const size_t winner = first();
    return {winner == kNobody ? SelectResult::kNobody : winner, status()};
  }

 protected:
  zx_status_t Outcome(uint32_t& first) override;
};

/// Completes when all of its operations have: ZX_OK, or the first failure by position. A failure
/// cancels nobody.
class [[nodiscard]] WhenAllOf : public SpanGroup {
 public:
  explicit WhenAllOf(std::span<const AnyOperation> operations)
      : SpanGroup(Policy::kAll, operations) {}

  zx_status_t await_resume() const { return status(); }

 protected:
  zx_status_t Outcome(uint32_t& first) override;
};

namespace internal {
template <size_t kCount>
struct OperationArray {
  std::array<AnyOperation, kCount> operations;
};
}  // namespace internal

/// `auto first = Select(a, b); auto result = co_await first;`. The operations outlive it.
template <Operation... Ops>
class [[nodiscard]] Select : private internal::OperationArray<sizeof...(Ops)>, public SelectAny {
 public:
  explicit Select(Ops&... ops)
      : internal::OperationArray<sizeof...(Ops)>{{AnyOperation(ops)...}},
        SelectAny(this->operations) {}
};

/// `auto both = WhenAll(a, b); auto status = co_await both;`. The operations outlive it.
template <Operation... Ops>
class [[nodiscard]] WhenAll : private internal::OperationArray<sizeof...(Ops)>, public WhenAllOf {
 public:
  explicit WhenAll(Ops&... ops)
      : internal::OperationArray<sizeof...(Ops)>{{AnyOperation(ops)...}},
        WhenAllOf(this->operations) {}
};

}  // namespace sirocco::async
