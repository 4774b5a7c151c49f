// docs/configuration.md and the schema say the same: every key is described, and the defaults are the real
// ones.
#include <flatbuffers/idl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "config/parse.hpp"
#include "config_schema_text.hpp"
#include "support/status.hpp"

namespace remora::config {
namespace {

using ::testing::HasSubstr;

std::string documentation() {
  std::ifstream file(std::string(REMORA_SOURCE_FOLDER) + "/docs/configuration.md");
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The JSON block behind a mark.
std::string block(const std::string& mark) {
  const std::string text = documentation();
  const size_t begin = text.find("```json\n", text.find("<!-- test: " + mark + " -->"));
  const size_t end = text.find("\n```", begin);
  EXPECT_NE(end, std::string::npos) << mark;
  return text.substr(begin + 8, end - begin - 8);
}

Settings parsed(const std::string& json) {
  Settings settings;
  base::Problem problem;
  EXPECT_TRUE(test::is_ok(parse(json, "docs/configuration.md", &settings, problem), problem));
  return settings;
}

template <typename... Values>
void add(std::ostream& out, const char* name, const Values&... values) {
  out << name << ':';
  ((out << ' ' << +values), ...);
  out << '\n';
}

// All that settings hold but for the lists.
std::string described(const Settings& s) {
  std::ostringstream out;
  add(out, "control", s.control.enabled, s.control.learning, s.control.monitor);
  const learn::RewardWeights& r = s.learning.reward;
  add(out, "learning", static_cast<int>(s.learning.policy), s.learning.learning_rate, s.learning.discount,
      s.learning.epsilon, s.learning.ucb_width, s.learning.spread, s.learning.temperature, s.learning.memory,
      static_cast<int>(s.learning.target));
  const learn::Alarm& a = s.learning.alarm;
  add(out, "alarm", a.enabled, a.rules.tolerance, a.rules.threshold, a.rules.minimum_count, a.keep);
  add(out, "cascade", s.learning.cascade.enabled, s.learning.cascade.exclude_tried,
      s.learning.cascade.discount);
  add(out, "deadline", s.learning.deadline.after_ns, static_cast<int>(s.learning.deadline.counts_as));
  add(out, "join", static_cast<int>(s.learning.join), s.learning.join_window_ns);
  const learn::Pooling& p = s.learning.pooling;
  add(out, "pooling", p.enabled, p.weight, p.prior, p.prior_weight, p.category_weight, p.fleet_weight);
  const learn::Schedule& e = s.learning.schedule;
  add(out, "schedule", static_cast<int>(e.kind), e.minimum, e.decay, e.step_outcomes, e.reward_threshold,
      e.reward_increment, e.epsilon_decrement);
  add(out, "reward", r.success, r.quality, r.time, r.error, r.cost, r.time_scale_ns, r.cost_scale_micros,
      r.error_scale, r.tokens, r.tokens_scale);
  const learn::Replay& again = s.learning.replay;
  add(out, "replay", again.ratio, again.prioritized, again.batch, again.pool, again.alpha, again.beta);
  const learn::Transfer& t = s.learning.transfer;
  add(out, "transfer", t.minimum_outcomes, t.confidence, t.weight, s.transfer_groups.size());
  const guard::Settings& g = s.safety;
  add(out, "safety", g.enabled, g.lookback, g.minimum_success_rate, g.require_interval, g.confidence,
      g.block_on_critical_error, g.block_on_safety_violation, g.probation_ns);
  add(out, "rollout", s.rollout.automatic, s.rollout.rollback_samples, s.rollout.confidence,
      s.rollout.one_unit_may_advance, s.rollout.stage_count);
  for (uint32_t i = 0; i < s.rollout.stage_count; ++i) {
    const store::StagePlan& stage = s.rollout.stages[i];
    add(out, "stage", stage.mode, stage.share_basis_points, stage.minimum_samples, stage.minimum_ns,
        stage.margin, stage.maximum_drop);
  }
  const snapshot::Settings& n = s.snapshots;
  add(out, "snapshots", n.interval_ns, n.keep_hourly, n.keep_daily, n.keep_manual, n.keep_stage,
      n.keep_restore);
  const store::Capacities& c = s.state.capacities;
  add(out, "state", c.states, c.ledger_slots, c.names, c.contexts, c.agents, c.variant_chunks, c.rollouts,
      c.events, c.lanes, c.lane_slots, s.state.memory_backed, s.state.sync_interval_ns);
  add(out, "classifier", s.classifier.use_default_rules, s.classifier.settings.minimum_score,
      s.classifier.rules.size());
  add(out, "lists", s.categories.size(), s.agents.size());
  const FileSettings& f = s.log.file;
  add(out, "log", static_cast<int>(s.log.level), f.enabled, f.max_bytes, f.files);
  add(out, "event_log", s.event_log.enabled, s.event_log.max_bytes, s.event_log.files);
  return out.str();
}

TEST(ConfigurationDocument, TheDefaultsItShowsAreTheDefaults) {
  EXPECT_EQ(described(parsed(block("the defaults"))), described(Settings()));
}

TEST(ConfigurationDocument, TheExampleIsGoodAndDoesWhatItSays) {
  const Settings settings = parsed(block("an example"));
  ASSERT_EQ(settings.agents.size(), 2U);
  EXPECT_TRUE(settings.agents[0].variants[1].properties.baseline);
  EXPECT_EQ(settings_of(settings, "testing", "test-generator").learning.reward.quality, 1.0F);
  EXPECT_EQ(settings_of(settings, "security", "security-scanner").safety.minimum_success_rate, 0.8F);
  EXPECT_TRUE(settings.log.file.enabled);
}

// Keys of a table as the document writes them: "safety.lookback", "agents[].variants[].name".
void list_keys(const flatbuffers::StructDef& table, const std::string& prefix,
               std::vector<std::string>* keys) {
  for (const flatbuffers::FieldDef* field : table.fields.vec) {
    const flatbuffers::Type& type = field->value.type;
    const std::string key = prefix + field->name;
    const bool list = type.base_type == flatbuffers::BASE_TYPE_VECTOR;
    if (type.struct_def == nullptr) {
      keys->push_back(key);
    } else {
      list_keys(*type.struct_def, key + (list ? "[]." : "."), keys);
    }
  }
}

TEST(ConfigurationDocument, EveryKeyOfTheSchemaIsDescribed) {
  flatbuffers::Parser parser;
  ASSERT_TRUE(parser.Parse(kConfigSchemaText.data())) << parser.error_;
  std::vector<std::string> keys;
  list_keys(*parser.root_struct_def_, "", &keys);
  EXPECT_GT(keys.size(), 60U);
  const std::string text = documentation();
  for (const std::string& key : keys) {
    std::string described_as = key;
    for (const char* shared : {"].learning.", "].safety."}) {  // overrides are described as a whole
      const size_t at = key.find(shared);
      if (at != std::string::npos) {
        described_as = key.substr(0, at + std::string(shared).size() - 1);
      }
    }
    EXPECT_THAT(text, HasSubstr("`" + described_as + "`"));
  }
}

TEST(ConfigurationDocument, TheErrorsItQuotesAreTheErrorsThatAreGiven) {
  Settings settings;
  base::Problem problem;
  parse(std::string(11, '\n') + R"({"safety": {"lookback": 100}})", "remora.json", &settings, problem);
  EXPECT_THAT(documentation(), HasSubstr(problem.text()));
  parse("\n\n{\"safety\": {\"lookbak\": 10}}", "remora.json", &settings, problem);
  EXPECT_THAT(documentation(), HasSubstr(problem.text()));
}

}  // namespace
}  // namespace remora::config
