#include "route/task_rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>

#include "route/glob.hpp"
#include "route/vocabulary.hpp"

namespace remora::route {
namespace {

std::string refusal(const TaskRule& rule) {
  base::Problem problem;
  EXPECT_EQ(check_task_rule(rule, 7, problem), base::Code::kInvalid);
  return problem.text();
}

TEST(TaskRule, IsAcceptedAtItsLimits) {
  base::Problem problem;
  const std::string longest(kMaxKeywordBytes, 'k');
  EXPECT_TRUE(ok(check_task_rule({std::string(kMaxTaskTypeBytes, 't'), {longest, "c++"}, {}, kMaxRuleWeight},
                                 0, problem)));
  EXPECT_TRUE(ok(check_task_rule({"t", {}, {"*.sql"}, 1e-6F}, 0, problem)));
}

TEST(TaskRule, NamesTheRuleAndTheValueThatIsWrong) {
  EXPECT_NE(refusal({"", {"a"}, {}, 1.0F}).find("task_type '' has 0 bytes"), std::string::npos);
  EXPECT_NE(refusal({std::string(97, 't'), {"a"}, {}, 1.0F}).find("97 bytes"), std::string::npos);
  EXPECT_NE(refusal({"a\nb", {"a"}, {}, 1.0F}).find("control characters"), std::string::npos);
  EXPECT_NE(refusal({"x", {}, {}, 1.0F}).find("neither keywords nor file_patterns"), std::string::npos);
  EXPECT_NE(refusal({"x", {""}, {}, 1.0F}).find("keyword '' has 0 bytes"), std::string::npos);
  EXPECT_NE(refusal({"x", {"ok", "!!"}, {}, 1.0F}).find("keyword '!!' has neither letters nor digits"),
            std::string::npos);
  EXPECT_NE(refusal({"x", {std::string(97, 'k')}, {}, 1.0F}).find("97 bytes"), std::string::npos);
  EXPECT_EQ(refusal({"my-type", {}, {}, 1.0F}).rfind("rule 7 for 'my-type': ", 0), 0U);
}

TEST(TaskRule, RefusesWeightsThatAreNoPositiveNumberUpToOneHundred) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  for (const float weight : {0.0F, -1.0F, 100.5F, nan, infinity}) {
    EXPECT_NE(refusal({"x", {"a"}, {}, weight}).find("weight is "), std::string::npos) << weight;
  }
}

TEST(DefaultTaskRules, HoldEighteenTypesInLowerCaseWithHyphens) {
  std::set<std::string> types;
  for (const TaskRule& rule : default_task_rules()) {
    types.insert(rule.task_type);
    EXPECT_EQ(rule.task_type.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string::npos)
        << rule.task_type;
  }
  EXPECT_EQ(types.size(), 18U);
}

TEST(DefaultTaskRules, AreAllValid) {
  for (const TaskRule& rule : default_task_rules()) {
    base::Problem problem;
    EXPECT_TRUE(ok(check_task_rule(rule, 0, problem))) << problem.text();
    for (const std::string& pattern : rule.file_patterns) {
      GlobRegex glob;
      EXPECT_TRUE(ok(translate_glob(pattern, &glob, problem))) << problem.text();
    }
  }
}

TEST(DefaultTaskRules, NameNoKeywordTwiceForOneTypeNotEvenInAnotherForm) {
  Vocabulary vocabulary;
  std::map<std::string, std::string> seen;
  for (const TaskRule& rule : default_task_rules()) {
    for (const std::string& keyword : rule.keywords) {
      std::string codes;
      ASSERT_TRUE(vocabulary.add_keyword(keyword, &codes));
      const auto [earlier, is_new] = seen.try_emplace(rule.task_type + codes, keyword);
      EXPECT_TRUE(is_new) << rule.task_type << ": '" << keyword << "' is '" << earlier->second << "'";
    }
  }
}

}  // namespace
}  // namespace remora::route
