// Finds the type of a task from its text and the names of its files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"
#include "route/task_rules.hpp"
#include "route/vocabulary.hpp"
#include "route/weighted_patterns.hpp"

namespace remora::route {

// Most task types of one classifier, the fallback included.
inline constexpr size_t kMaxTaskTypes = 256;

// Most '*' that the file patterns of one classifier may hold other than at their ends ("*.sql" and "docs/**"
// hold none). Each may be in the middle of a match at the same time, so they, not the patterns, decide what
// hostile names can cost.
inline constexpr size_t kMaxInnerStars = 128;

struct ClassifierSettings {
  // The type of a task that no rule fits.
  std::string fallback_type = "general";
  // A best score below this is taken for chance. At least 0.
  float minimum_score = 0.5F;
  // The score at which confidence reaches one half of what the lead over the runner-up allows. More than 0.
  float half_confidence_score = 1.0F;
  // Bytes of text and of file names that are read; what stands behind is ignored. They bound the time of one
  // call.
  uint32_t max_text_bytes = 64 * 1024;
  uint32_t max_files_bytes = 32 * 1024;
};

// Errors: kInvalid, naming the value that is out of range.
base::Code check_settings(const ClassifierSettings& settings, base::Problem& problem);

struct Classification {
  static constexpr uint32_t kNone = UINT32_MAX;

  uint32_t rule_type = 0;      // index for Classifier::type_name; 0 is the fallback type
  uint32_t runner_up = kNone;  // the second best type, or kNone when no other scored
  float score = 0.0F;          // weighted sum behind rule_type
  float runner_up_score = 0.0F;
  // 0 (the fallback type: nothing is known) to 1:
  //   score / (score + runner_up_score)  x  score / (score + half_confidence_score)
  // The first factor is the lead over the runner-up, the second is little evidence's discount. Not a
  // probability.
  float confidence = 0.0F;
};

// All keywords form one automaton and all file patterns one for base names and one for paths. A text goes
// through them once, so the time is linear in its bytes whatever it holds. The rules never change once built:
// any number of threads may ask.
class Classifier {
 public:
  // Later rules, of later lists, add to earlier ones of the same type. Type 0 is settings.fallback_type, the
  // others follow in the order in which rules name them first. On failure *out is not touched. Errors:
  // kInvalid (which rule, which value), kFull (too many types or patterns).
  static base::Code build(std::span<const std::span<const TaskRule>> lists,
                          const ClassifierSettings& settings, std::unique_ptr<const Classifier>* out,
                          base::Problem& problem);

  size_t type_count() const { return types_.size(); }
  std::string_view type_name(size_t type) const { return types_[type]; }

  // text: anything. files: names separated by line feeds, folders by '/' or '\'; names longer than 4,096
  // bytes are skipped. The best score wins, of equal ones the type named first. Allocates only inside RE2, a
  // bounded amount.
  Classification classify(std::string_view text, std::string_view files) const;

  // For explaining: out[type] becomes the score of each type. `out` should have room for type_count() of
  // them; what has none is left out, and what is beyond becomes 0.
  void scores(std::string_view text, std::string_view files, std::span<float> out) const;

 private:
  explicit Classifier(const ClassifierSettings& settings);

  base::Code add_rule(const TaskRule& rule, size_t index, base::Problem& problem);
  base::Code add_keyword(const std::string& keyword, uint32_t type, float weight, base::Problem& problem);
  base::Code add_file_pattern(const std::string& pattern, uint32_t type, float weight,
                              base::Problem& problem);
  base::Code find_or_add_type(const std::string& name, uint32_t* type, base::Problem& problem);
  void score_text(std::string_view text, std::span<float> scores) const;
  void score_files(std::string_view files, std::span<float> scores) const;

  ClassifierSettings settings_;
  std::vector<std::string> types_;
  Vocabulary vocabulary_;
  WeightedPatterns keywords_;
  WeightedPatterns base_names_;
  WeightedPatterns paths_;
  size_t stars_ = 0;  // inside of all file patterns
};

}  // namespace remora::route
