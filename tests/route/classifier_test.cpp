#include "route/classifier.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace remora::route {
namespace {

std::unique_ptr<const Classifier> built(const std::vector<TaskRule>& rules,
                                        const ClassifierSettings& settings = {}) {
  const std::span<const TaskRule> lists[] = {rules};
  std::unique_ptr<const Classifier> classifier;
  base::Problem problem;
  EXPECT_TRUE(ok(Classifier::build(lists, settings, &classifier, problem))) << problem.text();
  return classifier;
}

std::string refusal(const std::vector<TaskRule>& rules, base::Code expected,
                    const ClassifierSettings& settings = {}) {
  const std::span<const TaskRule> lists[] = {rules};
  std::unique_ptr<const Classifier> classifier;
  base::Problem problem;
  EXPECT_EQ(Classifier::build(lists, settings, &classifier, problem), expected) << problem.text();
  EXPECT_EQ(classifier, nullptr);
  return problem.text();
}

std::string type_of(const Classifier& classifier, std::string_view text, std::string_view files = {}) {
  return std::string(classifier.type_name(classifier.classify(text, files).rule_type));
}

// Whether a rule with this keyword finds something in the text.
bool finds(const std::string& keyword, std::string_view text) {
  return type_of(*built({{"found", {keyword}, {}, 1.0F}}), text) == "found";
}

// Whether a rule with this file pattern finds something in the names.
bool finds_file(const std::string& pattern, std::string_view files) {
  return type_of(*built({{"found", {}, {pattern}, 1.0F}}), {}, files) == "found";
}

std::string repeated(std::string_view piece, size_t bytes) {
  std::string text;
  while (text.size() < bytes) {
    text += piece;
  }
  return text;
}

TEST(Keywords, AreFoundAsWholeWordsInAnyCase) {
  EXPECT_TRUE(finds("api", "Design an API."));
  EXPECT_TRUE(finds("API", "api"));
  EXPECT_FALSE(finds("api", "a capital idea"));
  EXPECT_FALSE(finds("api", "apix"));
}

TEST(Keywords, OfSeveralWordsAreFoundAcrossSpacesPunctuationAndLines) {
  EXPECT_TRUE(finds("rest api", "a REST\n  API"));
  EXPECT_TRUE(finds("rest api", "rest-api"));
  EXPECT_TRUE(finds("ci/cd", "our ci cd setup"));
  EXPECT_FALSE(finds("rest api", "the rest of the api"));
  EXPECT_FALSE(finds("rest api", "api rest"));
}

TEST(Keywords, MeetInflectionsOnBothSides) {
  EXPECT_TRUE(finds("crash", "it crashes"));
  EXPECT_TRUE(finds("caching", "we cached the caches"));
  EXPECT_TRUE(finds("rest api", "REST APIs"));
  EXPECT_FALSE(finds("test", "contest"));
}

TEST(Keywords, MayHoldPlusHashAndOtherScripts) {
  EXPECT_TRUE(finds("c++", "in C++ please"));
  EXPECT_FALSE(finds("c++", "in C please"));
  EXPECT_TRUE(finds("ошибка", "тут ошибка!"));
  EXPECT_TRUE(finds("修复", "请修复这个"));
}

TEST(Keywords, AreFoundWhereverPiecesOfALongTextMeet) {
  const auto classifier = built({{"found", {"needle in haystack"}, {}, 1.0F}, {"other", {"hay"}, {}, 0.1F}});
  for (size_t before = 1300; before < 1400; ++before) {  // 3 bytes a word fill a piece after 1,365 words
    const std::string text = repeated("hay ", before * 4) + "needle in haystack" + repeated(" hay", 100);
    ASSERT_EQ(type_of(*classifier, text), "found") << before;
  }
}

TEST(Keywords, AreNotFoundInPartsThatStandApart) {
  EXPECT_FALSE(finds("needle in haystack", "needle in a haystack"));
  EXPECT_FALSE(finds("alpha beta", "alpha unknown words between beta"));
}

TEST(FilePatterns, AreMatchedWithNamesOneALine) {
  EXPECT_TRUE(finds_file("*.sql", "a.txt\ndb/b.SQL\nc.md"));
  EXPECT_FALSE(finds_file("*.sql", "a.txt\nsql\n"));
  EXPECT_TRUE(finds_file("**/docs/**", "docs/a.md"));
  EXPECT_TRUE(finds_file("src/*.c", "./src/a.c"));
  EXPECT_TRUE(finds_file("*.sql", "a.sql\r\nb.txt\r\n"));
}

TEST(FilePatterns, TakeBackslashesInNamesForSlashes) {
  EXPECT_TRUE(finds_file("src/**/*.c", "src\\x\\a.c"));
  EXPECT_TRUE(finds_file("a.c", "C:\\work\\a.c"));
}

TEST(FilePatterns, NeverReachFromOneNameIntoTheNext) {
  EXPECT_FALSE(finds_file("a*b", "a\nb"));
  EXPECT_FALSE(finds_file("a?b", "a\nb"));
  EXPECT_FALSE(finds_file("a[!x]b", "a\nb"));
  EXPECT_FALSE(finds_file("x/**/b", "x/a\nb"));
}

TEST(FilePatterns, AreFoundBehindManyOtherNames) {
  EXPECT_TRUE(finds_file("*.sql", repeated("src/some/where/file.txt\n", 20'000) + "last.sql"));
}

TEST(Classifier, AddsWeightsOfDifferentKeywordsAndPatternsOnce) {
  const auto classifier = built({{"a", {"one", "two"}, {"*.x"}, 1.5F}, {"b", {"one"}, {}, 4.0F}});
  std::vector<float> scores(classifier->type_count());
  classifier->scores("one one two", "1.x\n2.x", scores);
  EXPECT_EQ(scores, (std::vector<float>{0.0F, 4.5F, 4.0F}));
}

TEST(Classifier, SaysBestTypeRunnerUpScoresAndConfidence) {
  ClassifierSettings settings;
  settings.half_confidence_score = 2.0F;
  const auto classifier = built({{"low", {"one"}, {}, 1.0F}, {"high", {"one", "two"}, {}, 3.0F}}, settings);
  const Classification result = classifier->classify("one two", "");
  EXPECT_EQ(classifier->type_name(result.rule_type), "high");
  EXPECT_EQ(classifier->type_name(result.runner_up), "low");
  EXPECT_EQ(result.score, 6.0F);
  EXPECT_EQ(result.runner_up_score, 1.0F);
  EXPECT_FLOAT_EQ(result.confidence, 6.0F / 7.0F * 6.0F / 8.0F);
}

TEST(Classifier, HasNoRunnerUpWhenOneTypeAloneScores) {
  const Classification result =
      built({{"a", {"one"}, {}, 1.0F}, {"b", {"two"}, {}, 1.0F}})->classify("one", "");
  EXPECT_EQ(result.runner_up, Classification::kNone);
  EXPECT_EQ(result.runner_up_score, 0.0F);
}

TEST(Classifier, GivesTiesToTheTypeNamedFirst) {
  EXPECT_EQ(type_of(*built({{"z", {"one"}, {}, 1.0F}, {"a", {"one"}, {}, 1.0F}}), "one"), "z");
}

TEST(Classifier, FallsBackWithoutConfidenceWhenNothingOrTooLittleFits) {
  ClassifierSettings settings;
  settings.fallback_type = "misc";
  settings.minimum_score = 2.0F;
  const auto classifier = built({{"a", {"one", "two"}, {}, 1.0F}}, settings);
  for (const char* text : {"", "nothing of it", "one"}) {
    const Classification result = classifier->classify(text, "");
    EXPECT_EQ(classifier->type_name(result.rule_type), "misc") << text;
    EXPECT_EQ(result.confidence, 0.0F);
    EXPECT_EQ(result.runner_up, Classification::kNone);
  }
  EXPECT_EQ(type_of(*classifier, "one two"), "a");
}

TEST(Classifier, MergesRulesOfOneTypeAndLetsTheLastWeightHold) {
  std::vector<TaskRule> rules = default_task_rules();
  const size_t before = built(rules)->type_count();
  rules.push_back({"bug-fix", {"zeitgeber", "crash"}, {}, 50.0F});
  const auto classifier = built(rules);
  EXPECT_EQ(classifier->type_count(), before);
  EXPECT_EQ(classifier->classify("zeitgeber", "").score, 50.0F);
  EXPECT_EQ(classifier->classify("crash", "").score, 50.0F);
}

TEST(Classifier, LetsRulesSpeakForTheFallbackType) {
  const auto classifier = built({{"general", {"chat"}, {}, 1.0F}});
  EXPECT_EQ(classifier->type_count(), 1U);
  EXPECT_GT(classifier->classify("chat", "").confidence, 0.0F);
}

TEST(Classifier, WorksWithoutAnyRule) {
  const auto classifier = built({});
  EXPECT_EQ(classifier->type_count(), 1U);
  EXPECT_EQ(type_of(*classifier, "fix the crash", "a.sql"), "general");
}

TEST(Classifier, ReadsTextAndNamesUpToTheirLimitsOnly) {
  ClassifierSettings settings;
  settings.max_text_bytes = 10;
  settings.max_files_bytes = 10;
  const auto classifier = built({{"a", {"needle"}, {"*.sql", "b.s"}, 1.0F}}, settings);
  EXPECT_EQ(type_of(*classifier, "go, needle"), "a");
  EXPECT_EQ(type_of(*classifier, "hay hay hay needle"), "general");
  EXPECT_EQ(type_of(*classifier, "", "a.txt\nb.sql\n"), "general") << "a name cut in two is not read";
  EXPECT_EQ(type_of(*classifier, "", "b.sql\na.txt\n"), "a");
}

TEST(Classifier, AnswersForAnyBytes) {
  const auto classifier = built(default_task_rules());
  std::string noise;
  uint32_t state = 1;
  for (int i = 0; i < 300'000; ++i) {
    state = state * 1664525U + 1013904223U;
    noise.push_back(static_cast<char>(state >> 24));
  }
  for (const std::string& bytes :
       {noise, std::string(200'000, '\0'), std::string(200'000, '\n'), std::string(200'000, 'a'),
        std::string(200'000, '\xE4'), repeated("/", 9'000), repeated("\\\n", 9'000)}) {
    const Classification result = classifier->classify(bytes, bytes);
    EXPECT_LT(result.rule_type, classifier->type_count());
    EXPECT_GE(result.confidence, 0.0F);
    EXPECT_LE(result.confidence, 1.0F);
  }
}

TEST(Classifier, SkipsNamesBeyondTheLengthOfAnyPath) {
  EXPECT_TRUE(finds_file("*.sql", std::string(4'092, 'a') + ".sql"));
  EXPECT_FALSE(finds_file("*.sql", std::string(4'093, 'a') + ".sql"));
  EXPECT_TRUE(finds_file("*.sql", std::string(9'000, 'a') + ".txt\nb.sql"));
}

TEST(Classifier, LeavesOutScoresWithoutRoomAndClearsRoomWithoutScore) {
  const auto classifier = built({{"a", {"one"}, {}, 1.0F}});
  std::vector<float> scores = {9.0F};
  classifier->scores("one", "", scores);
  EXPECT_EQ(scores, std::vector<float>{0.0F});
  scores.assign(300, 9.0F);
  classifier->scores("one", "", scores);
  EXPECT_EQ(scores[1], 1.0F);
  EXPECT_EQ(scores[2], 0.0F);
}

TEST(BadRules, AreRefusedWithTheirNameAndValue) {
  using base::Code;
  EXPECT_NE(refusal({{"x", {"a"}, {}, 1.0F}, {"y", {}, {"a{b"}, 1.0F}}, Code::kInvalid)
                .find("rule 1 for 'y': file pattern 'a{b': a '{' is not closed"),
            std::string::npos);
  EXPECT_NE(refusal({{"x", {"?"}, {}, 1.0F}}, Code::kInvalid).find("rule 0 for 'x': keyword '?'"),
            std::string::npos);
}

TEST(BadRules, TooManyOfThemAreRefused) {
  using base::Code;
  std::vector<TaskRule> types;
  TaskRule words{"t", {}, {}, 1.0F};
  TaskRule names{"t", {}, {}, 1.0F};
  TaskRule stars{"t", {}, {}, 1.0F};
  TaskRule large{"t", {}, {}, 1.0F};
  types.reserve(kMaxTaskTypes);
  for (size_t i = 0; i <= kMaxPatterns; ++i) {
    const std::string number = std::to_string(i);
    if (i < kMaxTaskTypes) {
      types.push_back({"type-" + number, {"a"}, {}, 1.0F});
    }
    words.keywords.push_back("word" + number);
    names.file_patterns.push_back(number);
    stars.file_patterns.push_back("a*" + number);
    large.file_patterns.push_back(std::string(200, '?') + number);
  }
  EXPECT_NE(refusal(types, Code::kFull).find("'type-255' would be number 257"), std::string::npos);
  EXPECT_NE(refusal({words}, Code::kFull).find("keyword 'word4096' brings more than 4096"),
            std::string::npos);
  EXPECT_NE(refusal({names}, Code::kFull).find("room for 4096 different patterns"), std::string::npos);
  EXPECT_NE(refusal({stars}, Code::kFull).find("more than 128 '*'"), std::string::npos);
  EXPECT_NE(refusal({large}, Code::kFull).find("131072 bytes"), std::string::npos);
}

TEST(BadRules, AsManyAsAllowedAreTaken) {
  TaskRule words{"t", {}, {}, 1.0F};
  TaskRule names{"t", {}, {}, 1.0F};
  for (size_t i = 0; i < kMaxPatterns; ++i) {
    words.keywords.push_back("word" + std::to_string(i));
    names.file_patterns.push_back("*." + std::to_string(i));
  }
  const auto classifier = built({words, names});
  EXPECT_EQ(classifier->classify("word0 word4095", "a.17").score, 3.0F);
}

TEST(BadSettings, AreRefused) {
  using base::Code;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_NE(refusal({}, Code::kInvalid, {.fallback_type = ""}).find("fallback_type"), std::string::npos);
  EXPECT_NE(refusal({}, Code::kInvalid, {.minimum_score = -1.0F}).find("minimum_score is -1"),
            std::string::npos);
  EXPECT_NE(refusal({}, Code::kInvalid, {.minimum_score = nan}).find("minimum_score"), std::string::npos);
  EXPECT_NE(refusal({}, Code::kInvalid, {.half_confidence_score = 0.0F}).find("half_confidence_score is 0"),
            std::string::npos);
}

}  // namespace
}  // namespace remora::route
