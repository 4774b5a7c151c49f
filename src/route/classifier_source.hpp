// Where the classifier in force comes from: made at once from rules of which some are the host's own, for a
// rule that cannot be is refused when it is given; or from the built-in rules alone by the first text, for
// most hosts name the task type and save a millisecond and a megabyte.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "route/classifier.hpp"

namespace remora::route {

// Any number of threads may ask.
class ClassifierSource {
 public:
  // Errors: those of Classifier::build. On failure *out is not touched.
  static base::Code from_rules(std::span<const std::span<const TaskRule>> lists,
                               const ClassifierSettings& settings,
                               std::unique_ptr<const ClassifierSource>* out, base::Problem& problem);

  // Errors: kInvalid, for the settings.
  static base::Code built_in(const ClassifierSettings& settings, std::unique_ptr<const ClassifierSource>* out,
                             base::Problem& problem);

  ~ClassifierSource();
  ClassifierSource(const ClassifierSource&) = delete;
  ClassifierSource& operator=(const ClassifierSource&) = delete;

  // Names of the classifier's types, at their index.
  const std::vector<std::string>& type_names() const { return type_names_; }

  // The classifier, for as long as this object lives. Makes it when this is the first call that wants it;
  // without a lock, for a process may fork meanwhile: of threads that come at the same time all make one, and
  // one stays. Throws std::bad_alloc. Errors: those of Classifier::build, which the built-in rules never
  // meet.
  base::Code get(const Classifier** classifier, base::Problem& problem) const;

 private:
  explicit ClassifierSource(const ClassifierSettings& settings) : settings_(settings) {}

  ClassifierSettings settings_;
  std::vector<std::string> type_names_;
  mutable std::atomic<const Classifier*> classifier_{nullptr};  // owned
};

}  // namespace remora::route
