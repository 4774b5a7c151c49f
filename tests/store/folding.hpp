// A state whose outcomes tests fold into figures, with writers that die where a test says.
#pragma once

#include <gtest/gtest.h>

#include "store/fold.hpp"
#include "store/q_table.hpp"
#include "store/statistics.hpp"
#include "support/status.hpp"
#include "support/test_state.hpp"

namespace remora::store {

using test::is_ok;
using test::Outcome;
using test::TestState;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kNow = 1'700'000'000 * kSecond;
constexpr uint32_t kDead = 9;  // a process slot whose owner the tests call dead

class Fold : public testing::Test {
 protected:
  Fold() : agent_(state_.add_agent("a", 8)) {}

  const History& history() const { return state_.history(); }

  void append(uint32_t lane, uint32_t variant, bool success = true, float reward = 1.0F, uint32_t facts = 0) {
    Outcome o(agent_, variant, success, kNow, reward);
    o.flags |= facts;
    append_outcome(history(), lane, 1, 1, o, nullptr);
  }

  // Leaves a record as a writer leaves it that is stopped in its middle.
  uint64_t stop_in_the_middle(uint32_t lane, uint32_t owner) {
    const uint64_t position = history().lanes[lane].head.fetch_add(1);
    history().outcome(lane, position).commit.store(CommitWord{CommitState::kFilling, owner, position}.pack());
    return position;
  }

  FoldReport fold(uint64_t limit = 1'000'000, int64_t monotonic_ns = 0) {
    FoldReport report;
    base::Problem problem;
    const auto alive = [](void*, uint32_t owner) { return owner != kDead; };
    EXPECT_TRUE(is_ok(fold_outcomes(history(), generation_, {0.1F}, kNow, monotonic_ns, limit, alive, nullptr,
                                    memory_, &report, problem),
                      problem));
    return report;
  }

  VariantStatistics& figures(uint32_t variant) {
    variant_statistics(state_.variant(agent_, variant), &copy_);
    return copy_;
  }

  uint64_t outcomes(uint32_t variant) { return figures(variant).outcomes; }

  QCell pooled(uint32_t variant) {
    const Generation& generation = state_.state().generation_in_force();
    const Row* row =
        find_row(StateKey{agent_, StateKey::kParentTask, 0, variant / kRowVariants}.pack(), generation);
    return row == nullptr ? QCell{} : QCell::unpack(row->cells[variant % kRowVariants].load());
  }

  TestState state_;
  uint32_t agent_;
  FoldMemory memory_;
  VariantStatistics copy_{};
  const Generation* generation_ = nullptr;
};

}  // namespace remora::store
