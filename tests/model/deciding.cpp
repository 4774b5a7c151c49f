#include "model/deciding.hpp"

#include "store/ledger.hpp"

namespace remora::model {

uint64_t decide(SmallState& small, const store::Seat& seat, uint32_t task, uint32_t variant) {
  const store::Claim claim = store::claim_slot(small.history, seat, 0);
  if (claim.slot == nullptr) {
    return 0;
  }
  claim.slot->key.store(store::StateKey{0, task, 0, 0}.pack(), std::memory_order_release);
  const store::SlotChoice choice{.variant = variant, .rollout = store::SlotChoice::kNoRollout};
  claim.slot->choice.store(choice.pack(), std::memory_order_release);
  claim.slot->outcome_at.store(
      store::OutcomePlace{small.generation().number(), 0, store::OutcomePlace::kPositionMask}.pack(),
      std::memory_order_relaxed);
  store::publish_slot(claim, 0);
  return claim.id();
}

}  // namespace remora::model
