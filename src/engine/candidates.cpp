#include "engine/candidates.hpp"

namespace remora::engine {

namespace {

// The wanted variant is blocked, so the safe one takes its place in the policy: exploration goes on around
// it, and the propensity stays exact.
[[gnu::noinline]] Pick pick_around(const Candidates& c, uint64_t open, const learn::Settings& settings,
                                   uint64_t draw) {
  route::StateValues values = c.values;
  if ((open >> c.choice.safe & 1) != 0) {
    values.beliefs.mean[c.choice.safe] = 2 * store::kLargestValue;
  }
  const learn::PolicyChoice choice = route::choose_variant(values, open, settings, draw);
  return {choice.variant, choice.propensity, choice.explored, !choice.explored, open};
}

}  // namespace

Pick pick_learned(const Candidates& c, uint64_t mask, const learn::Settings& settings, uint64_t draw) {
  mask = (mask & c.eligible & c.wanted) != 0 ? mask & c.wanted : mask;
  const uint64_t open = mask & c.eligible;
  if (open == 0) {
    return {c.choice.safe, 1.0F, false, true, 0};
  }
  // Blocked variants are rare; only then is it worth knowing whether one of them would have been wanted.
  const uint64_t wanted = mask & c.candidates;
  if (wanted != open && c.blocked(route::best_variant(c.values, wanted))) [[unlikely]] {
    return pick_around(c, open, settings, draw);
  }
  const learn::PolicyChoice choice = route::choose_variant(c.values, open, settings, draw);
  return {choice.variant, choice.propensity, choice.explored, false, open};
}

Pick pick_fixed(const Candidates& c, uint32_t variant) {
  if (c.blocked(variant)) {
    return {c.choice.safe, 1.0F, false, c.choice.safe != variant, 0};
  }
  return {variant, 1.0F, false, false, 0};
}

}  // namespace remora::engine
