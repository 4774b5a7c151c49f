// Every way in which remora.json can be wrong, and what its author is told: line, key, value, and what to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "config/parse.hpp"

namespace remora::config {
namespace {

using base::Code;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Bad {
  const char* name;
  std::string json;
  const char* message;  // part of what is said
  uint32_t line = 1;
};

void PrintTo(const Bad& bad, std::ostream* out) { *out << bad.name; }

class BadConfig : public ::testing::TestWithParam<Bad> {};

TEST_P(BadConfig, IsRefusedWithLineKeyAndReason) {
  Settings settings;
  settings.safety.lookback = 33;
  base::Problem problem;
  EXPECT_EQ(parse(GetParam().json, "remora.json", &settings, problem), Code::kConfig);
  EXPECT_EQ(problem.code(), Code::kConfig);
  EXPECT_THAT(problem.text(), HasSubstr(GetParam().message));
  EXPECT_THAT(problem.text(), StartsWith("remora.json:" + std::to_string(GetParam().line) + ": "));
  EXPECT_EQ(settings.safety.lookback, 33U) << "a refused file changes nothing";
}

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) {
    all += text;
  }
  return all;
}

std::string rule(const std::string& inside) { return R"({"classifier": {"rules": [{)" + inside + "}]}}"; }
std::string stages(const std::string& inside) { return R"({"rollout": {"stages": [)" + inside + "]}}"; }
std::string agents(const std::string& inside) { return R"({"agents": [)" + inside + "]}"; }
std::string groups(const std::string& inside) {
  return R"({"learning": {"transfer": {"groups": [)" + inside + "]}}}";
}
std::string variants(const std::string& inside) {
  return agents(R"({"name": "a", "variants": [)" + inside + "]}");
}

const Bad kNoJson[] = {
    {"Empty", "", "the file is empty; the least is {}"},
    {"BlanksOnly", " \n\t\n ", "the file is empty"},
    {"CommentOnly", "// nothing\n", "the file is empty"},
    {"ByteOrderMarkOnly", "\xEF\xBB\xBF", "the file is empty"},
    {"NoObject", "[]", "the configuration is [...]: must be an object"},
    {"OnlyNumber", "1", "the configuration is 1: must be an object"},
    {"OnlyNull", "null", "the configuration is null: must be an object"},
    {"Unclosed", "{\n\"safety\": {\n", "the file ends within {...}", 3},
    {"UnclosedList", "{\"agents\": [", "the file ends where a value is expected"},
    {"UnclosedListItem", "{\"agents\": [{}", "the file ends within [...]"},
    {"MissingValue", "{\"enabled\":", "the file ends where a value is expected"},
    {"MissingColon", "{\"enabled\" true}", "a colon is expected behind the key"},
    {"MissingComma", "{\"enabled\": true\n\"mode\": \"full\"}", "a comma or } is expected", 2},
    {"MissingCommaInList", "{\"agents\": [{\"name\": \"a\"} {\"name\": \"b\"}]}", "a comma or ] is expected"},
    {"TwoCommas", "{\"enabled\": true,, \"mode\": \"full\"}", "a key in double quotes"},
    {"CommaAlone", "{,}", "a key in double quotes"},
    {"UnquotedKey", "{enabled: true}", "a key in double quotes"},
    {"SingleQuotedKey", "{'enabled': true}", "a key in double quotes"},
    {"SingleQuotedText", "{\"mode\": 'full'}", "a value is expected"},
    {"UnquotedText", "{\"mode\": full}", "a value is expected"},
    {"SecondObject", "{}\n{}", "nothing may follow the closing brace", 2},
    {"TrailingText", "{} x", "nothing may follow the closing brace"},
    {"StraySlash", "{ / }", "stray '/'"},
    {"EndlessComment", "{\n/* so it begins", "has no end", 2},
    {"NulByte", std::string("{\"enabled\":\n \0true}", 19), "the file holds a NUL byte", 2},
    {"NulByteBehindTheEnd", std::string("{}\0", 3), "the file holds a NUL byte"},
    {"Latin1", "{\"agents\":\n[{\"name\": \"gr\xFC\xDF\"}]}", "not UTF-8 text", 2},
    {"CutCharacter", "{} // \xE2\x82", "not UTF-8 text"},
    {"Utf16", std::string("\xFF\xFE{\0}\0", 6), "not UTF-8 text"},
    {"LineBreakInText", "{\"mode\": \"fu\nll\"}", "a string ends with its line"},
    {"ControlCharacterInText", "{\"mode\": \"fu\x01ll\"}", "a control character in a string"},
    {"UnclosedText", "{\"mode\": \"full", "a closing quote is missing"},
    {"UnknownEscape", "{\"mode\": \"\\x41\"}", "unknown escape"},
    {"ShortUnicodeEscape", "{\"mode\": \"\\u12g4\"}", "\\u needs four hexadecimal digits"},
    {"UnpairedSurrogate", agents("{\"name\": \"\\ud800\"}"), "surrogate"},
    {"LeadingZero", "{\"safety\": {\"lookback\": 010}}", "not a JSON number"},
    {"Plus", "{\"safety\": {\"lookback\": +10}}", "a value is expected"},
    {"Hexadecimal", "{\"safety\": {\"lookback\": 0x10}}", "not a JSON number"},
    {"PointAtTheEnd", "{\"learning\": {\"epsilon\": 1.}}", "not a JSON number"},
    {"PointAtTheBeginning", "{\"learning\": {\"epsilon\": .5}}", "a value is expected"},
    {"ExponentWithoutDigits", "{\"learning\": {\"epsilon\": 1e}}", "not a JSON number"},
    {"MinusAlone", "{\"learning\": {\"epsilon\": -}}", "not a JSON number"},
    {"TwoPoints", "{\"learning\": {\"epsilon\": 0.1.2}}", "not a JSON number"},
    {"NaN", "{\"learning\": {\"epsilon\": NaN}}", "a value is expected"},
    {"nan", "{\"learning\": {\"epsilon\": nan}}", "a value is expected"},
    {"Infinity", "{\"learning\": {\"epsilon\": -inf}}", "not a JSON number"},
    {"Formula", "{\"learning\": {\"epsilon\": sin(1)}}", "a value is expected"},
    {"CapitalTrue", "{\"enabled\": True}", "a value is expected"},
    {"DeepObjects", repeated("{\"safety\":", 100'000), "more than 16 levels"},
    {"DeepLists", "{\"agents\": " + repeated("[", 100'000), "more than 16 levels"},
    {"TooManyValues", "{\"agents\": [" + repeated("1,", 250'000) + "1]}", "more than 200000 values"},
};

const Bad kWrongTypes[] = {
    {"UnknownKeyNearOne", "{\"safety\": {\n\"lookbak\": 10}}",
     "unknown key safety.lookbak; did you mean \"lookback\"?", 2},
    {"UnknownKeyFarFromAll", "{\"safety\": {\"colour\": 1}}",
     "unknown key safety.colour; known here: enabled, lookback,"},
    {"UnknownKeyAtTheTop", "{\n\n\"Enabled\": true}", "unknown key Enabled; did you mean \"enabled\"?", 3},
    {"UnknownKeyInAList", agents("{\"name\": \"a\"},\n{\"naem\": \"b\"}"),
     "unknown key agents[1].naem; did you mean \"name\"?", 2},
    {"KeyWithEscapes", "{\"enab\\u006ced\": true}", "unknown key enab\\u006ced"},
    {"EmptyKey", "{\"\": true}", "unknown key"},
    {"VeryLongKey", "{\"" + repeated("k", 5'000) + "\": true}", "unknown key kkkkkkkk"},
    {"FleetKeyInAnOverride", agents("{\"name\": \"a\", \"learning\": {\"learning_rate\": 0.5}}"),
     "unknown key agents[0].learning.learning_rate"},
    {"SchemaKeyBelowTheTop", "{\"safety\": {\"$schema\": \"x\"}}", "unknown key safety.$schema"},
    {"TwiceTheSameKey", "{\"enabled\": true,\n\"enabled\": true}", "field set more than once: enabled", 2},
    {"NumberForBool", "{\"enabled\": 1}", "enabled is 1: must be true or false"},
    {"TextForBool", "{\"enabled\": \"yes\"}", "enabled is \"yes\": must be true or false"},
    {"TrueAsText", "{\"enabled\": \"true\"}", "enabled is \"true\": must be true or false"},
    {"NumberAsText", "{\"learning\": {\"epsilon\": \"0.1\"}}",
     "learning.epsilon is \"0.1\": must be a number"},
    {"BoolForNumber", "{\"learning\": {\"epsilon\": true}}", "learning.epsilon is true: must be a number"},
    {"FractionForWholeNumber", "{\"safety\": {\"lookback\": 10.5}}",
     "safety.lookback is 10.5: must be a whole number"},
    {"ExponentForWholeNumber", "{\"safety\": {\"lookback\": 1e1}}",
     "safety.lookback is 1e1: must be a whole number"},
    {"UnknownMode", "{\"mode\": \"ful\"}", "mode is \"ful\": must be one of \"full\", \"monitor\""},
    {"ModeInCapitals", "{\"mode\": \"FULL\"}", "mode is \"FULL\": must be one of"},
    {"ModeAsNumber", "{\"mode\": 1}", "mode is 1: must be one of"},
    {"TwoModes", "{\"mode\": \"full monitor\"}", "mode is \"full monitor\": must be one of"},
    {"UnknownLevel", "{\"log\": {\"level\": \"verbose\"}}",
     "log.level is \"verbose\": must be one of \"trace\", \"debug\""},
    {"UnknownPolicy", "{\"learning\": {\"policy\": \"greedy\"}}",
     "learning.policy is \"greedy\": must be one of \"epsilon_greedy\""},
    {"UnknownDurability", "{\"state\": {\"durability\": \"ram\"}}",
     "state.durability is \"ram\": must be one of \"disk\", \"memory\""},
    {"ListForObject", "{\"safety\": [true, 10]}", "safety is [...]: must be an object"},
    {"NumberForObject", "{\"safety\": 10}", "safety is 10: must be an object"},
    {"ObjectForList", "{\"agents\": {\"name\": \"a\"}}", "agents is {...}: must be a list"},
    {"NullInAList", "{\"agents\": [null]}", "agents[0] is null: must be an object"},
    {"NumberForName", agents("{\"name\": 7}"), "agents[0].name is 7: must be a text"},
    {"NumberForKeyword", rule("\"task_type\": \"t\", \"keywords\": [\"a\", 3]"),
     "classifier.rules[0].keywords[1] is 3: must be a text"},
    {"LongText", "{\"mode\": \"" + repeated("é", 3'000) + "\"}", "éééé...\": must be one of"},
    {"BeyondSixtyFourBits", "{\"safety\": {\"lookback\":\n99999999999999999999}}",
     "safety.lookback is 99999999999999999999: does not fit into 64 bits", 2},
};

const Bad kOutOfRange[] = {
    {"Lookback", "{\"safety\": {\n\"lookback\": 100}}", "safety.lookback is 100: must be 1 .. 64", 2},
    {"LookbackZero", "{\"safety\": {\"lookback\": 0}}", "safety.lookback is 0: must be 1 .. 64"},
    {"LookbackNegative", "{\"safety\": {\"lookback\": -1}}", "safety.lookback is -1: must be 1 .. 64"},
    {"LookbackLargest", "{\"safety\": {\"lookback\": 9223372036854775807}}",
     "is 9223372036854775807: must be 1 .. 64"},
    {"LearningRateZero", "{\"learning\": {\"learning_rate\": 0}}",
     "learning.learning_rate is 0: must be above 0, at most 1"},
    {"LearningRateTooSmallForAFloat", "{\"learning\": {\"learning_rate\": 1e-60}}",
     "must be above 0, at most 1"},
    {"LearningRateNegative", "{\"learning\": {\"learning_rate\": -0.5}}", "learning.learning_rate is -0.5"},
    {"DiscountOne", "{\"learning\": {\"discount\": 1}}", "learning.discount is 1: must be 0 .. below 1"},
    {"DiscountThatAFloatRoundsToOne", "{\"learning\": {\"discount\": 0.99999999999}}",
     "must be 0 .. below 1"},
    {"Epsilon", "{\"learning\": {\"epsilon\": 1.5}}", "learning.epsilon is 1.5: must be 0 .. 1"},
    {"EpsilonHuge", "{\"learning\": {\"epsilon\": 1e308}}", "learning.epsilon is 1e+308: must be 0 .. 1"},
    {"EpsilonBeyondDouble", "{\"learning\": {\"epsilon\": 1e999}}",
     "learning.epsilon is +Inf: must be 0 .. 1"},
    {"RewardWeight", "{\"learning\": {\"reward\": {\"success\": 11}}}",
     "learning.reward.success is 11: must be -10 .. 10"},
    {"TimeScale", "{\"learning\": {\"reward\": {\"time_scale_seconds\": 0}}}",
     "time_scale_seconds is 0: must be 0.001 .. 2592000"},
    {"CostScale", "{\"learning\": {\"reward\": {\"cost_scale_micros\": 0}}}",
     "cost_scale_micros is 0: must be 1 .."},
    {"ErrorScale", "{\"learning\": {\"reward\": {\"error_scale\": -3}}}",
     "learning.reward.error_scale is -3"},
    {"SuccessRate", "{\"safety\": {\"minimum_success_rate\": 50}}",
     "safety.minimum_success_rate is 50: must be 0 .. 1"},
    {"Confidence", "{\"safety\": {\"confidence\": 1}}", "safety.confidence is 1: must be 0.5 .. 0.9999"},
    {"Probation", "{\"safety\": {\"probation_minutes\": -1}}",
     "safety.probation_minutes is -1: must be 0 .. 525600"},
    {"OverrideOfACategory", "{\"categories\": [{\"name\": \"c\", \"safety\": {\"lookback\": 65}}]}",
     "categories[0].safety.lookback is 65: must be 1 .. 64"},
    {"OverrideOfAnAgent", agents("{\"name\": \"a\",\n\"learning\":\n{\"epsilon\": 2}}"),
     "agents[0].learning.epsilon is 2: must be 0 .. 1", 3},
    {"RollbackSamples", "{\"rollout\": {\"rollback_samples\": 0}}",
     "rollout.rollback_samples is 0: must be 1 .. 1000000"},
    {"SnapshotInterval", "{\"snapshots\": {\"interval_minutes\": 0.5}}",
     "snapshots.interval_minutes is 0.5: must be 1 .. 43200"},
    {"SnapshotsKept", "{\"snapshots\": {\"keep_restore\": 0}}",
     "snapshots.keep_restore is 0: must be 1 .. 10000"},
    {"States", "{\"state\": {\"states\": 63}}", "state.states is 63: must be 64 .. 268435456"},
    {"LedgerSlots", "{\"state\": {\"ledger_slots\": 5000}}",
     "state.ledger_slots is 5000: must be a power of two; the next is 8192"},
    {"LedgerSlotsTooMany", "{\"state\": {\"ledger_slots\": 2097152}}",
     "state.ledger_slots is 2097152: must be 1024 .. 1048576"},
    {"Rollouts", "{\"state\": {\"rollouts\": 256}}", "state.rollouts is 256: must be 1 .. 255"},
    {"SyncInterval", "{\"state\": {\"sync_interval_ms\": 5}}",
     "state.sync_interval_ms is 5: must be 10 .. 3600000"},
    {"SyncIntervalNegative", "{\"state\": {\"sync_interval_ms\": -1}}", "state.sync_interval_ms is -1"},
    {"MinimumScore", "{\"classifier\": {\"minimum_score\": -1}}",
     "classifier.minimum_score is -1: must be 0 .. 1000"},
    {"RuleWeight", rule("\"task_type\": \"t\", \"keywords\": [\"k\"], \"weight\": 0"),
     "classifier.rules[0].weight is 0: must be above 0, at most 100"},
    {"Tier", variants("{\"name\": \"v\", \"tier\": -1}"), "agents[0].variants[0].tier is -1"},
    {"Cost", variants("{\"name\": \"v\", \"cost_micros\": -5}"), "agents[0].variants[0].cost_micros is -5"},
    {"LogBytes", "{\"log\": {\"max_bytes\": 100}}", "log.max_bytes is 100: must be 4096 .. 1073741824"},
    {"LogFiles", "{\"event_log\": {\"files\": 0}}", "event_log.files is 0: must be 1 .. 100"},
};

const Bad kContradictions[] = {
    {"AgentWithoutName", agents("{}"), "agents[0].name is not given: must be a name"},
    {"EmptyName", agents("{\"name\": \"\"}"), "agents[0].name is \"\": must be 1 .. 96 bytes"},
    {"LongName", agents("{\"name\": \"" + repeated("n", 97) + "\"}"), "must be 1 .. 96 bytes"},
    {"NameWithLineBreak", agents("{\"name\": \"a\\nb\"}"),
     "agents[0].name is \"a\\nb\": must be 1 .. 96 bytes without control"},
    {"NameWithNul", agents("{\"name\": \"a\\u0000b\"}"), "agents[0].name is \"a\\u0000b\": must be"},
    {"SameAgentTwice", agents("{\"name\": \"a\"},\n{\"name\": \"b\"},\n{\"name\": \"a\"}"),
     "agents[2].name is \"a\", which is there already", 3},
    {"SameCategoryTwice", "{\"categories\": [{\"name\": \"c\"}, {\"name\": \"c\"}]}",
     "categories[1].name is \"c\", which is there already"},
    {"EmptyCategory", agents("{\"name\": \"a\", \"category\": \"\"}"),
     "agents[0].category is \"\": must be a name"},
    {"CategoryWithControlCharacter", agents("{\"name\": \"a\", \"category\": \"x\\ty\"}"),
     "agents[0].category is \"x\\ty\": must be"},
    {"VariantWithoutName", variants("{\"tier\": 1}"), "agents[0].variants[0].name is not given"},
    {"SameVariantTwice", variants("{\"name\": \"v\"}, {\"name\": \"v\"}"),
     "agents[0].variants[1].name is \"v\", which is there already"},
    {"TwoBaselines",
     variants("{\"name\": \"v\", \"baseline\": true},\n{\"name\": \"w\", \"baseline\": true}"),
     "agents[0].variants[1].baseline is true, but \"v\" is the baseline already", 2},
    {"RetiredBaseline", variants("{\"name\": \"v\", \"baseline\": true, \"retired\": true}"),
     "agents[0].variants[0] is baseline and retired"},
    {"AllRetired", variants("{\"name\": \"v\", \"retired\": true}"), "agents[0].variants are all retired"},
    {"TooManyVariants", variants("{\"name\": \"x\"}" + repeated(",{\"name\": \"x\"}", 64)),
     "an agent has at most 64 variants"},
    {"PriorWithoutValue", variants("{\"name\": \"v\", \"prior\": {}}"),
     "agents[0].variants[0].prior.value is not given"},
    {"PriorTooHeavy", variants("{\"name\": \"v\", \"prior\": {\"value\": 1, \"weight\": 51}}"),
     "agents[0].variants[0].prior.weight is 51"},
    {"GroupOfOne", groups("{\"agents\": [\"a\"]}"),
     "learning.transfer.groups[0].agents names fewer than two agents"},
    {"GroupOfNone", groups("{}"), "learning.transfer.groups[0].agents names fewer than two agents"},
    {"AgentInTwoGroups", groups("{\"agents\": [\"a\", \"b\"]},\n{\"agents\": [\"c\", \"a\"]}"),
     "learning.transfer.groups[1].agents[1] is \"a\", which is in a group already", 2},
    {"AgentOfAGroupWithoutName", groups("{\"agents\": [\"a\", \"\"]}"),
     "learning.transfer.groups[0].agents[1] is \"\": must be"},
    {"ReplayTooMuch", "{\"learning\": {\"replay\": {\"ratio\": 17}}}", "learning.replay.ratio is 17"},
    {"NoStages", stages(""), "rollout.stages is empty: must have 1 .. 8 stages"},
    {"NineStages", stages("{\"mode\": \"full\"}" + repeated(",{\"mode\": \"full\"}", 8)),
     "rollout.stages is too long: must have 1 .. 8"},
    {"StageWithoutMode", stages("{\"share_percent\": 5}"),
     "rollout.stages[0].mode is not given: must be one of \"monitor\""},
    {"CanaryWithoutShare", stages("{\"mode\": \"canary\"}"), "rollout.stages[0].share_percent is not given"},
    {"CanaryOfAll", stages("{\"mode\": \"canary\", \"share_percent\": 100}"),
     "is 100: must be above 0 and below 100"},
    {"CanaryOfNone", stages("{\"mode\": \"canary\", \"share_percent\": 0}"),
     "is 0: must be above 0 and below 100"},
    {"FullOfHalf", stages("{\"mode\": \"full\", \"share_percent\": 50}"),
     "rollout.stages[0].share_percent is 50: must be 100"},
    {"MonitorWithTraffic", stages("{\"mode\": \"monitor\", \"share_percent\": 1}"),
     "rollout.stages[0].share_percent is 1: must be 0"},
    {"ShadowOfNone", stages("{\"mode\": \"shadow\", \"share_percent\": 0}"),
     "rollout.stages[0].share_percent is 0: must be above 0"},
    {"ShareTooFine", stages("{\"mode\": \"canary\", \"share_percent\": 0.001}"),
     "share_percent is too fine: must be a multiple of 0.01"},
    {"ShareTooLarge", stages("{\"mode\": \"canary\", \"share_percent\": 101}"),
     "share_percent is 101: must be 0 .. 100"},
    {"ShrinkingShare",
     stages(
         "{\"mode\": \"canary\", \"share_percent\": 20},\n{\"mode\": \"canary\", \"share_percent\": 12.5}"),
     "rollout.stages[1].share_percent is 12.5: must be at least 20", 2},
    {"ModesGoBack", stages("{\"mode\": \"full\"},\n{\"mode\": \"shadow\"}"),
     "rollout.stages[1].mode goes back", 2},
    {"MarginBeyondDrop", stages("{\"mode\": \"full\", \"margin\": 0.2}"),
     "rollout.stages[0].margin is 0.2: must be below maximum_drop, which is 0.1"},
    {"DropBelowDefaultMargin", stages("{\"mode\": \"full\",\n\"maximum_drop\": 0.01}"),
     "rollout.stages[0].margin is 0.05: must be below maximum_drop, which is 0.01"},
    {"DropZero", stages("{\"mode\": \"full\", \"maximum_drop\": 0}"),
     "rollout.stages[0].maximum_drop is 0: must be above 0, at most 1"},
    {"RuleWithoutType", rule("\"keywords\": [\"k\"]"), "classifier.rules[0].task_type is not given"},
    {"RuleWithoutAnything", rule("\"task_type\": \"t\""), "neither keywords nor file_patterns"},
    {"EmptyKeyword", rule("\"task_type\": \"t\", \"keywords\": [\"\"]"),
     "classifier.rules[0] cannot be used:"},
    {"KeywordWithoutLetters", rule("\"task_type\": \"t\", \"keywords\": [\"!!\"]"),
     "neither letters nor digits"},
    {"TaskTypeWithLineBreak", rule("\"task_type\": \"t\\n\", \"keywords\": [\"k\"]"),
     "classifier.rules[0].task_type is \"t\\n\""},
    {"BadGlob", rule("\"task_type\": \"t\", \"file_patterns\": [\"[a\"]"),
     "classifier.rules[0] cannot be used"},
};

std::string name_of(const ::testing::TestParamInfo<Bad>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(NoJson, BadConfig, ::testing::ValuesIn(kNoJson), name_of);
INSTANTIATE_TEST_SUITE_P(WrongTypes, BadConfig, ::testing::ValuesIn(kWrongTypes), name_of);
INSTANTIATE_TEST_SUITE_P(OutOfRange, BadConfig, ::testing::ValuesIn(kOutOfRange), name_of);
INSTANTIATE_TEST_SUITE_P(Contradictions, BadConfig, ::testing::ValuesIn(kContradictions), name_of);

TEST(BadConfigSize, ATextBeyondTheLimitIsRefusedUnread) {
  Settings settings;
  base::Problem problem;
  const std::string large(kMaxConfigBytes + 1, ' ');
  EXPECT_EQ(parse(large, "remora.json", &settings, problem), Code::kConfig);
  EXPECT_THAT(problem.text(), HasSubstr("4194305 bytes; at most 4194304"));
}

// Nothing that can be done to a good text makes the parser crash or accept half of it.
TEST(BadConfigDamage, EveryCutAndEveryChangedByteIsParsedOrRefused) {
  const std::string good =
      R"({"mode": "full", "agents": [{"name": "a\u00e9", "variants": [{"name": "v", "tier": 1}]}],
    "rollout": {"stages": [{"mode": "canary", "share_percent": 1e1}]}, "safety": {"lookback": 12}} // end)";
  int accepted = 0;
  for (size_t size = 0; size <= good.size(); ++size) {
    Settings settings;
    base::Problem problem;
    const Code code = parse(good.substr(0, size), "remora.json", &settings, problem);
    ASSERT_TRUE(code == Code::kOk || code == Code::kConfig) << size << ": " << problem.text();
    accepted += code == Code::kOk ? 1 : 0;
  }
  EXPECT_EQ(accepted, 7)
      << "whole, or cut behind the last brace: a blank, then a comment of 6 bytes less its first slash";
  for (size_t at = 0; at < good.size(); ++at) {
    for (const char byte :
         {'\0', '\x01', '"', '{', '}', '[', ']', ',', '\\', '0', '-', '\n', '\x80', '\xFF'}) {
      std::string changed = good;
      changed[at] = byte;
      Settings settings;
      base::Problem problem;
      const Code code = parse(changed, "remora.json", &settings, problem);
      ASSERT_TRUE(code == Code::kOk || code == Code::kConfig) << at << ": " << problem.text();
    }
  }
}

}  // namespace
}  // namespace remora::config
