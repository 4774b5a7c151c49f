// Many patterns matched in one linear pass, each of which speaks for one or more task types with a weight.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/status.hpp"

namespace remora::route {

// Most different patterns of one set.
inline constexpr size_t kMaxPatterns = 4096;

// Most bytes of all patterns of one set together. Far beyond, RE2 gives up with a line on stderr, which is
// the host's.
inline constexpr size_t kMaxPatternBytes = size_t{128} * 1024;

// Which patterns of a set were found so far.
class Hits {
 public:
  void add(size_t pattern) { words_[pattern / 64] |= uint64_t{1} << (pattern % 64); }
  // Calls visit(pattern) for each pattern found, once.
  template <typename Visit>
  void for_each(Visit visit) const;

 private:
  std::array<uint64_t, kMaxPatterns / 64> words_{};
};

// Filled by add, then compiled; shared by threads from then on.
class WeightedPatterns {
 public:
  // How patterns are written.
  enum class Dialect { kLiteral, kRegex };

  explicit WeightedPatterns(Dialect dialect);
  ~WeightedPatterns();
  WeightedPatterns(const WeightedPatterns&) = delete;
  WeightedPatterns& operator=(const WeightedPatterns&) = delete;

  // Says that `pattern` speaks for `type`. Repeated for the same two, the last weight holds.
  // Errors: kFull beyond kMaxPatterns or kMaxPatternBytes.
  base::Code add(const std::string& pattern, uint32_t type, float weight, base::Problem& problem);

  // RE2 builds the states of its automaton as texts need them, up to a limit of 1 MiB and 512 bytes for each
  // byte of the patterns, then starts over: results stay the same, and hostile text costs time for new states
  // but no more memory. Nothing can be added any more. Errors: kFull when the automaton does not fit into
  // that limit.
  base::Code compile(base::Problem& problem);

  // Adds the patterns that occur in `text` to `hits`. `scratch` saves allocations between calls.
  void find(std::string_view text, Hits* hits, std::vector<int>* scratch) const;

  // Adds the weight of each hit to scores[type] for each type that it speaks for.
  void add_scores(const Hits& hits, std::span<float> scores) const;

 private:
  struct Automaton;
  struct Vote {
    uint32_t type;
    float weight;
  };

  Dialect dialect_;
  std::unordered_map<std::string, size_t> index_;  // of a pattern in votes_; empty once compiled
  std::unique_ptr<const Automaton> automaton_;     // made by compile, when there are patterns
  std::vector<std::vector<Vote>> votes_;
  size_t pattern_bytes_ = 0;
};

template <typename Visit>
void Hits::for_each(Visit visit) const {
  for (size_t i = 0; i < words_.size(); ++i) {
    for (uint64_t word = words_[i]; word != 0; word &= word - 1) {
      visit(i * 64 + static_cast<size_t>(std::countr_zero(word)));
    }
  }
}

}  // namespace remora::route
