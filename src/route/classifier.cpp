#include "route/classifier.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "route/glob.hpp"
#include "route/word_reader.hpp"

namespace remora::route {
namespace {

using base::Code;
using base::Problem;

// A piece of text in codes, on the stack. The end of each piece is the start of the next, so that a keyword
// across the border is found: none has more words than half its bytes.
constexpr size_t kPieceBytes = 4096;
constexpr size_t kOverlapBytes = (kMaxKeywordBytes + 1) / 2 * kCodeBytes;
constexpr size_t kMaxFileNameBytes = 4096;

// Names of files in the form that translate_glob's expressions are written for, collected on the stack.
class FileBuffer {
 public:
  FileBuffer() { text_[0] = '\n'; }
  bool has_room(size_t name_size) const { return used_ + name_size + 2 <= sizeof text_; }
  void add(std::string_view name) {
    for (const char byte : name) {
      text_[used_++] = byte == '\\' ? '/' : lower_case(byte);
    }
    text_[used_++] = '\n';
  }
  void add_path(std::string_view path) {
    text_[used_++] = '/';
    add(path);
  }
  std::string_view text() const { return {text_, used_}; }
  void clear() { used_ = 1; }

 private:
  char text_[kMaxFileNameBytes + 4];
  size_t used_ = 1;
};

// Cuts file names to the bytes that are read; a name that would be cut in two goes altogether.
std::string_view whole_names(std::string_view files, size_t limit) {
  return files.size() <= limit ? files : files.substr(0, files.rfind('\n', limit) + 1);
}

std::string_view without_leading_dot(std::string_view path) {
  while (path.starts_with("./") || path.starts_with(".\\")) {
    path.remove_prefix(2);
  }
  return path.substr(std::min(path.find_first_not_of("/\\"), path.size()));
}

std::string_view base_name(std::string_view path) {
  path = path.substr(0, path.find_last_not_of("/\\") + 1);
  const size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

Code check_settings(const ClassifierSettings& settings, Problem& problem) {
  if (const Code code = check_task_type(settings.fallback_type, problem); !ok(code)) {
    problem.prefix("fallback_type");
    return code;
  }
  const auto in_range = [](float value, float low, float high) { return value >= low && value <= high; };
  if (!in_range(settings.minimum_score, 0.0F, 1e6F)) {
    return problem.set(Code::kInvalid, "minimum_score is %g; give 0 to 1e6",
                       static_cast<double>(settings.minimum_score));
  }
  if (!in_range(settings.half_confidence_score, 1e-6F, 1e6F)) {
    return problem.set(Code::kInvalid, "half_confidence_score is %g; give 1e-6 to 1e6",
                       static_cast<double>(settings.half_confidence_score));
  }
  return Code::kOk;
}

Classifier::Classifier(const ClassifierSettings& settings)
    : settings_(settings),
      types_{settings.fallback_type},
      keywords_(WeightedPatterns::Dialect::kLiteral),
      base_names_(WeightedPatterns::Dialect::kRegex),
      paths_(WeightedPatterns::Dialect::kRegex) {}

Code Classifier::build(std::span<const std::span<const TaskRule>> lists, const ClassifierSettings& settings,
                       std::unique_ptr<const Classifier>* out, Problem& problem) {
  Code code = check_settings(settings, problem);
  if (!ok(code)) {
    return code;
  }
  std::unique_ptr<Classifier> classifier(new Classifier(settings));
  size_t number = 0;
  for (const std::span<const TaskRule> rules : lists) {
    for (const TaskRule& rule : rules) {
      code = check_task_rule(rule, number, problem);
      if (ok(code)) {
        code = classifier->add_rule(rule, number, problem);
      }
      if (!ok(code)) {
        return code;
      }
      ++number;
    }
  }
  for (WeightedPatterns* patterns : {&classifier->keywords_, &classifier->base_names_, &classifier->paths_}) {
    code = ok(code) ? patterns->compile(problem) : code;
  }
  if (!ok(code)) {
    return code;
  }
  *out = std::move(classifier);
  return Code::kOk;
}

Code Classifier::find_or_add_type(const std::string& name, uint32_t* type, Problem& problem) {
  const auto found = std::find(types_.begin(), types_.end(), name);
  *type = static_cast<uint32_t>(found - types_.begin());
  if (found != types_.end()) {
    return Code::kOk;
  }
  if (types_.size() == kMaxTaskTypes) {
    return problem.set(Code::kFull, "task type '%.60s' would be number %zu; there is room for %zu",
                       name.c_str(), types_.size() + 1, kMaxTaskTypes);
  }
  types_.push_back(name);
  return Code::kOk;
}

Code Classifier::add_keyword(const std::string& keyword, uint32_t type, float weight, Problem& problem) {
  std::string codes;
  if (!vocabulary_.add_keyword(keyword, &codes)) {
    return problem.set(Code::kFull,
                       "keyword '%.60s' brings more than %zu different words; merge or drop some",
                       keyword.c_str(), kMaxWords);
  }
  return keywords_.add(codes, type, weight, problem);
}

Code Classifier::add_file_pattern(const std::string& pattern, uint32_t type, float weight, Problem& problem) {
  GlobRegex glob;
  const Code code = translate_glob(pattern, &glob, problem);
  if (!ok(code)) {
    return code;
  }
  WeightedPatterns& patterns = glob.whole_path ? paths_ : base_names_;
  stars_ += glob.stars;
  if (stars_ > kMaxInnerStars) {
    return problem.set(Code::kFull,
                       "file pattern '%.60s' brings more than %zu '*' inside of patterns; use fewer there",
                       pattern.c_str(), kMaxInnerStars);
  }
  return patterns.add(glob.regex, type, weight, problem);
}

Code Classifier::add_rule(const TaskRule& rule, size_t index, Problem& problem) {
  uint32_t type = 0;
  Code code = find_or_add_type(rule.task_type, &type, problem);
  for (size_t i = 0; ok(code) && i < rule.keywords.size(); ++i) {
    code = add_keyword(rule.keywords[i], type, rule.weight, problem);
  }
  for (size_t i = 0; ok(code) && i < rule.file_patterns.size(); ++i) {
    code = add_file_pattern(rule.file_patterns[i], type, rule.weight, problem);
  }
  if (!ok(code)) {
    problem.prefix("rule %zu for '%.60s'", index, rule.task_type.c_str());
  }
  return code;
}

void Classifier::score_text(std::string_view text, std::span<float> scores) const {
  char piece[kPieceBytes];
  size_t used = 0;
  Hits hits;
  std::vector<int> scratch;
  char word[kMaxWordBytes];
  WordReader reader(text.substr(0, settings_.max_text_bytes));
  while (const size_t size = reader.next(word)) {
    used = vocabulary_.encode({word, size}, piece, used);
    if (used + kCodeBytes > sizeof piece) {
      keywords_.find({piece, used}, &hits, &scratch);
      std::memmove(piece, piece + used - kOverlapBytes, kOverlapBytes);
      used = kOverlapBytes;
    }
  }
  keywords_.find({piece, used}, &hits, &scratch);
  keywords_.add_scores(hits, scores);
}

void Classifier::score_files(std::string_view files, std::span<float> scores) const {
  FileBuffer paths;
  FileBuffer base_names;
  Hits path_hits;
  Hits base_name_hits;
  std::vector<int> scratch;
  const auto flush = [&] {
    paths_.find(paths.text(), &path_hits, &scratch);
    base_names_.find(base_names.text(), &base_name_hits, &scratch);
    paths.clear();
    base_names.clear();
  };
  files = whole_names(files, settings_.max_files_bytes);
  while (!files.empty()) {
    const std::string_view line = files.substr(0, files.find('\n'));
    files.remove_prefix(std::min(files.size(), line.size() + 1));
    const std::string_view path =
        without_leading_dot(line.substr(0, line.size() - (line.ends_with('\r') ? 1 : 0)));
    if (path.empty() || path.size() > kMaxFileNameBytes) {
      continue;
    }
    if (!paths.has_room(path.size())) {
      flush();
    }
    paths.add_path(path);
    base_names.add(base_name(path));
  }
  flush();
  paths_.add_scores(path_hits, scores);
  base_names_.add_scores(base_name_hits, scores);
}

void Classifier::scores(std::string_view text, std::string_view files, std::span<float> out) const {
  std::array<float, kMaxTaskTypes> all{};
  score_text(text, all);
  score_files(files, all);
  std::copy_n(all.begin(), std::min(out.size(), all.size()), out.begin());
}

Classification Classifier::classify(std::string_view text, std::string_view files) const {
  std::array<float, kMaxTaskTypes> scored;
  scores(text, files, scored);
  Classification result;
  for (uint32_t type = 0; type < types_.size(); ++type) {
    if (scored[type] > result.score) {
      result.runner_up = result.score > 0.0F ? result.rule_type : Classification::kNone;
      result.runner_up_score = result.score;
      result.rule_type = type;
      result.score = scored[type];
    } else if (scored[type] > result.runner_up_score) {
      result.runner_up = type;
      result.runner_up_score = scored[type];
    }
  }
  if (result.score <= 0.0F || result.score < settings_.minimum_score) {
    return {};
  }
  const float lead = result.score / (result.score + result.runner_up_score);
  result.confidence = lead * result.score / (result.score + settings_.half_confidence_score);
  return result;
}

}  // namespace remora::route
