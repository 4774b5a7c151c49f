#include "route/weighted_patterns.hpp"

#include <re2/re2.h>
#include <re2/set.h>

namespace remora::route {
namespace {

using base::Code;
using base::Problem;

// Literal patterns never need more: the automaton has at most a state for each of their bytes.
constexpr int64_t kBaseMemory = int64_t{1} << 20;
constexpr int64_t kMemoryPerByte = 512;

RE2::Options options(WeightedPatterns::Dialect dialect, size_t pattern_bytes) {
  RE2::Options result;
  result.set_encoding(RE2::Options::EncodingLatin1);  // any byte is a character: no text is invalid
  result.set_log_errors(false);                       // RE2 logs to stderr, which is the host's
  result.set_literal(dialect == WeightedPatterns::Dialect::kLiteral);
  result.set_max_mem(kBaseMemory + kMemoryPerByte * static_cast<int64_t>(pattern_bytes));
  return result;
}

// The patterns by their place.
std::vector<const std::string*> in_order(const std::unordered_map<std::string, size_t>& index) {
  std::vector<const std::string*> patterns(index.size());
  for (const auto& [pattern, place] : index) {
    patterns[place] = &pattern;
  }
  return patterns;
}

}  // namespace

struct WeightedPatterns::Automaton {
  explicit Automaton(const RE2::Options& chosen) : set(chosen, RE2::UNANCHORED) {}
  RE2::Set set;
};

WeightedPatterns::WeightedPatterns(Dialect dialect) : dialect_(dialect) {}

WeightedPatterns::~WeightedPatterns() = default;

Code WeightedPatterns::add(const std::string& pattern, uint32_t type, float weight, Problem& problem) {
  const auto [entry, is_new] = index_.try_emplace(pattern, votes_.size());
  if (is_new) {
    pattern_bytes_ += pattern.size();
    if (votes_.size() == kMaxPatterns || pattern_bytes_ > kMaxPatternBytes) {
      return problem.set(
          Code::kFull,
          "there is room for %zu different patterns of one kind, %zu bytes in RE2's form; drop some",
          kMaxPatterns, kMaxPatternBytes);
    }
    votes_.emplace_back();
  }
  std::vector<Vote>& votes = votes_[entry->second];
  for (Vote& vote : votes) {
    if (vote.type == type) {
      vote.weight = weight;
      return Code::kOk;
    }
  }
  votes.push_back({type, weight});
  return Code::kOk;
}

Code WeightedPatterns::compile(Problem& problem) {
  if (votes_.empty()) {
    return Code::kOk;
  }
  auto fresh = std::make_unique<Automaton>(options(dialect_, pattern_bytes_));
  for (const std::string* pattern : in_order(index_)) {
    std::string why;
    if (fresh->set.Add(*pattern, &why) < 0) {
      return problem.set(Code::kInternal, "pattern '%.60s' was refused: %.80s", pattern->c_str(),
                         why.c_str());
    }
  }
  std::vector<int> found;
  RE2::Set::ErrorInfo error{RE2::Set::kNoError};
  const bool compiled = fresh->set.Compile();
  if (compiled) {
    fresh->set.Match(" ", &found, &error);
  }
  if (!compiled || error.kind == RE2::Set::kOutOfMemory) {
    return problem.set(
        Code::kFull, "%zu patterns do not fit into the classifier's memory limit; use fewer or simpler ones",
        votes_.size());
  }
  automaton_ = std::move(fresh);
  index_ = {};
  return Code::kOk;
}

void WeightedPatterns::find(std::string_view text, Hits* hits, std::vector<int>* scratch) const {
  if (automaton_ == nullptr || !automaton_->set.Match({text.data(), text.size()}, scratch)) {
    return;
  }
  for (const int pattern : *scratch) {
    hits->add(static_cast<size_t>(pattern));
  }
}

void WeightedPatterns::add_scores(const Hits& hits, std::span<float> scores) const {
  hits.for_each([&](size_t pattern) {
    for (const Vote& vote : votes_[pattern]) {
      scores[vote.type] += vote.weight;
    }
  });
}

}  // namespace remora::route
