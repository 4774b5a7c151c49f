// Rules that tell a task's type by words and file names, and the set that is built in for software work.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"

namespace remora::route {

// Limits of one rule.
inline constexpr size_t kMaxTaskTypeBytes = 96;
inline constexpr size_t kMaxKeywordBytes = 96;
inline constexpr float kMaxRuleWeight = 100.0F;

// "A task that speaks of one of these keywords, or names a file like these, may be of this type." Any number
// of rules may speak for one type; each different keyword and pattern counts once, by the weight of the last
// rule that has it.
struct TaskRule {
  std::string task_type;  // 1 to 96 bytes, no control characters; built-in names are like "bug-fix"
  std::vector<std::string> keywords;  // words or phrases, 1 to 96 bytes each, found as word_reader.hpp says
  std::vector<std::string> file_patterns;  // globs as glob.hpp says
  float weight = 1.0F;  // more than 0, at most 100: what each keyword or pattern found adds
};

// The built-in rules: 18 types of software work. Made anew by each call: they are wanted once, if at all.
std::vector<TaskRule> default_task_rules();

// Their types, in the order in which rules name them first. Constant.
std::span<const std::string_view> default_task_types();

// Checks the name of a task type: 1 to 96 bytes without control characters. Errors: kInvalid.
base::Code check_task_type(const std::string& name, base::Problem& problem);

// Checks what a rule says apart from its globs. `index` is its place in the caller's list, for the problem's
// text. Errors: kInvalid, naming the rule and the value.
base::Code check_task_rule(const TaskRule& rule, size_t index, base::Problem& problem);

}  // namespace remora::route
