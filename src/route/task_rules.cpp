#include "route/task_rules.hpp"

#include "route/word_reader.hpp"

namespace remora::route {
namespace {

using base::Code;
using base::Problem;

// Quotes at most so many bytes of a name or keyword.
int shown(const std::string& text) { return static_cast<int>(text.size() < 60 ? text.size() : 60); }

bool has_control_character(const std::string& text) {
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if (value < 0x20 || value == 0x7F) {
      return true;
    }
  }
  return false;
}

Code check_keyword(const std::string& keyword, Problem& problem) {
  if (keyword.empty() || keyword.size() > kMaxKeywordBytes) {
    return problem.set(Code::kInvalid, "keyword '%.*s' has %zu bytes; give 1 to %zu", shown(keyword),
                       keyword.c_str(), keyword.size(), kMaxKeywordBytes);
  }
  char word[kMaxWordBytes];
  if (WordReader(keyword).next(word) == 0) {
    return problem.set(Code::kInvalid, "keyword '%.*s' has neither letters nor digits", shown(keyword),
                       keyword.c_str());
  }
  return Code::kOk;
}

Code check_parts(const TaskRule& rule, Problem& problem) {
  if (const Code code = check_task_type(rule.task_type, problem); !ok(code)) {
    return code;
  }
  if (!(rule.weight > 0.0F && rule.weight <= kMaxRuleWeight)) {
    return problem.set(Code::kInvalid, "weight is %g; give more than 0 and at most %g",
                       static_cast<double>(rule.weight), static_cast<double>(kMaxRuleWeight));
  }
  if (rule.keywords.empty() && rule.file_patterns.empty()) {
    return problem.set(Code::kInvalid, "it has neither keywords nor file_patterns; give at least one");
  }
  for (const std::string& keyword : rule.keywords) {
    if (const Code code = check_keyword(keyword, problem); !ok(code)) {
      return code;
    }
  }
  return Code::kOk;
}

}  // namespace

Code check_task_type(const std::string& name, Problem& problem) {
  if (name.empty() || name.size() > kMaxTaskTypeBytes || has_control_character(name)) {
    return problem.set(Code::kInvalid,
                       "task_type '%.*s' has %zu bytes; give 1 to %zu, without control characters",
                       shown(name), name.c_str(), name.size(), kMaxTaskTypeBytes);
  }
  return Code::kOk;
}

Code check_task_rule(const TaskRule& rule, size_t index, Problem& problem) {
  const Code code = check_parts(rule, problem);
  if (!ok(code)) {
    problem.prefix("rule %zu for '%.*s'", index, shown(rule.task_type), rule.task_type.c_str());
  }
  return code;
}

}  // namespace remora::route
