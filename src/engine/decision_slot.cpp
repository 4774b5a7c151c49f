#include "engine/decision_slot.hpp"

#include "store/words.hpp"

namespace remora::engine {
namespace {

using store::RolloutWord;

struct SlotValues {
  store::SlotChoice choice;
  float q = 0, propensity = 0;
  uint64_t drawn_from = 0;
};

// Fills a claimed slot; returns its id, 0 when none could be had.
uint64_t fill_slot(const Call& call, const Candidates& c, const store::Claim& claim, int64_t now_ns,
                   const SlotValues& values) {
  if (claim.slot == nullptr) [[unlikely]] {
    return 0;
  }
  if (claim.expired) {
    call.counters().expired.fetch_add(1, std::memory_order_relaxed);
  }
  // Relaxed: all of it is published by publish_slot. Key and choice are also read without taking the slot
  // (view_slot): who sees these sees the slot's word of this decision, or of a later one.
  store::LedgerSlot& slot = *claim.slot;
  const auto ms = static_cast<int64_t>(static_cast<uint64_t>(now_ns) / 1'000'000);
  slot.key.store(c.place.key, std::memory_order_release);
  slot.when.store(store::SlotWhen{ms, RolloutWord::epoch_of(c.rollout)}.pack(), std::memory_order_relaxed);
  slot.choice.store(values.choice.pack(), std::memory_order_release);
  slot.values.store(store::FloatPair{values.q, values.propensity}.pack(), std::memory_order_relaxed);
  slot.outcome_at.store(
      store::OutcomePlace{call.generation.number(), 0, store::OutcomePlace::kPositionMask}.pack(),
      std::memory_order_relaxed);
  slot.result.store(values.drawn_from, std::memory_order_relaxed);
  slot.facts.store(c.unit, std::memory_order_relaxed);
  store::publish_slot(claim, call.owner);
  return claim.id();
}

// The shadow's slot names the shadow variant as its own: its outcome teaches that variant, and counts for the
// rollout's treatment.
[[gnu::noinline]] uint64_t open_shadow(const Call& call, const Candidates& c, int64_t now_ns, uint32_t shadow,
                                       SlotValues values) {
  values.choice.variant = shadow;
  values.choice.shadow = shadow;
  values.q = c.values.shown(shadow).q;
  values.propensity = 1;
  values.drawn_from = 0;
  return fill_slot(call, c, store::claim_slot(call.history, call.seat, call.owner), now_ns, values);
}

}  // namespace

void open_decision(const Call& call, const Candidates& c, const store::Claim& claim, int64_t now_ns,
                   remora_decision* d) {
  SlotValues values;
  values.choice = {
      .variant = d->variant,
      .learned = d->learned_variant,
      .shadow = d->shadow_variant == REMORA_NONE ? store::kNoVariant : d->shadow_variant,
      .reason = static_cast<uint32_t>(d->reason),
      .flags = d->flags,
      .stage = d->stage,
      .mode = d->mode,
      .rollout = d->rollout == 0 ? store::SlotChoice::kNoRollout : RolloutWord::rollout_of(c.rollout)};
  values.q = static_cast<float>(d->q_value);
  values.propensity = c.propensity;
  values.drawn_from = c.drawn_from;
  d->decision_id = fill_slot(call, c, claim, now_ns, values);
  store::CounterStripe& counters = call.counters();
  counters.decisions.fetch_add(1, std::memory_order_relaxed);
  if ((d->flags & REMORA_DECISION_EXPLORED) != 0) {
    counters.explored.fetch_add(1, std::memory_order_relaxed);
  }
  if (d->decision_id == 0) [[unlikely]] {
    d->flags |= REMORA_DECISION_UNTRACKED;
    counters.untracked.fetch_add(1, std::memory_order_relaxed);
  }
  if ((d->flags & REMORA_DECISION_SHADOW) != 0) [[unlikely]] {
    d->shadow_decision_id = open_shadow(call, c, now_ns, d->shadow_variant, values);
  }
}

}  // namespace remora::engine
