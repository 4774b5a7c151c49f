#include "engine/cascade.hpp"

#include <algorithm>

#include "store/ledger.hpp"

namespace remora::engine {

base::Code read_tries(const store::History& history, uint64_t previous, const learn::Settings& settings,
                      Candidates* candidates, store::Tries* tries, base::Problem& problem) {
  if (!settings.cascade.enabled) {
    return base::Code::kOk;
  }
  store::SlotView before;
  if (!store::view_slot(history, previous, &before)) {
    return problem.set(base::Code::kExpired,
                       "previous_decision is %llu: never made in this directory, or older than the ledger's "
                       "slots; without it the task counts as new",
                       static_cast<unsigned long long>(previous));
  }
  const store::StateKey state = store::StateKey::unpack(before.key);
  const store::Tries earlier = store::context_tries(history, state.context);
  tries->attempts = earlier.attempts == store::kUnknownAttempts
                        ? store::kUnknownAttempts
                        : std::min(earlier.attempts + 1, store::kMostAttempts);
  tries->tried = state.agent == candidates->agent ? earlier.tried | 1ULL << before.variant : 0;
  if (settings.cascade.exclude_tried) {
    candidates->wanted = ~tries->tried;
  }
  return base::Code::kOk;
}

}  // namespace remora::engine
