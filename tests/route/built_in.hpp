// The classifier of the built-in rules, as an engine has it.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "route/classifier_source.hpp"

namespace remora::route {

inline std::unique_ptr<const ClassifierSource> built_in(const ClassifierSettings& settings = {}) {
  std::unique_ptr<const ClassifierSource> source;
  base::Problem problem;
  EXPECT_TRUE(ok(ClassifierSource::built_in(settings, &source, problem))) << problem.text();
  return source;
}

inline const Classifier* classifier_of(const ClassifierSource& source) {
  const Classifier* classifier = nullptr;
  base::Problem problem;
  EXPECT_TRUE(ok(source.get(&classifier, problem))) << problem.text();
  return classifier;
}

}  // namespace remora::route
