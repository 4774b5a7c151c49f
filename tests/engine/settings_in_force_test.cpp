// What of the settings goes before what, and for how long.

#include <gtest/gtest.h>

#include <memory>
#include <string_view>

#include "abi/plugin.hpp"
#include "engine/engine.hpp"
#include "support/status.hpp"
#include "support/temp_dir.hpp"

namespace remora::engine {
namespace {

class SettingsInForce : public testing::Test {
 protected:
  void open(int64_t sync_interval_ns = 0) {
    remora_options options = abi_test::small_options();
    options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
    options.sync_interval_ns = sync_interval_ns;
    ASSERT_TRUE(test::is_ok(
        Engine::open(folder_.path() + "/state", options, stripes_.get(), &engine_, problem_), problem_));
  }
  void configure(std::string_view text) {
    ASSERT_TRUE(test::is_ok(engine_->configure(text, problem_), problem_));
  }

  test::TempDir folder_;
  std::unique_ptr<store::Stripe[]> stripes_ = std::make_unique<store::Stripe[]>(store::kStripes);
  std::unique_ptr<Engine> engine_;
  base::Problem problem_;
};

TEST_F(SettingsInForce, TheSyncIntervalGivenAtOpenGoesBeforeEveryConfiguration) {
  constexpr int64_t kInterval = 5'000'000'000;
  open(kInterval);
  EXPECT_EQ(engine_->active().settings.state.sync_interval_ns, kInterval);
  configure(R"({"state": {"sync_interval_ms": 100}})");
  EXPECT_EQ(engine_->active().settings.state.sync_interval_ns, kInterval);
}

TEST_F(SettingsInForce, AgentsThatTheConfigurationDoesNotNameShareTheFleets) {
  open();
  uint32_t id = 0;
  for (const char* name : {"first", "second", "third"}) {
    ASSERT_TRUE(test::is_ok(engine_->define_agent(name, "a,b", &id, problem_), problem_));
  }
  configure(R"({"agents": [{"name": "second", "learning": {"epsilon": 0.5}}]})");
  const Active& active = engine_->active();
  EXPECT_EQ(&active.profile(0), &active.profiles[0]);
  EXPECT_EQ(&active.profile(2), &active.profiles[0]);
  EXPECT_FLOAT_EQ(active.profile(1).learning.epsilon, 0.5F);
  configure(R"({"categories": [{"name": "general", "learning": {"epsilon": 0.25}}]})");
  EXPECT_FLOAT_EQ(engine_->active().profile(2).learning.epsilon, 0.25F);
}

}  // namespace
}  // namespace remora::engine
