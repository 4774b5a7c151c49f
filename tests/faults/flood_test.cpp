// A million states that were never seen before (REMORA_FLOOD of them), from one agent, into a table of 1,024.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

#include "engine/host.hpp"
#include "support/environment.hpp"

namespace remora::test {
namespace {

constexpr uint32_t kTypes = 400;   // names of the flood
constexpr uint32_t kLabels = 160;  // 669,920 sets of three distinct ones

class Flood : public Host {
 protected:
  static uint64_t size() { return number_from("REMORA_FLOOD", 1'000'000); }
  void SetUp() override {
    name_capacity = 1'024;
    Host::SetUp();
    ASSERT_EQ(plugin().agent_define(handle, "victim", "a,b", &victim, &error), REMORA_OK) << error.text;
    for (uint32_t i = 0; i < kTypes; ++i) {
      types.push_back(intern(REMORA_KIND_TASK_TYPE, "type-" + std::to_string(i)));
    }
    for (uint32_t i = 0; i < kLabels; ++i) {
      labels.push_back(intern(REMORA_KIND_LABEL, "label-" + std::to_string(i)));
    }
  }

  // The next state in a fixed order in which none comes twice.
  template <class Struct>
  void name_next(Struct* names_state) {
    names_state->agent = agent;
    names_state->task_type = types[at_[3]];
    names_state->label_count = 3;
    for (uint32_t i = 0; i < 3; ++i) {
      names_state->labels[i] = labels[at_[i]];
    }
    // Types go round fastest: the first hundred thousand states have few sets of labels, and fill the table
    // before the sets run out.
    if (++at_[3] < kTypes) {
      return;
    }
    at_[3] = 0;
    for (uint32_t i = 3; i-- > 0;) {
      if (++at_[i] <= kLabels - 3 + i) {
        for (uint32_t j = i + 1; j < 3; ++j) {
          at_[j] = at_[j - 1] + 1;
        }
        return;
      }
    }
    FAIL() << "there are no more states";
  }

  uint64_t bytes() const {
    uint64_t sum = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path() + "/state")) {
      sum += entry.path().extension() == ".rmap" ? entry.file_size() : 0;
    }
    return sum;
  }

  // Asks for a state, and notes how long the answer took.
  remora_decision timed(const remora_task& asked, std::vector<int64_t>* took) {
    const auto begin = std::chrono::steady_clock::now();
    const remora_decision decision = route(asked);
    took->push_back(std::chrono::nanoseconds(std::chrono::steady_clock::now() - begin).count());
    return decision;
  }

  // The same work on few states, as often as in a flood of a million.
  std::vector<int64_t> before_the_flood() {
    constexpr uint32_t kKnown = 100;
    std::vector<int64_t> took;
    auto outcome = sized<remora_outcome>();
    outcome.agent = agent;
    remora_task asked = task();
    for (uint32_t i = 0; i < 1'000'000; ++i) {
      outcome.task_type = types[i % kKnown];
      EXPECT_EQ(record(outcome), REMORA_OK) << error.text;
      if (i % 100 == 99) {
        asked.task_type = types[i / 100 % kKnown];
        EXPECT_LT(timed(asked, &took).variant, 4U);
      }
    }
    return took;
  }

  static int64_t percentile_999(std::vector<int64_t>* took) {
    std::sort(took->begin(), took->end());
    return (*took)[took->size() - 1 - took->size() / 1'000];
  }

  remora_id victim = 0;
  std::vector<remora_id> types, labels;

 private:
  uint32_t at_[4] = {0, 1, 2, 0};
};

TEST_F(Flood, OfDistinctStatesKeepsFilesAndOtherAgentsShare) {
  const uint64_t before = bytes();
  ASSERT_GT(before, 0U);
  auto outcome = sized<remora_outcome>();
  remora_task asked = task();
  std::vector<int64_t> quiet = before_the_flood();
  std::vector<int64_t> took;
  uint64_t answered = 0;
  uint64_t flagged = 0;
  for (uint64_t i = 0; i < size(); ++i) {
    name_next(&outcome);
    ASSERT_EQ(record(outcome), REMORA_OK) << error.text;
    // Every hundredth state is asked for, once the table can hold no more of this agent's.
    if (i % 100 == 99 && i > 4'096) {
      asked.task_type = outcome.task_type;
      asked.label_count = outcome.label_count;
      std::copy_n(outcome.labels, outcome.label_count, asked.labels);
      const remora_decision decision = timed(asked, &took);
      ASSERT_LT(decision.variant, 4U);
      ++answered;
      flagged += (decision.flags & REMORA_DECISION_TABLE_FULL) != 0 ? 1U : 0U;
    }
  }
  EXPECT_EQ(flagged, answered) << "a state without room is not flagged";
  const remora_stats full = stats();
  EXPECT_EQ(bytes(), before);
  EXPECT_LE(full.states, full.state_capacity / 4 + 64) << "one agent took more than its quota";
  outcome = sized<remora_outcome>();
  outcome.agent = victim;
  for (uint32_t i = 0; i < 150; ++i) {
    outcome.task_type = types[i];
    auto reward = sized<remora_reward>();
    ASSERT_EQ(record(outcome, &reward), REMORA_OK) << error.text;
    EXPECT_EQ(reward.visits, 1U) << "the other agent finds no room for its own states";
  }
  EXPECT_EQ(stats().states, full.states + 150);
  const int64_t quiet_999 = percentile_999(&quiet);
  const int64_t flood_999 = percentile_999(&took);
  std::printf(
      "%llu distinct states, %llu routed, %llu flagged; route p50 %lld ns, before %lld; p99.9 %lld ns, "
      "before %lld, ratio %.2f\n",
      static_cast<unsigned long long>(size()), static_cast<unsigned long long>(answered),
      static_cast<unsigned long long>(flagged), static_cast<long long>(took[took.size() / 2]),
      static_cast<long long>(quiet[quiet.size() / 2]), static_cast<long long>(flood_999),
      static_cast<long long>(quiet_999), static_cast<double>(flood_999) / static_cast<double>(quiet_999));
}

}  // namespace
}  // namespace remora::test
