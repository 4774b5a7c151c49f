#include "store/roster.hpp"

#include <gtest/gtest.h>

#include <string>

#include "store/names.hpp"
#include "support/status.hpp"
#include "support/test_state.hpp"

namespace remora::store {
namespace {

using base::Code;
using test::is_ok;
using test::small_capacities;
using test::TestState;

class Roster : public testing::Test {
 protected:
  const History& history() const { return state_.history(); }

  uint32_t add_agent(std::string_view name, uint32_t category = 0) {
    uint32_t agent = UINT32_MAX;
    EXPECT_TRUE(is_ok(register_agent(history(), name, category, &agent, problem_), problem_));
    return agent;
  }
  uint32_t add_variant(uint32_t agent, std::string_view name, const VariantProperties& properties = {}) {
    uint32_t variant = UINT32_MAX;
    EXPECT_TRUE(is_ok(register_variant(history(), agent, name, properties, &variant, problem_), problem_));
    return variant;
  }
  VariantFacts facts(uint32_t agent, uint32_t variant) const {
    VariantFacts f;
    EXPECT_TRUE(variant_facts(history(), agent, variant, &f));
    return f;
  }
  uint64_t live(uint32_t agent) const { return history().agents[agent].live.load(); }
  uint64_t roster_word() const { return history().control->line.roster.load(); }

  TestState state_;
  base::Problem problem_;
};

TEST_F(Roster, KnowsItsAgentsAndNoOthers) {
  EXPECT_EQ(agent_count(history()), 0U);
  const uint32_t a = add_agent("a", 3);
  const uint32_t b = add_agent("b", 4);
  EXPECT_EQ(agent_count(history()), 2U);
  EXPECT_EQ(agent_category(*find_agent(history(), a)), 3U);
  EXPECT_EQ(agent_category(*find_agent(history(), b)), 4U);
  for (const uint32_t none : {2U, history().capacities.agents, UINT32_MAX}) {
    EXPECT_EQ(find_agent(history(), none), nullptr) << none;
  }
}

TEST_F(Roster, AnAgentRegisteredAgainIsTheSame) {
  const uint32_t first = add_agent("a", 3);
  const uint64_t told = roster_word();
  EXPECT_EQ(add_agent("a", 3), first);
  EXPECT_EQ(agent_count(history()), 1U);
  EXPECT_EQ(roster_word(), told) << "nothing changed: nobody has to look again";
}

TEST_F(Roster, AnAgentKeepsItsCategoryForLife) {
  uint32_t testing = 0;
  ASSERT_TRUE(is_ok(add_name(history(), Kind::kCategory, "testing", &testing, problem_), problem_));
  add_agent("a", testing);
  uint32_t agent = UINT32_MAX;
  EXPECT_EQ(register_agent(history(), "a", testing + 1, &agent, problem_), Code::kExists);
  EXPECT_NE(std::string(problem_.text()).find("testing"), std::string::npos) << problem_.text();
  EXPECT_EQ(agent, UINT32_MAX);
}

TEST_F(Roster, AnAgentThatAWriterDiedOverIsCompleted) {
  uint32_t named = 0;
  ASSERT_TRUE(is_ok(add_name(history(), Kind::kAgent, "named only", &named, problem_), problem_));
  EXPECT_EQ(find_agent(history(), named), nullptr);
  EXPECT_EQ(add_agent("named only", 5), named);
  EXPECT_EQ(agent_category(*find_agent(history(), named)), 5U);
}

TEST_F(Roster, MoreAgentsThanTheStateHoldsAreRefused) {
  for (uint32_t i = 0; i < history().capacities.agents; ++i) {
    add_agent("agent-" + std::to_string(i));
  }
  uint32_t agent = 0;
  EXPECT_EQ(register_agent(history(), "one more", 0, &agent, problem_), Code::kFull);
  EXPECT_EQ(agent_count(history()), history().capacities.agents);
}

TEST_F(Roster, VariantsAreNumberedAndGivenBackWithTheirFacts) {
  const uint32_t agent = add_agent("a");
  EXPECT_EQ(add_variant(agent, "steady", {.tier = 2, .cost_micros = 1'500, .baseline = true}), 0U);
  EXPECT_EQ(add_variant(agent, "quick", {.tier = 1, .cost_micros = 300}), 1U);
  const VariantFacts steady = facts(agent, 0);
  EXPECT_EQ(steady.name, "steady");
  EXPECT_EQ(steady.tier, 2U);
  EXPECT_EQ(steady.cost_micros, 1'500);
  EXPECT_TRUE(steady.baseline);
  EXPECT_FALSE(steady.retired);
  EXPECT_FALSE(steady.blocked);
  EXPECT_FALSE(facts(agent, 1).baseline);
  EXPECT_EQ(live(agent), 3U);
  uint32_t found = UINT32_MAX;
  EXPECT_TRUE(find_variant(history(), agent, "quick", &found));
  EXPECT_EQ(found, 1U);
  EXPECT_FALSE(find_variant(history(), agent, "qui"));
  EXPECT_FALSE(find_variant(history(), agent + 1, "quick"));
}

TEST_F(Roster, AVariantRegisteredAgainTakesNewPropertiesAndKeepsItsPast) {
  const uint32_t agent = add_agent("a");
  add_variant(agent, "steady", {.baseline = true});
  const uint32_t v = add_variant(agent, "quick", {.tier = 1});
  const uint64_t past = 0x5A5A;
  state_.variant(agent, v).recent = past;
  const uint64_t told = roster_word();
  EXPECT_EQ(add_variant(agent, "quick", {.tier = 7, .cost_micros = 9}), v);
  EXPECT_EQ(facts(agent, v).tier, 7U);
  EXPECT_EQ(facts(agent, v).cost_micros, 9);
  EXPECT_EQ(state_.variant(agent, v).recent.load(), past);
  EXPECT_GT(roster_word(), told) << "other processes look again";
}

TEST_F(Roster, ThereIsOneBaselineAndTheSafeVariantFollowsIt) {
  const uint32_t agent = add_agent("a");
  add_variant(agent, "old", {.baseline = true});
  const uint32_t fresh = add_variant(agent, "new", {.baseline = true});
  EXPECT_FALSE(facts(agent, 0).baseline);
  EXPECT_TRUE(facts(agent, fresh).baseline);
  EXPECT_EQ(state_.safe_variant(agent), fresh);
}

TEST_F(Roster, ASafeVariantOfItsOwnStaysWhenTheBaselineChanges) {
  const uint32_t agent = add_agent("a");
  add_variant(agent, "old", {.baseline = true});
  const uint32_t safe = add_variant(agent, "safe");
  AgentRecord& record = state_.agent(agent);
  ChoiceWord choice = ChoiceWord::unpack(record.choice.load());
  choice.safe = safe;
  record.choice.store(choice.pack());
  const uint32_t fresh = add_variant(agent, "new", {.baseline = true});
  EXPECT_TRUE(facts(agent, fresh).baseline);
  EXPECT_EQ(state_.safe_variant(agent), safe);
}

TEST_F(Roster, ARetiredVariantLeavesTheLiveMaskAndComesBack) {
  const uint32_t agent = add_agent("a");
  add_variant(agent, "steady", {.baseline = true});
  const uint32_t v = add_variant(agent, "quick");
  add_variant(agent, "quick", {.retired = true});
  EXPECT_TRUE(facts(agent, v).retired);
  EXPECT_EQ(live(agent), 1U);
  EXPECT_EQ(add_variant(agent, "quick"), v);
  EXPECT_FALSE(facts(agent, v).retired);
  EXPECT_EQ(live(agent), 3U);
}

TEST_F(Roster, AnAgentMayHaveSixtyFourVariantsAndNoMore) {
  const uint32_t agent = add_agent("a");
  for (uint32_t v = 0; v < kMaxVariants; ++v) {
    ASSERT_EQ(add_variant(agent, "v" + std::to_string(v)), v);
  }
  EXPECT_EQ(live(agent), UINT64_MAX);
  uint32_t variant = 0;
  EXPECT_EQ(register_variant(history(), agent, "one more", {}, &variant, problem_), Code::kFull);
  EXPECT_EQ(add_variant(agent, "v63", {.tier = 3}), 63U) << "those that are there can still be changed";
  for (uint32_t v = 0; v < kMaxVariants; ++v) {
    EXPECT_EQ(facts(agent, v).name, "v" + std::to_string(v));
  }
  VariantFacts none;
  EXPECT_FALSE(variant_facts(history(), agent, kMaxVariants, &none));
}

TEST_F(Roster, AgentsDoNotShareRoomForVariants) {
  const uint32_t a = add_agent("a");
  const uint32_t b = add_agent("b");
  for (uint32_t v = 0; v < 20; ++v) {
    add_variant(a, "of-a-" + std::to_string(v));
    add_variant(b, "of-b-" + std::to_string(v));
  }
  for (uint32_t v = 0; v < 20; ++v) {
    EXPECT_EQ(facts(a, v).name, "of-a-" + std::to_string(v));
    EXPECT_EQ(facts(b, v).name, "of-b-" + std::to_string(v));
  }
}

TEST_F(Roster, AVariantOfNoAgentIsRefused) {
  uint32_t variant = 0;
  EXPECT_EQ(register_variant(history(), 7, "v", {}, &variant, problem_), Code::kNotFound);
  VariantFacts none;
  EXPECT_FALSE(variant_facts(history(), 7, 0, &none));
}

TEST(RosterOfASmallState, RefusesVariantsBeyondItsRoomAndKeepsThoseThatAreThere) {
  Capacities capacities = small_capacities();
  capacities.variant_chunks = 1;
  TestState state(capacities);
  const uint32_t agent = state.add_agent("a", kChunkVariants);
  base::Problem problem;
  uint32_t variant = 0;
  EXPECT_EQ(register_variant(state.history(), agent, "ninth", {}, &variant, problem), Code::kFull);
  EXPECT_FALSE(find_variant(state.history(), agent, "ninth"));
  EXPECT_TRUE(find_variant(state.history(), agent, "v7"));
}

TEST_F(Roster, AVariantThatAWriterDiedOverIsCompletedUnderItsNumber) {
  const uint32_t agent = add_agent("a");
  add_variant(agent, "steady", {.baseline = true});
  const uint32_t v = add_variant(agent, "quick");
  AgentRecord& record = state_.agent(agent);
  // Behind the count, before the live bit.
  record.live = 1;
  EXPECT_EQ(add_variant(agent, "quick"), v);
  EXPECT_EQ(live(agent), 3U);
  // Behind the name, before the count.
  ChoiceWord choice = ChoiceWord::unpack(record.choice.load());
  choice.count = 1;
  record.choice = choice.pack();
  record.live = 1;
  EXPECT_FALSE(find_variant(history(), agent, "quick"));
  EXPECT_EQ(add_variant(agent, "other"), v) << "a name that nobody was told gives up its number";
  EXPECT_EQ(facts(agent, v).name, "other");
}

TEST_F(Roster, ADamagedChunkNumberHidesTheVariantsBehindIt) {
  const uint32_t agent = add_agent("a");
  add_variant(agent, "steady");
  state_.agent(agent).chunks[0] = 0xFFFF;
  VariantFacts none;
  EXPECT_FALSE(variant_facts(history(), agent, 0, &none));
  EXPECT_FALSE(find_variant(history(), agent, "steady"));
}

TEST_F(Roster, ADamagedCountOfVariantsLeavesNoRoomForMore) {
  const uint32_t agent = add_agent("a");
  add_variant(agent, "steady");
  ChoiceWord choice = ChoiceWord::unpack(state_.agent(agent).choice.load());
  choice.count = 200;
  state_.agent(agent).choice.store(choice.pack());
  uint32_t variant = 0;
  EXPECT_EQ(register_variant(history(), agent, "next", {}, &variant, problem_), base::Code::kFull);
}

TEST_F(Roster, AVariantsDamagedNameLeadsNowhereOutside) {
  const uint32_t agent = add_agent("a");
  add_variant(agent, "steady");
  state_.variant(agent, 0).name_size.store(kMaxNameBytes + 1ULL);
  EXPECT_EQ(facts(agent, 0).name, "");
  EXPECT_FALSE(find_variant(history(), agent, "steady"));
}

TEST_F(Roster, BlockingTellsWhetherItChangedAnything) {
  AgentRecord& record = state_.agent(add_agent("a"));
  EXPECT_TRUE(set_blocked(record, 63, true));
  EXPECT_FALSE(set_blocked(record, 63, true));
  EXPECT_TRUE(set_blocked(record, 0, true));
  EXPECT_EQ(record.blocked.load(), uint64_t{1} << 63 | 1);
  EXPECT_TRUE(set_blocked(record, 63, false));
  EXPECT_FALSE(set_blocked(record, 63, false));
  EXPECT_EQ(record.blocked.load(), 1U);
}

}  // namespace
}  // namespace remora::store
