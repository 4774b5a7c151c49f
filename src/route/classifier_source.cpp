#include "route/classifier_source.hpp"

#include <utility>

namespace remora::route {

using base::Code;
using base::Problem;

Code ClassifierSource::from_rules(std::span<const std::span<const TaskRule>> lists,
                                  const ClassifierSettings& settings,
                                  std::unique_ptr<const ClassifierSource>* out, Problem& problem) {
  std::unique_ptr<const Classifier> classifier;
  if (const Code code = Classifier::build(lists, settings, &classifier, problem); !ok(code)) {
    return code;
  }
  std::unique_ptr<ClassifierSource> source(new ClassifierSource(settings));
  for (size_t type = 0; type < classifier->type_count(); ++type) {
    source->type_names_.emplace_back(classifier->type_name(type));
  }
  // Relaxed: nobody else knows of the source yet.
  source->classifier_.store(classifier.release(), std::memory_order_relaxed);
  *out = std::move(source);
  return Code::kOk;
}

Code ClassifierSource::built_in(const ClassifierSettings& settings,
                                std::unique_ptr<const ClassifierSource>* out, Problem& problem) {
  if (const Code code = check_settings(settings, problem); !ok(code)) {
    return code;
  }
  std::unique_ptr<ClassifierSource> source(new ClassifierSource(settings));
  source->type_names_.push_back(settings.fallback_type);
  for (const std::string_view type : default_task_types()) {
    if (type != settings.fallback_type) {
      source->type_names_.emplace_back(type);
    }
  }
  *out = std::move(source);
  return Code::kOk;
}

ClassifierSource::~ClassifierSource() { delete classifier_.load(std::memory_order_acquire); }

Code ClassifierSource::get(const Classifier** classifier, Problem& problem) const {
  // Acquire pairs with the release below: who sees the classifier sees it whole.
  *classifier = classifier_.load(std::memory_order_acquire);
  if (*classifier != nullptr) [[likely]] {
    return Code::kOk;
  }
  const std::vector<TaskRule> rules = default_task_rules();
  const std::span<const TaskRule> lists[] = {rules};
  std::unique_ptr<const Classifier> made;
  if (const Code code = Classifier::build(lists, settings_, &made, problem); !ok(code)) {
    return code;
  }
  if (classifier_.compare_exchange_strong(*classifier, made.get(), std::memory_order_acq_rel,
                                          std::memory_order_acquire)) {
    *classifier = made.release();
  }
  return Code::kOk;
}

}  // namespace remora::route
