#include "store/ledger.hpp"

#include "base/mix.hpp"
#include "store/outcome_lanes.hpp"
#include "store/reports.hpp"

namespace remora::store {
namespace {

constexpr uint64_t kUsedMask = 0xFFFF;

// Takes a fresh block and its first position. Rivals on the same stripe may both take one; the loser uses
// only its first position and the rest of that block stays unused for one lap.
[[gnu::noinline]] uint64_t first_of_new_block(const History& history, Stripe& stripe, uint64_t seen) {
  const uint64_t position = history.control->ledger_head.fetch_add(kLedgerBlock, std::memory_order_relaxed);
  const uint64_t fresh = (position / kLedgerBlock) << 16 | 1;
  stripe.cursor.compare_exchange_strong(seen, fresh, std::memory_order_relaxed, std::memory_order_relaxed);
  return position;
}

// Next position for this thread. A block left behind by a whole lap is given up: its slots belong to others
// by now.
uint64_t next_position(const History& history, const Seat& seat) {
  const uint64_t taken = seat.advance();
  const uint64_t used = taken & kUsedMask;
  const uint64_t position = (taken >> 16) * kLedgerBlock + used;
  if (used < kLedgerBlock) [[likely]] {
    const uint64_t head = history.control->ledger_head.load(std::memory_order_relaxed);
    if (head - position < history.capacities.ledger_slots) [[likely]] {
      return position;
    }
  }
  return first_of_new_block(history, seat.stripe(), taken + 1);
}

// What becomes of a slot whose owner died while it applied a report: written when the record is there, else
// as it was before. The record that the slot points to may still be that of the report before. Where others
// went once round the lane since, nobody can tell whether there was a record, and it may be learned: it
// counts as written then, since counting a report twice is worse than not at all.
SlotState state_behind(const History& history, const LedgerSlot& slot, uint64_t id) {
  const OutcomePlace place = OutcomePlace::unpack(slot.outcome_at.load(std::memory_order_relaxed));
  const uint32_t reports = report_count(slot);
  const SlotState before = reports == 0 ? SlotState::kPending : SlotState::kDone;
  if (place.lane >= history.capacities.lanes || place.position == OutcomePlace::kPositionMask) {
    return before;  // none was announced
  }
  OutcomeRecord record;
  uint32_t ignored = 0;
  const ReadOutcome read = read_outcome(history, place.lane, place.position, &record, &ignored);
  const bool its_own =
      read == ReadOutcome::kRead && record.decision_id == id && ReportMark::of(record).order == reports;
  return its_own || read == ReadOutcome::kOverwritten ? SlotState::kWritten : before;
}

uint64_t tag_of(const History& history, uint64_t position) {
  const uint64_t tag = base::mix_twice(position, history.secret) >> 31 & kTagMask;
  return tag == 0 ? 1 : tag;  // defensive: one position in 2^33
}

}  // namespace

Claim claim_slot(const History& history, const Seat& seat, uint32_t owner) {
  constexpr int kTries = 16;
  const uint64_t mask = history.capacities.ledger_slots - 1;
  for (int tries = 0; tries < kTries; ++tries) {
    const uint64_t position = next_position(history, seat);
    const uint64_t index = position & mask;
    LedgerSlot& slot = history.ledger[index];
    uint64_t seen = slot.word.load(std::memory_order_relaxed);
    const SlotState state = SlotWord::unpack(seen).state;
    if (state == SlotState::kFilling || state == SlotState::kApplying || state == SlotState::kWritten) {
      continue;  // in the hands of a call that was held up, or of a dead process until it is reclaimed
    }
    const uint64_t tag = tag_of(history, position);
    const uint64_t filling = SlotWord{tag, owner, SlotState::kFilling}.pack();
    // Acquire: the fields that this call is about to write are no longer read by the one that finished the
    // slot.
    // race: with who reports, and with a claim one lap away
    if (slot.word.compare_exchange_strong(seen, filling, std::memory_order_acquire,
                                          std::memory_order_relaxed)) {
      return {&slot, index, tag, state == SlotState::kPending};
    }
  }
  return {};
}

LedgerSlot* find_slot(const History& history, uint64_t id) {
  const uint64_t index = id & ((1ULL << kSlotBits) - 1);
  const uint64_t tag = id >> kSlotBits;
  if (index >= history.capacities.ledger_slots || tag == 0 || tag > kTagMask) {
    return nullptr;
  }
  LedgerSlot& slot = history.ledger[index];
  const SlotWord word = SlotWord::unpack(slot.word.load(std::memory_order_acquire));
  return word.tag == tag ? &slot : nullptr;
}

Take take_slot(const History& history, uint64_t id, uint32_t owner, LedgerSlot** slot) {
  *slot = find_slot(history, id);
  if (*slot == nullptr) {
    return Take::kUnknown;
  }
  const uint64_t tag = id >> kSlotBits;
  uint64_t seen = (*slot)->word.load(std::memory_order_relaxed);
  for (;;) {
    const SlotWord word = SlotWord::unpack(seen);
    if (word.tag != tag) {  // race: a later decision took the slot meanwhile
      return Take::kUnknown;
    }
    switch (word.state) {
      case SlotState::kPending:
        break;
      case SlotState::kDone:
      case SlotState::kAbandoned:
        return Take::kAlready;
      case SlotState::kFree:
      case SlotState::kFilling:
        return Take::kUnknown;  // an id is told only after it was published
      case SlotState::kApplying:
      case SlotState::kWritten:
      default:
        return Take::kBusy;
    }
    const uint64_t applying = SlotWord{tag, owner, SlotState::kApplying, word.turn}.pack();
    // Acquire pairs with publish_slot: what route wrote is seen.
    // race: with another report of the decision
    if ((*slot)->word.compare_exchange_weak(seen, applying, std::memory_order_acquire,
                                            std::memory_order_relaxed)) {
      return Take::kTaken;
    }
  }
}

bool view_slot(const History& history, uint64_t id, SlotView* view) {
  const LedgerSlot* const slot = find_slot(history, id);
  if (slot == nullptr) {
    return false;
  }
  const SlotState state = SlotWord::unpack(slot->word.load(std::memory_order_acquire)).state;
  // Acquire, so that the second look at the word comes behind both.
  view->key = slot->key.load(std::memory_order_acquire);
  view->variant = SlotChoice::unpack(slot->choice.load(std::memory_order_acquire)).variant;
  const bool told = state != SlotState::kFree && state != SlotState::kFilling;
  // race: with a later decision that takes the slot
  return told && SlotWord::unpack(slot->word.load(std::memory_order_relaxed)).tag == id >> kSlotBits;
}

bool reclaim_slot(const History& history, uint64_t index, uint64_t seen_word) {
  LedgerSlot& slot = history.ledger[index];
  SlotWord word = SlotWord::unpack(seen_word);
  if (word.state == SlotState::kFilling) {
    word.state = SlotState::kFree;  // its id was never told
  } else if (word.state == SlotState::kApplying) {
    word.state = state_behind(history, slot, decision_id(word.tag, index));
  } else {
    return false;
  }
  word.owner = 0;
  ++word.turn;
  return slot.word.compare_exchange_strong(seen_word, word.pack(), std::memory_order_acq_rel,
                                           std::memory_order_relaxed);
}

bool take_written(const History& history, uint64_t index, uint32_t owner) {
  LedgerSlot& slot = history.ledger[index];
  uint64_t seen = slot.word.load(std::memory_order_relaxed);
  const SlotWord word = SlotWord::unpack(seen);
  const uint64_t applying = SlotWord{word.tag, owner, SlotState::kApplying, word.turn + 1}.pack();
  // Acquire pairs with the release in reclaim_slot: what it saw of the dead process is seen here.
  return word.state == SlotState::kWritten &&
         // race: with another that takes it
         slot.word.compare_exchange_strong(seen, applying, std::memory_order_acquire,
                                           std::memory_order_relaxed);
}

uint64_t count_pending(const History& history) {
  uint64_t pending = 0;
  for (uint64_t i = 0; i < history.capacities.ledger_slots; ++i) {
    const uint64_t word = history.ledger[i].word.load(std::memory_order_relaxed);
    pending += SlotWord::unpack(word).state == SlotState::kPending ? 1U : 0U;
  }
  return pending;
}

}  // namespace remora::store
