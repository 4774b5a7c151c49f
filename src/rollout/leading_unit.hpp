// The unit that an arm owes the most to, so that none alone can fill it.
#pragma once

#include <algorithm>
#include <cstdint>

#include "store/layout.hpp"

namespace remora::rollout {

// Bits of Gate::unit that tell units apart.
inline constexpr uint32_t kUnitMask = (1U << 28) - 1;

// One word beside an arm's: the majority vote of R. S. Boyer and J. S. Moore, "MJRTY: a fast majority vote
// algorithm" (1981). Each outcome of the leading unit is a vote for it, each other one a vote against it, and
// who leads without votes left is followed by the next unit that comes. So `votes` is never more than the
// leading unit's outcomes, and never less than any unit's outcomes less those of all others.
struct LeadingUnit {
  uint32_t epoch = 0, unit = 0, votes = 0;

  uint64_t pack() const {
    return static_cast<uint64_t>(epoch & 0xFF) << 56 | static_cast<uint64_t>(unit & kUnitMask) << 28 |
           (votes & kUnitMask);
  }
  static LeadingUnit unpack(uint64_t w) {
    return {static_cast<uint32_t>(w >> 56), static_cast<uint32_t>(w >> 28) & kUnitMask,
            static_cast<uint32_t>(w) & kUnitMask};
  }
  // One more outcome in `now_epoch`; votes of an older epoch are dropped.
  LeadingUnit with(uint32_t now_epoch, uint32_t of_unit) const {
    of_unit &= kUnitMask;
    if (epoch != now_epoch || votes == 0) {
      return {now_epoch, of_unit, 1};
    }
    return {epoch, unit, of_unit != unit ? votes - 1 : std::min(votes + 1, kUnitMask)};
  }
};

// Of an arm's outcomes, those that do not count towards a stage's minimum: what a single unit brought beyond
// as many as all others did, and one more. So of as many as a stage asks for, no unit's are more than half
// (rounded up), however many it brings.
inline uint64_t surplus_of(const store::Word& leading, uint32_t epoch, uint64_t outcomes) {
  // Acquire pairs with the release that counts a vote: it was counted before its outcome.
  const LeadingUnit leader = LeadingUnit::unpack(leading.load(std::memory_order_acquire));
  const bool ahead = leader.epoch == epoch && leader.votes > 1;
  return ahead ? std::min<uint64_t>(leader.votes - 1, outcomes) : 0;
}

}  // namespace remora::rollout
