#include "guard/block_state.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "store/names.hpp"
#include "store/roster.hpp"

namespace remora::guard {
namespace {

constexpr int64_t kLongestDoubledNs = base::kNanosPerDay;

}  // namespace

Place find_place(const store::History& history, uint32_t agent, uint32_t variant) {
  Place place{store::find_agent(history, agent), nullptr, agent, variant};
  if (place.agent != nullptr && variant < store::kMaxVariants) {
    // Acquire pairs with the release in register_variant: the record is complete.
    const uint32_t count =
        store::ChoiceWord::unpack(place.agent->choice.load(std::memory_order_acquire)).count;
    place.record = variant < count ? history.variant(*place.agent, variant) : nullptr;
  }
  return place;
}

int64_t block_duration_ns(const store::BlockWord& block, const Settings& settings) {
  const auto reason = static_cast<Reason>(block.reason);
  if (settings.probation_ns <= 0 || reason == Reason::kOperator || reason == Reason::kRolledBack) {
    return 0;
  }
  const int64_t longest = std::max(settings.probation_ns, kLongestDoubledNs);
  int64_t duration = settings.probation_ns;
  for (uint32_t i = 0; i < block.relapses && duration < longest; ++i) {
    duration *= 2;
  }
  return std::min(duration, longest);
}

uint64_t others_left(const Place& place) {
  return store::usable_variants(*place.agent) & ~(1ULL << place.variant);
}

void align_mask(const Place& place) {
  bool blocked = false;
  do {
    blocked = keeps_out(store::BlockWord::unpack(place.record->block.load(std::memory_order_acquire)));
    store::set_blocked(*place.agent, place.variant, blocked);
    // Whoever changed the mask last looks at the word once more, so the last look decides.
  } while (keeps_out(store::BlockWord::unpack(place.record->block.load(std::memory_order_acquire))) !=
           blocked);
}

Window window_of(const store::BlockWord& block, uint64_t recent, uint32_t lookback) {
  const uint32_t count = std::min(block.count, lookback);
  return {count, store::RecentWord::successes(recent, count)};
}

void publish_block(const store::History& history, const Place& place, store::EventKind kind,
                   store::Severity severity, Reason reason, const Window& window, double minimum,
                   int64_t now_ns) {
  store::Event event;
  event.when_ns = now_ns;
  event.kind = kind;
  event.severity = severity;
  event.agent = store::make_id(store::Kind::kAgent, place.agent_index);
  event.variant = place.variant;
  event.reason = static_cast<int32_t>(reason);
  event.value = window.rate();
  event.threshold = minimum;
  event.detail[0] = window.count;
  event.detail[1] = window.successes;
  store::publish_event(history, event);
}

}  // namespace remora::guard
