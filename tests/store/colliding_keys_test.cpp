// Keys that all have one home row, as an attacker who knew the secret would choose them: lookups stay short,
// and others are served.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <vector>

#include "store/q_table.hpp"
#include "support/test_state.hpp"

namespace remora::store {
namespace {

constexpr size_t kKeys = 100'000;
constexpr uint32_t kAttacker = 1;
constexpr uint32_t kOthers[] = {2, 3, 4};

class CollidingKeys : public testing::Test {
 protected:
  CollidingKeys() : state_(capacities()), home_(random_() & generation().main_mask()) {}

  static Capacities capacities() {
    Capacities c = test::small_capacities();
    c.states = 4'096;
    return c;
  }
  const Generation& generation() { return state_.state().generation_in_force(); }
  uint64_t home_of(uint64_t key) { return place_of(key, generation()).home; }

  std::vector<uint64_t> find_keys() {
    std::vector<uint64_t> keys;
    for (uint32_t context = 0; keys.size() < kKeys && context < 1U << 20; ++context) {
      for (uint32_t task = 0; keys.size() < kKeys && task < StateKey::kParentTask; ++task) {
        const uint64_t key = StateKey{kAttacker, task, context, 0}.pack();
        if (home_of(key) == home_) {
          keys.push_back(key);
        }
      }
    }
    return keys;
  }

  // Rows looked at behind the front pair until the one is found.
  uint64_t distance(const Row* row, uint64_t key) {
    return row < generation().main_rows()
               ? 0
               : (static_cast<uint64_t>(row - generation().main_rows()) - home_of(key)) &
                     generation().main_mask();
  }

  std::mt19937_64 random_{std::random_device{}()};
  test::TestState state_;
  uint64_t home_;
};

TEST_F(CollidingKeys, TakeNoLongerThanTheProbeLimitAndLeaveOthersTheirShare) {
  const std::vector<uint64_t> keys = find_keys();
  ASSERT_EQ(keys.size(), kKeys);
  uint64_t furthest = 0;
  uint64_t kept = 0;
  for (const uint64_t key : keys) {
    Insert how{};
    const Row* row = insert_row(key, generation(), &how);
    ASSERT_EQ(row == nullptr, how == Insert::kTableFull || how == Insert::kQuota);
    ASSERT_EQ(find_row(key, generation()), row);
    if (row != nullptr) {
      ++kept;
      furthest = std::max(furthest, distance(row, key));
      ASSERT_LT(distance(row, key), kProbeLimit);
    }
  }
  EXPECT_EQ(furthest, kProbeLimit - 1) << "the keys did not collide";
  EXPECT_LE(kept, generation().agent_quota());
  // Everybody else, whose states lie anywhere but at that very row, also in the rows behind it.
  uint64_t longest = 0;
  for (const uint32_t agent : kOthers) {
    for (uint32_t task = 0; task < generation().agent_quota() / 2; ++task) {
      const uint64_t key = StateKey{agent, task, 0, 0}.pack();
      if (home_of(key) == home_) {
        continue;
      }
      Insert how{};
      const Row* row = insert_row(key, generation(), &how);
      ASSERT_EQ(how, Insert::kInserted) << "agent " << agent << ", task " << task;
      ASSERT_EQ(find_row(key, generation()), row);
      longest = std::max(longest, distance(row, key));
    }
  }
  ASSERT_LT(longest, kProbeLimit);
  std::printf("%zu keys of one home: %llu kept, %llu rows away at most; others' at most %llu\n", keys.size(),
              static_cast<unsigned long long>(kept), static_cast<unsigned long long>(furthest),
              static_cast<unsigned long long>(longest));
}

}  // namespace
}  // namespace remora::store
