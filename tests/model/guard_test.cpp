// The window of a variant: outcomes are pushed and then counted, each by one word. Whoever counts last judges
// what all have pushed.
#include <gtest/gtest.h>

#include "guard/on_outcome.hpp"
#include "guard/thresholds.hpp"
#include "model/small_state.hpp"
#include "store/words.hpp"

namespace remora::model {
namespace {

constexpr int64_t kNow = 1'700'000'000LL * 1'000'000'000;

class GuardModel : public testing::Test {
 protected:
  GuardModel() : small_({.events = 8}) {
    guard::Settings settings;
    settings.lookback = 2;
    settings.require_interval = false;
    thresholds_ = guard::Thresholds::of(settings);
    agent_ = small_.state.add_agent("a", 2);
    // Of the time before the window was emptied: they are not counted, but stand behind what is pushed.
    small_.state.variant(agent_, 1).recent.store(~0ULL);
  }

  Actor reporter(std::string name) {
    return {std::move(name),
            [this] { guard::on_outcome(small_.history, agent_, 1, {.success = false}, thresholds_, kNow); }};
  }

  SmallState small_;
  guard::Thresholds thresholds_;
  uint32_t agent_ = 0;
};

TEST_F(GuardModel, TwoFailuresAtOnceAreBothSeen) {
  const Model model{"two failures of a window of two",
                    [] {},
                    {reporter("first"), reporter("second")},
                    [this] {
                      const auto block =
                          store::BlockWord::unpack(small_.state.variant(agent_, 1).block.load());
                      require(block.count == 2, "an outcome is not counted");
                      require(block.reason != 0, "a window without a success was let pass");
                      require((small_.history.agents[agent_].blocked.load() >> 1 & 1) != 0,
                              "the agent's mask does not say what the variant's word says");
                    }};
  EXPECT_EQ(explore(small_, model, {}).violation, "");
  EXPECT_EQ(explore(small_, model, {.order = Order::kRelaxed, .preemptions = bound(2)}).violation, "");
  EXPECT_TRUE(is_found(small_, model, {.order = Order::kRelaxed, .preemptions = bound(2)},
                       {"the window is read without acquire", Break::kWeaken, "variant.block", Kind::kLoad,
                        std::memory_order_acquire}));
}

}  // namespace
}  // namespace remora::model
