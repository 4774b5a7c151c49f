#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "route/classifier.hpp"

namespace remora::route {
namespace {

constexpr std::string_view kFiles = "src/a.tsx\nb.sql";

std::unique_ptr<const Classifier> built() {
  const std::span<const TaskRule> lists[] = {default_task_rules()};
  std::unique_ptr<const Classifier> classifier;
  base::Problem problem;
  EXPECT_TRUE(ok(Classifier::build(lists, {}, Classifier::Compile::kAtFirstUse, &classifier, problem)))
      << problem.text();
  return classifier;
}

// Texts that reach into all corners of the automaton, which grows while the threads read.
std::vector<std::string> texts_of_rules() {
  std::vector<std::string> texts;
  for (const TaskRule& rule : default_task_rules()) {
    for (size_t i = 0; i + 2 < rule.keywords.size(); ++i) {
      texts.push_back(rule.keywords[i] + " and " + rule.keywords[i + 1] + ", " + rule.keywords[i + 2]);
    }
  }
  return texts;
}

TEST(ClassifierThreads, GetTheSameAnswersAsOneAlone) {
  const auto shared = built();
  const auto alone = built();
  const std::vector<std::string> texts = texts_of_rules();
  std::vector<Classification> expected;
  expected.reserve(texts.size());
  for (const std::string& text : texts) {
    expected.push_back(alone->classify(text, kFiles));
  }
  std::vector<size_t> different(4);
  std::vector<std::thread> threads;
  threads.reserve(different.size());
  for (size_t& count : different) {
    threads.emplace_back([&] {
      for (size_t i = 0; i < texts.size(); ++i) {
        const Classification found = shared->classify(texts[i], kFiles);
        count += found.rule_type != expected[i].rule_type || found.score != expected[i].score ? 1U : 0U;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(different, std::vector<size_t>(4, 0));
}

}  // namespace
}  // namespace remora::route
