#include "route/classifier_source.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "route/built_in.hpp"

namespace remora::route {
namespace {

std::vector<std::string> names_of(const Classifier& classifier) {
  std::vector<std::string> names;
  for (size_t type = 0; type < classifier.type_count(); ++type) {
    names.emplace_back(classifier.type_name(type));
  }
  return names;
}

TEST(ClassifierSource, NamesTheTypesOfTheBuiltInRulesAsTheClassifierDoesThatItMakesLater) {
  for (const char* fallback : {"general", "bug-fix", "observability"}) {
    ClassifierSettings settings;
    settings.fallback_type = fallback;
    const auto source = built_in(settings);
    EXPECT_EQ(source->type_names(), names_of(*classifier_of(*source))) << fallback;
  }
}

TEST(ClassifierSource, MakesOneClassifierAndKeepsIt) {
  const auto source = built_in();
  EXPECT_EQ(classifier_of(*source), classifier_of(*source));
}

TEST(ClassifierSource, OfAHostsRulesRefusesThemAtOnce) {
  const std::vector<TaskRule> rules = {{"a", {}, {}, 1.0F}};
  const std::span<const TaskRule> lists[] = {rules};
  std::unique_ptr<const ClassifierSource> source;
  base::Problem problem;
  EXPECT_EQ(ClassifierSource::from_rules(lists, {}, &source, problem), base::Code::kInvalid);
  EXPECT_EQ(source, nullptr);
}

TEST(ClassifierSource, OfAHostsRulesNamesTheirTypes) {
  const std::vector<TaskRule> rules = {{"a", {"one"}, {}, 1.0F}, {"b", {"two"}, {}, 1.0F}};
  const std::span<const TaskRule> lists[] = {rules};
  std::unique_ptr<const ClassifierSource> source;
  base::Problem problem;
  ASSERT_TRUE(ok(ClassifierSource::from_rules(lists, {}, &source, problem))) << problem.text();
  EXPECT_EQ(source->type_names(), (std::vector<std::string>{"general", "a", "b"}));
  EXPECT_EQ(source->type_names(), names_of(*classifier_of(*source)));
}

TEST(ClassifierSource, RefusesSettingsOutOfRangeBeforeAnyText) {
  ClassifierSettings settings;
  settings.half_confidence_score = 0;
  std::unique_ptr<const ClassifierSource> source;
  base::Problem problem;
  EXPECT_EQ(ClassifierSource::built_in(settings, &source, problem), base::Code::kInvalid);
  EXPECT_NE(std::string(problem.text()).find("half_confidence_score"), std::string::npos);
}

}  // namespace
}  // namespace remora::route
