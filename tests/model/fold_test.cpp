// Folding: each outcome into its variant's figures once, by whichever process holds the housekeeping lock,
// when the one before died between any two stores.
#include <gtest/gtest.h>

#include "model/small_state.hpp"
#include "store/fold.hpp"
#include "store/outcome_lanes.hpp"
#include "store/pooled.hpp"
#include "store/statistics.hpp"

namespace remora::model {
namespace {

constexpr int64_t kNow = 1'700'000'000LL * 1'000'000'000;

class FoldModel : public testing::Test {
 protected:
  FoldModel() : small_({.lanes = 1, .lane_slots = 8}) {
    agent_ = small_.state.add_agent("a", 1);
    append();
    append();
    begin_ = [this] { acknowledged_ = 2; };
  }

  void append() {
    test::Outcome image(agent_, 0, true, kNow);
    store::append_outcome(small_.history, 0, 1, 1, image, nullptr);
    ++acknowledged_;
  }
  static bool alive(void*, uint32_t owner) { return Explorer::alive(owner); }
  void fold(const store::Generation* generation) {
    store::FoldMemory memory;
    store::FoldReport report;
    base::Problem problem;
    store::fold_outcomes(small_.history, generation, {0.1F}, kNow, 1, 100, &alive, nullptr, memory, &report,
                         problem);
  }
  Actor folder(std::string name, const store::Generation* generation = nullptr) {
    return {std::move(name), [this, generation] {
              Explorer::lock(1);
              fold(generation);
              Explorer::unlock(1);
            }};
  }
  struct Figures {
    uint64_t outcomes = 0, successes = 0;
    double rewards = 0;
  };
  Figures figures() {
    store::VariantStatistics seen{};
    store::variant_statistics(small_.state.variant(agent_, 0), &seen);
    return {seen.outcomes, seen.successes, seen.reward_sum};
  }
  uint64_t committed() {
    uint64_t found = 0;
    for (uint64_t p = 0; p < small_.history.lanes[0].head.load(); ++p) {
      store::OutcomeRecord copy;
      uint32_t owner = 0;
      found += store::read_outcome(small_.history, 0, p, &copy, &owner) == store::ReadOutcome::kRead ? 1 : 0;
    }
    return found;
  }
  void check() {
    fold(nullptr);
    require(figures().outcomes == committed(), "an outcome is missing from the figures, or counted twice");
    require(figures().successes == figures().outcomes, "figures of two folds mixed");
    require(committed() >= acknowledged_, "an acknowledged outcome is lost");
  }
  Model takeover() {
    return {"fold takeover", begin_, {folder("first"), folder("second")}, [this] { check(); }};
  }
  // The same where agents' values learn: each outcome at most once, and one at most is missing for a death.
  Model learning() {
    return {"fold takeover with values",
            begin_,
            {folder("first", &small_.generation()), folder("second", &small_.generation())},
            [this] {
              fold(&small_.generation());
              const uint64_t learned = store::own_cell(agent_, 0, small_.generation()).visits;
              const bool crashed = !Explorer::alive(0) || !Explorer::alive(1);
              require(learned <= committed(), "an outcome was learned twice");
              require(learned + (crashed ? 1 : 0) >= committed(), "outcomes were not learned");
              check();
            }};
  }
  // Two folds while one copy is read: the second writes into the copy that the reader began with.
  Model reading() {
    return {"reading while folding",
            begin_,
            {{"reader",
              [this] {
                const Figures seen = figures();
                require(seen.successes == seen.outcomes && seen.rewards == static_cast<double>(seen.outcomes),
                        "figures of two folds mixed");
              },
              false},
             {"folder",
              [this] {
                for (int i = 0; i < 2; ++i) {
                  append();
                  fold(nullptr);
                }
              }}},
            [this] { check(); }};
  }

  SmallState small_;
  uint32_t agent_ = 0;
  uint64_t acknowledged_ = 0;
  std::function<void()> begin_;
};

TEST_F(FoldModel, CountsEachOutcomeOnceWhoeverDies) {
  EXPECT_EQ(explore(small_, takeover(), {.crash = true}).violation, "");
}

TEST_F(FoldModel, LearnsEachOutcomeOnceWhoeverDies) {
  EXPECT_EQ(explore(small_, learning(), {.crash = true}).violation, "");
}

TEST_F(FoldModel, CountsWhatIsAppendedMeanwhile) {
  const Model model{"fold takeover while another records",
                    begin_,
                    {folder("first"), folder("second"), {"writer", [this] { append(); }}},
                    [this] { check(); }};
  EXPECT_EQ(explore(small_, model, {.crash = true, .preemptions = bound(2)}).violation, "");
}

TEST_F(FoldModel, ShowsFiguresOfOneFold) {
  fold(nullptr);
  EXPECT_EQ(explore(small_, reading(), {.preemptions = bound(1)}).violation, "");
  EXPECT_EQ(
      explore(small_, reading(), {.order = Order::kRelaxed, .preemptions = bound(1), .stale_loads = bound(1)})
          .violation,
      "");
}

TEST_F(FoldModel, BreaksWithoutItsOrder) {
  const Options crash{.crash = true};
  EXPECT_TRUE(
      is_found(small_, takeover(), crash,
               {"the lanes advance before the intent is stated", Break::kPostpone, "fold_intent",
                Kind::kStore, std::memory_order_release, std::memory_order_relaxed, "fold_sequence"}));
  EXPECT_TRUE(is_found(small_, takeover(), crash,
                       {"no intent is stated for the lanes", Break::kSkip, "lane.intent", Kind::kStore}));
}

TEST_F(FoldModel, BreaksWhereReadersMeetAFold) {
  fold(nullptr);
  const Options relaxed{.order = Order::kRelaxed, .preemptions = bound(1), .stale_loads = bound(1)};
  EXPECT_TRUE(is_found(small_, reading(), {.preemptions = bound(1)},
                       {"no second look at the tag", Break::kPass, "statistics1.tag", Kind::kLoad}));
  EXPECT_TRUE(
      is_found(small_, reading(), relaxed,
               {"a copy is written over under its old tag", Break::kSkip, "statistics1.tag", Kind::kStore}));
  EXPECT_TRUE(is_found(small_, reading(), relaxed,
                       {"figures come into force without release", Break::kWeaken, "statistics1.tag",
                        Kind::kStore, std::memory_order_release}));
  EXPECT_TRUE(is_found(small_, reading(), relaxed,
                       {"figures are stored without release", Break::kWeaken, "statistics1", Kind::kStore,
                        std::memory_order_release}));
  EXPECT_TRUE(is_found(small_, reading(), relaxed,
                       {"figures are read without acquire", Break::kWeaken, "statistics1", Kind::kLoad,
                        std::memory_order_acquire}));
}

}  // namespace
}  // namespace remora::model
