#include "learn/join.hpp"

#include <algorithm>

#include "learn/reward.hpp"

namespace remora::learn {

float join(Join rule, float joined, uint32_t count, float reward) {
  switch (rule) {
    case Join::kLast:
      return reward;
    case Join::kSum:
      return std::clamp(joined + reward, kLowestReward, kHighestReward);
    case Join::kMean:
      return joined + (reward - joined) / (static_cast<float>(count) + 1.0F);
    case Join::kMinimum:
      return std::min(joined, reward);
    case Join::kMaximum:
      return std::max(joined, reward);
    case Join::kFirst:
      break;
  }
  return joined;
}

}  // namespace remora::learn
