#include "engine/decision_slot.hpp"

#include "store/ledger.hpp"

namespace remora::engine {
namespace {

struct SlotValues {
  store::SlotChoice choice;
  float q = 0, propensity = 0;
};

// Opens one slot; returns its id, 0 when none could be had.
uint64_t open_slot(const Call& call, const Candidates& c, int64_t now_ns, const SlotValues& values) {
  const store::Claim claim = store::claim_slot(call.history, call.stripe, call.owner);
  if (claim.slot == nullptr) {
    return 0;
  }
  if (claim.expired) {
    call.history.counters(call.shared_stripe()).expired.fetch_add(1, std::memory_order_relaxed);
  }
  // Relaxed: all of it is published by publish_slot.
  store::LedgerSlot& slot = *claim.slot;
  slot.key.store(c.key, std::memory_order_relaxed);
  slot.when.store(store::SlotWhen{now_ns / 1'000'000, c.rollout.epoch}.pack(), std::memory_order_relaxed);
  slot.choice.store(values.choice.pack(), std::memory_order_relaxed);
  slot.values.store(store::FloatPair{values.q, values.propensity}.pack(), std::memory_order_relaxed);
  slot.outcome_at.store(
      store::OutcomePlace{call.generation.number(), 0, store::OutcomePlace::kPositionMask}.pack(),
      std::memory_order_relaxed);
  slot.result.store(0, std::memory_order_relaxed);
  slot.facts.store(0, std::memory_order_relaxed);
  store::publish_slot(claim, call.owner);
  return claim.id();
}

}  // namespace

void open_decision(const Call& call, const Candidates& c, int64_t now_ns, remora_decision* d) {
  SlotValues values;
  values.choice = {.variant = d->variant,
                   .learned = d->learned_variant,
                   .shadow = d->shadow_variant == REMORA_NONE ? store::kNoVariant : d->shadow_variant,
                   .reason = static_cast<uint32_t>(d->reason),
                   .flags = d->flags,
                   .stage = d->stage,
                   .mode = d->mode,
                   .rollout = d->rollout == 0 ? store::SlotChoice::kNoRollout : c.rollout.rollout};
  values.q = static_cast<float>(d->q_value);
  values.propensity = static_cast<float>(d->propensity);
  d->decision_id = open_slot(call, c, now_ns, values);
  store::CounterStripe& counters = call.history.counters(call.shared_stripe());
  counters.decisions.fetch_add(1, std::memory_order_relaxed);
  if ((d->flags & REMORA_DECISION_EXPLORED) != 0) {
    counters.explored.fetch_add(1, std::memory_order_relaxed);
  }
  if (d->decision_id == 0) {
    d->flags |= REMORA_DECISION_UNTRACKED;
    counters.untracked.fetch_add(1, std::memory_order_relaxed);
  }
  if ((d->flags & REMORA_DECISION_SHADOW) != 0) {
    // The shadow's slot names the shadow variant as its own: its outcome teaches that variant, and counts for
    // the rollout's treatment.
    values.choice.variant = d->shadow_variant;
    values.choice.shadow = d->shadow_variant;
    values.q = static_cast<float>(static_cast<double>(c.values.cells[d->shadow_variant].q));
    values.propensity = 1;
    d->shadow_decision_id = open_slot(call, c, now_ns, values);
  }
}

}  // namespace remora::engine
