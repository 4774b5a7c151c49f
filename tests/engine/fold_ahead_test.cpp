// Outcomes that a recording call folded between ticks: what follows from them is done by the next tick,
// whoever makes it.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "abi/plugin.hpp"
#include "base/clock.hpp"
#include "engine/engine.hpp"
#include "store/outcome_lanes.hpp"
#include "store/q_table.hpp"
#include "support/child_process.hpp"
#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace remora::engine {
namespace {

class FoldAhead : public testing::Test {
 protected:
  // As a process of its own has it.
  struct Process {
    std::unique_ptr<store::Stripe[]> stripes = std::make_unique<store::Stripe[]>(store::kStripes);
    std::unique_ptr<Engine> engine;

    // Returns how many outcomes it says were folded.
    uint64_t tick() const {
      remora_tick_report report{};
      base::Problem problem;
      const store::Seat seat(stripes.get(), 0);
      EXPECT_TRUE(test::is_ok(engine->tick(Ticker::kOwn, base::now_ns(), 0, seat.stripe(), &report, problem),
                              problem));
      return report.folded;
    }
  };

  Process open() {
    remora_options options = abi_test::small_options();
    options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
    Process process;
    base::Problem problem;
    EXPECT_TRUE(test::is_ok(
        Engine::open(folder_.path() + "/state", options, process.stripes.get(), &process.engine, problem),
        problem));
    return process;
  }
  static void define(const Process& process, const char* agent) {
    base::Problem problem;
    uint32_t id = 0;
    ASSERT_TRUE(test::is_ok(process.engine->define_agent(agent, "small,large", &id, problem), problem));
  }
  // Of the agent with index 0.
  static void record(const Process& process, int times) {
    const store::History& history = process.engine->history();
    for (int i = 0; i < times; ++i) {
      store::OutcomeRecord outcome{};
      outcome.key = store::StateKey{0, 0, 0, 0}.pack();
      outcome.when_ns = base::now_ns();
      outcome.flags = store::kOutcomeSuccess;
      outcome.reward = outcome.target = 1;
      store::append_outcome(history, 0, process.engine->state().process_slot(),
                            process.engine->state().generation_in_force().number(), outcome, nullptr);
    }
  }
  // What route finds of an agent's first variant without a state of its own.
  static store::QCell value_of(const Process& process, uint32_t agent) {
    const store::Row* row = store::find_row(store::StateKey{agent, store::StateKey::kParentTask, 0, 0}.pack(),
                                            process.engine->state().generation_in_force());
    return row == nullptr ? store::QCell{} : store::QCell::unpack(row->cells[0].load());
  }

  test::TempDir folder_;
};

TEST_F(FoldAhead, WhatFollowsIsDoneByAnotherProcessWhereTheFoldersDied) {
  Process folder = open();
  define(folder, "known");
  define(folder, "fresh");
  const Process other = open();
  other.tick();
  record(folder, 40);
  folder.engine->fold_ahead();
  ASSERT_EQ(value_of(other, 0).visits, 40U) << "it was not folded";
  ASSERT_EQ(value_of(other, 1).visits, 0U);
  folder.engine.reset();
  other.tick();
  EXPECT_GT(value_of(other, 1).visits, 0U) << "the agent that leans on it never heard of it";
  EXPECT_NE(other.engine->history().agents[0].verdict.load(), 0U);
}

TEST_F(FoldAhead, WhatFollowsIsDoneOnce) {
  const Process first = open();
  define(first, "known");
  record(first, 40);
  first.tick();
  const store::ControlPage& control = *first.engine->history().control;
  EXPECT_EQ(control.fold_followed.load(), control.fold_sequence.load());
  first.engine->history().agents[0].verdict.store(0);
  const Process second = open();
  second.tick();
  EXPECT_EQ(first.engine->history().agents[0].verdict.load(), 0U) << "the other process's tick did it again";
}

// Else both would replay the same outcomes.
TEST_F(FoldAhead, WhatAParentFoldedIsNotItsChilds) {
  const Process parent = open();
  base::Problem problem;
  define(parent, "known");
  record(parent, 40);
  parent.engine->fold_ahead();
  test::Child child(
      [&] { return base::ok(parent.engine->after_fork(problem)) ? static_cast<int>(parent.tick()) : 100; });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(parent.tick(), 40U);
}

}  // namespace
}  // namespace remora::engine
