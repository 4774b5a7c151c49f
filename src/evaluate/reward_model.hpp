// What an action is expected to bring in a context, by the log itself: the direct method's model.
#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>

#include "evaluate/log.hpp"

namespace remora::evaluate {

// Mean rewards. For n decisions of mean q in the context, and a mean p of the action in all contexts of the
// pool:
//   (n q + 12 p) / (n + 12)
// An action that was never taken is expected to bring nothing.
class RewardModel {
 public:
  // Throws std::bad_alloc.
  explicit RewardModel(const Log& log);

  double expected(uint64_t context, uint64_t pool, uint32_t action) const;

 private:
  struct Key {
    uint64_t context, pool;
    uint32_t action;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    size_t operator()(const Key& key) const {
      const uint64_t place = (key.pool ^ key.context * 0xFF51AFD7ED558CCDULL) + key.action;
      return std::hash<uint64_t>{}(place * 0x9E3779B97F4A7C15ULL);
    }
  };
  struct Sum {
    double count = 0, reward = 0;
    double mean() const { return count == 0 ? 0 : reward / count; }
  };
  using Sums =
      std::unordered_map<Key, Sum, Hash, std::equal_to<>, base::HeapAllocator<std::pair<const Key, Sum>>>;

  Sums of_context_, of_pool_;
};

}  // namespace remora::evaluate
