#include "store/contexts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <thread>
#include <vector>

#include "support/test_state.hpp"

namespace remora::store {
namespace {

class Contexts : public testing::Test {
 protected:
  const History& history() const { return state_.history(); }
  uint32_t number(const std::vector<uint32_t>& labels) const { return context_of(history(), labels); }
  std::vector<uint32_t> labels(uint32_t context) const {
    uint32_t found[kMaxLabels] = {};
    const uint32_t count = context_labels(history(), context, found);
    return {found, found + count};
  }

  test::TestState state_;
};

TEST_F(Contexts, NoLabelsAreNoContext) {
  EXPECT_EQ(number({}), 0U);
  EXPECT_TRUE(labels(0).empty());
}

TEST_F(Contexts, ASetIsTheSameInAnyOrderAndWithRepeats) {
  const uint32_t context = number({7, 3, 5});
  EXPECT_GT(context, 0U);
  EXPECT_LE(context, history().capacities.contexts);
  EXPECT_EQ(number({3, 5, 7}), context);
  EXPECT_EQ(number({5, 7, 3, 3, 5}), context);
  EXPECT_EQ(labels(context), (std::vector<uint32_t>{3, 5, 7}));
}

TEST_F(Contexts, SetsThatDifferAreDifferent) {
  std::map<uint32_t, std::vector<uint32_t>> known;
  const std::vector<std::vector<uint32_t>> sets = {
      {0},    {1},       {2},       {0, 1},      {0, 2},         {1, 2}, {3},
      {1, 3}, {0, 1, 2}, {0, 1, 3}, {1'000'000}, {0, 1'000'000}, {2, 3}, {0, 3}};
  for (const std::vector<uint32_t>& set : sets) {
    const uint32_t context = number(set);
    EXPECT_TRUE(known.emplace(context, set).second) << "of " << set.size() << " labels";
    EXPECT_EQ(labels(context), set);
  }
}

TEST_F(Contexts, HoldsAsManyLabelsAsATaskMayHave) {
  const std::vector<uint32_t> most = {1, 2, 3, 4, 5, 6, 7, 8};
  ASSERT_EQ(most.size(), kMaxLabels);
  EXPECT_EQ(labels(number(most)), most);
}

TEST_F(Contexts, AFullTableTakesNoNewSetAndKeepsTheOldOnes) {
  std::map<uint32_t, std::vector<uint32_t>> known;
  uint32_t label = 0;
  for (; label < 10 * history().capacities.contexts; ++label) {
    const uint32_t context = number({label});
    if (!has_place(context)) {
      break;
    }
    known.emplace(context, std::vector<uint32_t>{label});
  }
  ASSERT_LT(label, 10 * history().capacities.contexts) << "it never was full";
  EXPECT_GE(known.size(), history().capacities.contexts / 2U) << "full far too early";
  EXPECT_EQ(number({label}), kPlaceless);
  for (const auto& [context, set] : known) {
    EXPECT_EQ(number(set), context);
    EXPECT_EQ(labels(context), set);
  }
}

TEST_F(Contexts, WhatWasTriedIsPartOfAContext) {
  std::map<uint32_t, Tries> known;
  const std::vector<uint32_t> label = {4};
  for (const Tries& tries :
       {Tries{1, 1}, Tries{1, 2}, Tries{2, 1}, Tries{2, 3}, Tries{1, 0}, Tries{kMostAttempts, ~0ULL}}) {
    const uint32_t alone = context_of(history(), {}, tries);
    const uint32_t labelled = context_of(history(), label, tries);
    EXPECT_TRUE(known.emplace(alone, tries).second);
    EXPECT_TRUE(known.emplace(labelled, tries).second);
    EXPECT_TRUE(labels(alone).empty());
    EXPECT_EQ(labels(labelled), label);
    EXPECT_EQ(pooled_context(history(), labelled), alone) << "the same tries, whatever the labels";
    EXPECT_EQ(pooled_context(history(), alone), alone);
  }
  for (const auto& [context, tries] : known) {
    EXPECT_EQ(context_tries(history(), context).attempts, tries.attempts);
    EXPECT_EQ(context_tries(history(), context).tried, tries.tried);
    EXPECT_EQ(context_of(history(), labels(context), tries), context);
  }
  const uint32_t first = number(label);
  EXPECT_FALSE(known.contains(first));
  EXPECT_EQ(context_tries(history(), first).attempts, 0U);
  EXPECT_EQ(pooled_context(history(), first), 0U);
  EXPECT_EQ(pooled_context(history(), kContextFull), 0U);
}

TEST_F(Contexts, AFullTableTellsApartWhatItsTriesPoolWith) {
  const Tries known{1, 1};
  const uint32_t pooled = context_of(history(), {}, known);
  const uint32_t last = 10 * history().capacities.contexts;
  for (uint32_t label = 0; label < last; ++label) {
    number({label});  // until every place is taken, wherever a set may look for one
  }
  const std::vector<uint32_t> labels = {last};
  EXPECT_EQ(pooled_context(history(), number(labels)), 0U) << "a first attempt";
  EXPECT_EQ(context_tries(history(), number(labels)).attempts, 0U);
  const uint32_t retry = context_of(history(), labels, known);
  ASSERT_FALSE(has_place(retry));
  EXPECT_EQ(pooled_context(history(), retry), pooled);
  EXPECT_EQ(context_tries(history(), retry).attempts, 1U);
  EXPECT_EQ(context_tries(history(), retry).tried, 1U);
  constexpr uint64_t kTried = 2;
  EXPECT_EQ(context_of(history(), {}, {1, kTried}), kContextFull);
  EXPECT_EQ(context_of(history(), labels, {1, kTried}), kContextFull);
  EXPECT_EQ(context_tries(history(), kContextFull).attempts, kUnknownAttempts);
  EXPECT_EQ(context_of(history(), {}, {kUnknownAttempts, 1}), kContextFull) << "nor the attempts after it";
}

TEST_F(Contexts, APowerLossThatTearsAnEntryApartIsRepairedByTheNextThatHoldsIt) {
  const Tries tries{2, 5};
  const std::vector<uint32_t> label = {4};
  const uint32_t context = context_of(history(), label, tries);
  ContextEntry& entry = history().contexts[context - 1];
  const uint64_t attempts = entry.attempts.load();
  for (Word* torn : {&entry.tried, &entry.attempts}) {
    torn->store(0);
    repair_contexts(history());
    EXPECT_TRUE(labels(context).empty()) << "not believed";
    EXPECT_EQ(context_of(history(), label, tries), context);
    EXPECT_EQ(context_tries(history(), context).tried, 5U);
    EXPECT_EQ(entry.attempts.load(), attempts);
  }
  for (const uint32_t wrong : {context, 0U, history().capacities.contexts + 1}) {
    entry.attempts.store(2 | uint64_t{wrong} << 32);
    repair_contexts(history());
    EXPECT_TRUE(labels(context).empty()) << "its pooled context is another than " << wrong;
    EXPECT_EQ(context_of(history(), label, tries), context);
  }
  repair_contexts(history());
  EXPECT_EQ(labels(context), label) << "what is sound stays";
}

TEST_F(Contexts, APowerLossThatTakesTheAttemptsOfAnEntryWithoutLabelsLeavesNoContext) {
  const Tries tries{2, 5};
  const uint32_t context = context_of(history(), {}, tries);
  ContextEntry& entry = history().contexts[context - 1];
  entry.attempts.store(0);
  repair_contexts(history());
  EXPECT_EQ(entry.size.load(), 0U);
  EXPECT_EQ(context_of(history(), {}, tries), context);
  EXPECT_EQ(context_tries(history(), context).attempts, 2U);
}

TEST_F(Contexts, ARepairLeavesTheLabelsOfAFirstAttempt) {
  const uint32_t context = number({4, 9});
  repair_contexts(history());
  EXPECT_EQ(labels(context), (std::vector<uint32_t>{4, 9}));
}

TEST_F(Contexts, AreLookedUpWithoutBeingAdded) {
  const std::vector<uint32_t> set = {9, 4};
  EXPECT_EQ(find_context(history(), {}, {}), 0U);
  EXPECT_EQ(find_context(history(), set, {}), kContextFull);
  EXPECT_EQ(find_context(history(), set, {}), kContextFull) << "looking added it";
  const uint32_t context = number({4, 9});
  EXPECT_EQ(find_context(history(), set, {}), context);
  for (uint32_t label = 0; label < 10 * history().capacities.contexts; ++label) {
    number({label});  // until every place is taken
  }
  const std::vector<uint32_t> another = {10 * history().capacities.contexts};
  EXPECT_EQ(find_context(history(), another, {}), kContextFull);
  EXPECT_EQ(find_context(history(), set, {}), context);
}

TEST_F(Contexts, AnEntryThatADeadProcessLeftWithoutLabelsIsCompletedByTheNext) {
  const uint32_t context = number({4, 9});
  history().contexts[context - 1].size.store(0);
  EXPECT_TRUE(labels(context).empty()) << "half an entry shows no labels";
  EXPECT_EQ(number({9, 4}), context);
  EXPECT_EQ(labels(context), (std::vector<uint32_t>{4, 9}));
}

TEST_F(Contexts, NumbersAndSizesThatCannotBeShowNoLabels) {
  const uint32_t context = number({4, 9});
  for (const uint32_t none : {history().capacities.contexts + 1, kContextFull, UINT32_MAX}) {
    EXPECT_TRUE(labels(none).empty()) << none;
  }
  for (const uint64_t size : {uint64_t{1}, uint64_t{kMaxLabels + 2}, UINT64_MAX}) {
    history().contexts[context - 1].size.store(size);
    EXPECT_TRUE(labels(context).empty()) << size;
  }
}

TEST_F(Contexts, MoreAttemptsThanThereCanBeCountAsNone) {
  const uint32_t context = context_of(history(), {}, {2, 5});
  history().contexts[context - 1].attempts.store(kMostAttempts + 1);
  EXPECT_EQ(context_tries(history(), context).attempts, 0U);
  EXPECT_EQ(context_tries(history(), context).tried, 0U);
}

TEST_F(Contexts, ThreadsThatBringASetAtOnceGetOneNumber) {
  constexpr uint32_t kThreads = 4;
  constexpr uint32_t kSets = 20;
  std::vector<std::vector<uint32_t>> seen(kThreads);
  std::vector<std::thread> threads;
  for (uint32_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (uint32_t s = 0; s < kSets; ++s) {
        seen[t].push_back(number({s, s + 100}));
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  for (uint32_t t = 1; t < kThreads; ++t) {
    EXPECT_EQ(seen[t], seen[0]);
  }
  std::sort(seen[0].begin(), seen[0].end());
  EXPECT_EQ(std::unique(seen[0].begin(), seen[0].end()), seen[0].end());
}

}  // namespace
}  // namespace remora::store
