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

TEST(SettingsInForce, TheSyncIntervalGivenAtOpenGoesBeforeEveryConfiguration) {
  const test::TempDir folder;
  remora_options options = abi_test::small_options();
  options.flags = REMORA_OPEN_NO_AUTO_TICK | REMORA_OPEN_NO_ENVIRONMENT;
  options.sync_interval_ns = 5'000'000'000;
  const auto stripes = std::make_unique<store::Stripe[]>(store::kStripes);
  std::unique_ptr<Engine> engine;
  base::Problem problem;
  ASSERT_TRUE(
      test::is_ok(Engine::open(folder.path() + "/state", options, stripes.get(), &engine, problem), problem));
  EXPECT_EQ(engine->active().settings.state.sync_interval_ns, options.sync_interval_ns);
  constexpr std::string_view kText = R"({"state": {"sync_interval_ms": 100}})";
  ASSERT_TRUE(test::is_ok(engine->configure(kText, problem), problem));
  EXPECT_EQ(engine->active().settings.state.sync_interval_ns, options.sync_interval_ns);
}

}  // namespace
}  // namespace remora::engine
