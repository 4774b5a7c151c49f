#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "route/built_in.hpp"

namespace remora::route {
namespace {

constexpr std::string_view kFiles = "src/a.tsx\nb.sql";

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

TEST(ClassifierThreads, GetTheSameAnswersAsOneAloneFromAClassifierThatTheFirstOfThemMakes) {
  const auto shared = built_in();
  const auto quiet = built_in();
  const Classifier* const alone = classifier_of(*quiet);
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
      const Classifier* const classifier = classifier_of(*shared);
      for (size_t i = 0; i < texts.size(); ++i) {
        const Classification found = classifier->classify(texts[i], kFiles);
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
