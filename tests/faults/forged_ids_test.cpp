// Decision ids that were never given out, and those given out that have their outcome: none is taken, and
// numbers that are none are refused before anything changes.
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "engine/host.hpp"
#include "support/environment.hpp"

namespace remora::test {
namespace {

using ForgedIds = Host;

TEST_F(ForgedIds, NoneOfAMillionIsAccepted) {
  std::mt19937_64 random(printed_seed());
  std::vector<uint64_t> pending;
  for (int i = 0; i < 1'000; ++i) {
    pending.push_back(route().decision_id);
  }
  uint64_t accepted = 0;
  uint64_t tried = 0;
  const auto offer = [&](uint64_t id) {
    if (std::find(pending.begin(), pending.begin() + 64, id) == pending.begin() + 64) {
      ++tried;
      accepted += plugin().record_result(handle, id, 1, 0, nullptr) == REMORA_OK ? 1U : 0U;
    }
  };
  while (tried < 1'000'000) {
    // Near a real one (another slot, another tag of its slot), and anything.
    const uint64_t real = pending[random() % 64];
    offer(real ^ 1ULL << (20 + random() % 33));
    offer((real & 0xFFFFF) | (random() & ((1ULL << 33) - 1)) << 20);
    offer(random() & ((1ULL << 53) - 1));
    offer(random() | 1);
  }
  EXPECT_EQ(accepted, 0U);
  EXPECT_EQ(stats().outcomes, 0U);
  for (const uint64_t id : pending) {
    ASSERT_EQ(record(id, true), REMORA_OK) << "the real ones are still good: " << error.text;
  }
  std::printf("%llu forged ids, %llu accepted\n", static_cast<unsigned long long>(tried),
              static_cast<unsigned long long>(accepted));
}

TEST_F(ForgedIds, AReplayIsAcceptedOnce) {
  for (int i = 0; i < 200; ++i) {
    const uint64_t id = route().decision_id;
    ASSERT_EQ(record(id, true), REMORA_OK) << error.text;
    for (int again = 0; again < 100; ++again) {
      ASSERT_EQ(record(id, again % 2 == 0), REMORA_E_ALREADY_RECORDED);
    }
  }
  EXPECT_EQ(stats().outcomes, 200U);
  EXPECT_EQ(stats().visits, 200U);
}

TEST_F(ForgedIds, NumbersThatAreNoneAreRefusedAndTheDecisionStaysGood) {
  const uint64_t id = route().decision_id;
  const auto refused = [&](auto change) {
    remora_outcome outcome = sized<remora_outcome>();
    outcome.decision_id = id;
    outcome.flags = REMORA_OUTCOME_HAS_QUALITY | REMORA_OUTCOME_HAS_RATING;
    change(outcome);
    EXPECT_EQ(record(outcome), REMORA_E_INVALID);
    EXPECT_NE(error.text[0], '\0');
  };
  constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double bad : {kNoNumber, -kNoNumber, kInfinity, -kInfinity, 1e308, -1e-300, -1.0}) {
    refused([bad](remora_outcome& o) { o.quality = bad; });
    refused([bad](remora_outcome& o) { o.user_rating = bad; });
  }
  for (const double bad : {kNoNumber, kInfinity, -kInfinity, 1e308}) {
    const remora_id metric = intern(REMORA_KIND_METRIC, "lint");
    refused([bad, metric](remora_outcome& o) {
      o.metric_count = 1;
      o.metric_ids[0] = metric;
      o.metrics[0] = bad;
    });
  }
  refused([](remora_outcome& o) { o.cost_micros = -1; });
  refused([](remora_outcome& o) { o.cost_micros = INT64_MIN; });
  refused([](remora_outcome& o) { o.cost_micros = INT64_MAX; });
  refused([](remora_outcome& o) { o.duration_ns = -1; });
  refused([](remora_outcome& o) { o.duration_ns = INT64_MAX; });
  EXPECT_EQ(stats().outcomes, 0U);
  remora_outcome outcome = sized<remora_outcome>();
  outcome.decision_id = id;
  outcome.flags = REMORA_OUTCOME_HAS_QUALITY;
  outcome.quality = 5e-324;  // the smallest there is
  remora_reward reward = sized<remora_reward>();
  ASSERT_EQ(record(outcome, &reward), REMORA_OK) << error.text;
  EXPECT_TRUE(std::isfinite(reward.q_after) && reward.reward >= -1 && reward.reward <= 2);
}

}  // namespace
}  // namespace remora::test
