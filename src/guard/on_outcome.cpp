#include "guard/on_outcome.hpp"

#include <algorithm>

#include "guard/block_state.hpp"
#include "guard/fallback.hpp"
#include "guard/reason.hpp"
#include "store/roster.hpp"
#include "store/state_time.hpp"
#include "store/words.hpp"

namespace remora::guard {
namespace {

using store::BlockWord;

// What an outcome does to its variant's block word.
enum class Effect { kNone, kBlocked, kTolerated };

void push(store::Word& recent, bool success) {
  uint64_t seen = recent.load(std::memory_order_relaxed);
  uint64_t next = 0;
  do {
    next = store::RecentWord::push(seen, success);
    // Release pairs with the acquire of whoever reads the count first: counted outcomes are there.
  } while (!recent.compare_exchange_weak(seen, next, std::memory_order_release, std::memory_order_relaxed));
}

// Why the rule would block now, or kOk.
Reason trip_of(const BlockWord& block, const Window& window, const OutcomeFacts& outcome,
               const Thresholds& thresholds) {
  const Settings& settings = thresholds.settings;
  if (settings.enabled && settings.block_on_critical_error && outcome.critical_error) {
    return Reason::kCriticalError;
  }
  if (settings.enabled && settings.block_on_safety_violation && outcome.safety_violation) {
    return Reason::kViolation;
  }
  const bool below = block.probation ? thresholds.relapses(window.count, window.successes)
                                     : thresholds.trips(window.count, window.successes);
  return below ? Reason::kBelowMinimum : Reason::kOk;
}

// Whether something better than a variant that trips is left to run.
[[gnu::noinline]] bool may_block(const store::History& history, const Place& place,
                                 const Thresholds& thresholds) {
  if (others_left(place) == 0) {
    return false;
  }
  const auto choice = store::ChoiceWord::unpack(place.agent->choice.load(std::memory_order_relaxed));
  return place.variant != choice.baseline ||
         has_proven_variant(history, place.agent_index, thresholds, place.variant);
}

// The word after an outcome that the rule would block for.
BlockWord after_trip(const BlockWord& block, Reason reason, bool blocked, int64_t now_ns) {
  BlockWord next = block;
  next.reason = static_cast<uint32_t>(reason);
  next.since_s = seconds_of(now_ns);
  next.relapses = block.probation ? std::min(block.relapses + 1, 255U) : block.relapses;
  next.probation = false;
  next.tolerated = !blocked;
  return next;
}

// The word after an outcome that gives no reason to block.
BlockWord after_calm(const BlockWord& block, const Window& window, bool success, uint32_t lookback) {
  const bool recovered = block.tolerated && success;
  const bool passed = block.probation && window.count >= lookback;
  if (!recovered && !passed) {
    return block;
  }
  BlockWord next;
  next.count = block.count;
  return next;
}

// Decides on a word that counts the outcome already.
BlockWord decide(const store::History& history, const Place& place, const BlockWord& block,
                 const Window& window, const OutcomeFacts& outcome, const Thresholds& thresholds,
                 int64_t now_ns, Effect* effect) {
  *effect = Effect::kNone;
  if (keeps_out(block)) {
    return block;  // a task that was under way when the variant was blocked
  }
  const Reason reason = trip_of(block, window, outcome, thresholds);
  if (reason == Reason::kOk) {
    return after_calm(block, window, outcome.success, thresholds.lookback);
  }
  const bool blocked = may_block(history, place, thresholds);
  if (!blocked && block.tolerated) {
    return block;  // told already
  }
  *effect = blocked ? Effect::kBlocked : Effect::kTolerated;
  // Of a clock that was set back, the block would be over as soon as it began.
  return after_trip(block, reason, blocked, std::max(now_ns, store::highest_ns(history)));
}

// What follows from a word that changed the variant's standing.
[[gnu::noinline]] void act(const store::History& history, const Place& place, const BlockWord& word,
                           const Window& window, Effect effect, const Thresholds& thresholds,
                           int64_t now_ns) {
  const auto reason = static_cast<Reason>(word.reason);
  const bool grave = effect == Effect::kTolerated || reason != Reason::kBelowMinimum;
  align_mask(place);
  refresh_safe_variant(history, place.agent_index, thresholds);
  publish_block(history, place, store::EventKind::kVariantBlocked,
                grave ? store::Severity::kCritical : store::Severity::kWarning, reason, window,
                thresholds.minimum, now_ns);
}

// Judges an outcome that is pushed and that the block word is to count: `count` is 1, or 0 when it may have.
void judge(const store::History& history, const Place& place, uint32_t count, const OutcomeFacts& outcome,
           const Thresholds& thresholds, int64_t now_ns) {
  uint64_t seen = place.record->block.load(std::memory_order_acquire);
  BlockWord next;
  Window window;
  Effect effect = Effect::kNone;
  for (;;) {
    BlockWord counted = BlockWord::unpack(seen);
    counted.count = std::min(counted.count + count, Thresholds::kMaxLookback);
    // Read anew behind the block word each time: it holds what others pushed that this count includes.
    // Whoever counts last judges them all.
    window = window_of(counted, place.record->recent.load(std::memory_order_acquire), thresholds.lookback);
    next = decide(history, place, counted, window, outcome, thresholds, now_ns, &effect);
    if (next.pack() == seen) {
      return;
    }
    // One winner: it alone acts on what it wrote. Release: the pushed bit is there before it is counted.
    if (place.record->block.compare_exchange_weak(seen, next.pack(), std::memory_order_acq_rel,
                                                  std::memory_order_acquire)) {
      break;
    }
  }
  if (effect != Effect::kNone) [[unlikely]] {
    act(history, place, next, window, effect, thresholds, now_ns);
  }
}

}  // namespace

void on_outcome(const store::History& history, uint32_t agent, uint32_t variant, const OutcomeFacts& outcome,
                const Thresholds& thresholds, int64_t now_ns) {
  const Place place = find_place(history, agent, variant);
  if (place.record == nullptr) {
    return;
  }
  push(place.record->recent, outcome.success);
  judge(history, place, 1, outcome, thresholds, now_ns);
}

void on_outcome_again(const store::History& history, uint32_t agent, uint32_t variant,
                      const OutcomeFacts& outcome, const Thresholds& thresholds, int64_t now_ns) {
  const Place place = find_place(history, agent, variant);
  if (place.record != nullptr && (outcome.critical_error || outcome.safety_violation)) {
    judge(history, place, 0, outcome, thresholds, now_ns);
  }
}

}  // namespace remora::guard
