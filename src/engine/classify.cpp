#include "engine/classify.hpp"

#include <algorithm>

#include "store/names.hpp"

namespace remora::engine {

using base::Code;
using base::Problem;

namespace {

uint32_t id_of(const Active& active, uint32_t type) {
  return type < active.classified_ids.size() ? active.classified_ids[type] : 0;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (end != 0) {
      lines.emplace_back(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

Code classify(const Call& call, std::string_view arena, const remora_text& text,
              remora_classification* result, Problem& problem) {
  if (text.flags != 0) {
    return problem.set(Code::kUnsupported, "text.flags has unknown bits %#x", text.flags);
  }
  if (text.text_size > arena.size() || text.files_size > arena.size() - text.text_size) {
    return problem.set(Code::kInvalid,
                       "text_size %llu and files_size %llu: together at most the arena's %zu bytes",
                       static_cast<unsigned long long>(text.text_size),
                       static_cast<unsigned long long>(text.files_size), arena.size());
  }
  const route::Classifier* classifier = nullptr;
  if (const Code code = call.active.classifier->get(&classifier, problem); !ok(code)) {
    return code;
  }
  const route::Classification found =
      classifier->classify(arena.substr(0, text.text_size), arena.substr(text.text_size, text.files_size));
  result->task_type = id_of(call.active, found.rule_type);
  result->confidence = static_cast<double>(found.confidence);
  result->runner_up =
      found.runner_up == route::Classification::kNone ? 0 : id_of(call.active, found.runner_up);
  result->reserved = 0;
  result->score = static_cast<double>(found.score);
  result->runner_up_score = static_cast<double>(found.runner_up_score);
  return Code::kOk;
}

Code read_rule(std::string_view arena, const remora_task_rule& rule, route::TaskRule* out, Problem& problem) {
  if (rule.flags != 0) {
    return problem.set(Code::kUnsupported, "rule.flags has unknown bits %#x", rule.flags);
  }
  const uint64_t wanted = uint64_t{rule.name_size} + rule.keywords_size + rule.patterns_size;
  if (wanted > arena.size() || wanted > (1U << 20)) {
    return problem.set(Code::kInvalid,
                       "name, keywords and patterns take %llu bytes: at most the arena's %zu, and 1 MiB",
                       static_cast<unsigned long long>(wanted), arena.size());
  }
  out->task_type = std::string(arena.substr(0, rule.name_size));
  out->keywords = lines_of(arena.substr(rule.name_size, rule.keywords_size));
  out->file_patterns =
      lines_of(arena.substr(uint64_t{rule.name_size} + rule.keywords_size, rule.patterns_size));
  out->weight = rule.weight == 0 ? 1.0F : static_cast<float>(rule.weight);
  return Code::kOk;
}

}  // namespace remora::engine
