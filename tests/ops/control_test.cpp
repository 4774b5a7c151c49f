// Three hands can hold the library down, and none can lift another's.
#include "ops/control.hpp"

#include <remora/operate.h>

#include <gtest/gtest.h>

#include "ops/small_state.hpp"
#include "support/status.hpp"

namespace remora::ops {
namespace {

class ControlTest : public ::testing::Test {
 protected:
  Control effective() const { return effective_control(state_.history(), settings_, environment_); }
  base::Code set(const Control& control) {
    return set_control(state_.history(), control, 1'700'000'000'000'000'000, problem_);
  }

  test::SmallState state_;
  config::ControlSettings settings_;
  config::Environment environment_;
  base::Problem problem_;
};

TEST_F(ControlTest, NothingHoldsItDownAtFirst) {
  EXPECT_TRUE(effective().enabled);
  EXPECT_TRUE(effective().learning);
  EXPECT_EQ(effective().mode, static_cast<uint32_t>(REMORA_MODE_FULL));
  EXPECT_EQ(effective().source, 0U);
  EXPECT_EQ(held_down(settings_, environment_), 0U);
}

TEST_F(ControlTest, ACallSetsAndLiftsWhatACallSet) {
  ASSERT_TRUE(test::is_ok(set({.enabled = false, .learning = false, .mode = REMORA_MODE_FULL}), problem_));
  EXPECT_FALSE(effective().enabled);
  EXPECT_FALSE(effective().learning);
  EXPECT_EQ(effective().mode, static_cast<uint32_t>(REMORA_MODE_FULL)) << "what holds once it is enabled";
  EXPECT_EQ(effective().source, static_cast<uint32_t>(kByCall));
  ASSERT_TRUE(test::is_ok(set({.enabled = true, .learning = true, .mode = REMORA_MODE_MONITOR}), problem_));
  EXPECT_TRUE(effective().enabled);
  EXPECT_EQ(effective().mode, static_cast<uint32_t>(REMORA_MODE_MONITOR));
  ASSERT_TRUE(test::is_ok(set({}), problem_));
  EXPECT_EQ(effective().mode, static_cast<uint32_t>(REMORA_MODE_FULL));
  EXPECT_EQ(effective().source, 0U);
}

TEST_F(ControlTest, ModeOffIsTheKillSwitch) {
  ASSERT_TRUE(test::is_ok(set({.mode = REMORA_MODE_OFF}), problem_));
  EXPECT_FALSE(effective().enabled);
}

TEST_F(ControlTest, ACallCannotLiftWhatConfigurationOrEnvironmentHold) {
  settings_.enabled = false;
  environment_.no_learning = true;
  ASSERT_TRUE(test::is_ok(set({}), problem_));
  EXPECT_FALSE(effective().enabled);
  EXPECT_FALSE(effective().learning);
  EXPECT_EQ(effective().source, static_cast<uint32_t>(kByConfig | kByEnvironment));
  EXPECT_EQ(held_down(settings_, environment_), store::kControlDisabled | store::kControlNoLearning);
}

TEST_F(ControlTest, MonitorByAnyHandIsMonitor) {
  settings_.monitor = true;
  EXPECT_EQ(effective().mode, static_cast<uint32_t>(REMORA_MODE_MONITOR));
  settings_.monitor = false;
  environment_.monitor = true;
  EXPECT_EQ(effective().mode, static_cast<uint32_t>(REMORA_MODE_MONITOR));
  EXPECT_EQ(held_down(settings_, environment_), static_cast<uint64_t>(store::kControlModeMonitor));
}

TEST_F(ControlTest, EachChangePublishesOneEventWithBothStates) {
  const uint64_t before = store::last_event(state_.history());
  ASSERT_TRUE(test::is_ok(set({.enabled = false}), problem_));
  ASSERT_TRUE(test::is_ok(set({.enabled = false}), problem_));
  EXPECT_EQ(store::last_event(state_.history()), before + 1) << "the second call changed nothing";
  store::Event event;
  ASSERT_EQ(store::read_event(state_.history(), before + 1, &event), store::ReadEvent::kRead);
  EXPECT_EQ(event.kind, store::EventKind::kControlChanged);
  EXPECT_EQ(event.severity, store::Severity::kWarning);
  EXPECT_EQ(event.detail[0], 0U);
  EXPECT_EQ(event.detail[1], static_cast<uint64_t>(store::kControlDisabled));
}

TEST_F(ControlTest, UnknownModesAreRefusedAndChangeNothing) {
  for (const uint32_t mode : {2U, 3U, 5U, 0xFFFFFFFFU}) {
    EXPECT_EQ(set({.mode = mode}), base::Code::kInvalid) << mode;
  }
  EXPECT_EQ(effective().source, 0U);
}

TEST_F(ControlTest, BitsOfALaterVersionStay) {
  store::Word& word = state_.history().control->line.control;
  word.store(1ULL << 40);
  EXPECT_EQ(effective().source, 0U);
  ASSERT_TRUE(test::is_ok(set({.learning = false}), problem_));
  EXPECT_EQ(word.load(), 1ULL << 40 | store::kControlNoLearning);
}

}  // namespace
}  // namespace remora::ops
