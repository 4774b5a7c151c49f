// Which variants may be chosen while the roster changes.

#include <gtest/gtest.h>

#include <memory>

#include "abi/plugin.hpp"
#include "engine/decide.hpp"
#include "engine/engine.hpp"
#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace remora::engine {
namespace {

// A decision reads how many variants there are, and then which of them live: one may be registered in
// between.
TEST(Candidates, AVariantBeyondTheCountIsNotChosenYet) {
  const test::TempDir folder;
  remora_options options = abi_test::small_options();
  options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
  const auto stripes = std::make_unique<store::Stripe[]>(store::kStripes);
  std::unique_ptr<Engine> engine;
  base::Problem problem;
  ASSERT_TRUE(
      test::is_ok(Engine::open(folder.path() + "/state", options, stripes.get(), &engine, problem), problem));
  uint32_t agent = 0;
  ASSERT_TRUE(test::is_ok(engine->define_agent("architect", "careful,quick", &agent, problem), problem));
  engine->history().agents[0].live.fetch_or(1U << 2);
  engine->history().agents[0].blocked.fetch_or(0b11);  // the two that were there
  base::ThreadContext& thread = base::thread_context();
  for (const uint64_t allowed : {0ULL, 1ULL << 2}) {
    for (const uint32_t asked : {agent, 0U}) {
      remora_task task = abi_test::sized<remora_task>();
      task.agent = asked;
      task.allowed_variants = allowed;
      remora_decision decision = abi_test::sized<remora_decision>();
      const store::Seat seat(stripes.get(), thread.number);
      seat.enter();
      const base::Code code = decide(engine->enter(seat, thread), task, &decision, problem);
      seat.leave();
      EXPECT_LT(decision.variant, 2U);
      EXPECT_EQ(code, asked == 0 ? base::Code::kNotFound : base::Code::kOk) << problem.text();
    }
  }
}

}  // namespace
}  // namespace remora::engine
