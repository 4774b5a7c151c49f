// The ring of recent decisions: claimed once by route, taken once by record. The picture of a slot's life:
//
//   free / done / pending of the lap before --claim--> filling --publish--> pending --take--> applying
//   --finish--> done
//                                                                              ^---- give_back ----'
//
// Later reports of a decision (reports.hpp) go from done to applying and back to done.
//
// Every arrow is one compare-and-swap or one store of SlotWord, so that a process may die anywhere: filling
// and applying name their owner, and whoever finds the owner dead puts the slot back (reclaim): to pending
// (a later report to done), or to written when the outcome is there already, which somebody then takes to
// judge it and finish. A thread takes positions from the shared head a block at a time: a head touched by
// every decision would cost more than all the rest of it.
#pragma once

#include <cstdint>

#include "store/history.hpp"
#include "store/stripe.hpp"
#include "store/words.hpp"

namespace remora::store {

inline constexpr uint32_t kLedgerBlock = 64;

struct Claim {
  LedgerSlot* slot = nullptr;  // nullptr: none could be had (all tried are in other hands)
  uint64_t index = 0;
  uint64_t tag = 0;
  bool expired = false;  // a decision that never got its outcome was given up for this one

  uint64_t id() const { return decision_id(tag, index); }
};

// Takes the next slot for a new decision. Its fields may be written until `publish`. [hot]
Claim claim_slot(const History& history, const Seat& seat, uint32_t owner);

// Makes a filled slot visible to whoever reports its outcome. [hot]
inline void publish_slot(const Claim& claim, uint32_t owner) {
  // Release pairs with the acquire in take_slot: the fields are seen with the word.
  claim.slot->word.store(SlotWord{claim.tag, owner, SlotState::kPending}.pack(), std::memory_order_release);
}

enum class Take { kTaken, kUnknown, kAlready, kBusy };

// Takes a pending decision for its outcome; exactly one caller ever gets kTaken for an id, unless it gives it
// back or dies before the outcome record is committed. [hot]
Take take_slot(const History& history, uint64_t id, uint32_t owner, LedgerSlot** slot);

// The slot of an id, whatever its state, or nullptr when its tag is another's by now. [hot]
LedgerSlot* find_slot(const History& history, uint64_t id);

// Asks for the slot of an id ahead of its use. [hot]
inline void prefetch_slot(const History& history, uint64_t id) {
  const uint64_t mask = history.capacities.ledger_slots - 1;
  __builtin_prefetch(&history.ledger[id & mask], 1);
}

// Keeps the heart of an outcome in its taken slot, and that it is about to be judged. [hot]
inline void note_outcome(LedgerSlot& slot, const OutcomeRecord& outcome) {
  const auto duration_ms = static_cast<float>(static_cast<double>(outcome.duration_ns) * 1e-6);
  slot.result.store(FloatPair{outcome.reward, duration_ms}.pack(), std::memory_order_relaxed);
  const auto quality = static_cast<uint32_t>(outcome.quality * 65'535.0F);
  // Relaxed: the judgement releases its words, so none of them is seen without the mark.
  slot.facts.store(SlotFacts{static_cast<float>(outcome.cost_micros), quality < 65'535U ? quality : 65'535U,
                             outcome.flags | kOutcomeJudging}
                       .pack(),
                   std::memory_order_relaxed);
}

// The unit that a taken slot's decision is for, as long as note_outcome has not replaced it. [hot]
inline uint32_t unit_of(const LedgerSlot& slot) {
  return static_cast<uint32_t>(slot.facts.load(std::memory_order_relaxed));
}

// What a decision was, read without taking its slot, whatever became of it since.
struct SlotView {
  uint64_t key = 0;      // StateKey
  uint32_t variant = 0;  // that was chosen
};

// False when the id is unknown here, or its slot belongs to a later decision by now. [hot]
bool view_slot(const History& history, uint64_t id, SlotView* view);

// Ends the life of a taken slot. [hot]
inline void finish_slot(LedgerSlot& slot, uint64_t id, SlotState state) {
  // Release: who sees "done" sees result and facts.
  slot.word.store(SlotWord{id >> kSlotBits, 0, state}.pack(), std::memory_order_release);
}

// Puts a slot whose owner is dead back to where its outcome can be reported again, or to written when the
// outcome record was committed. True when this call did it. The caller knows that the owner is dead.
[[gnu::noinline]] bool reclaim_slot(const History& history, uint64_t index, uint64_t seen_word);

// Takes a written slot, to do what its dead owner did not get to and to finish it. True for one caller.
bool take_written(const History& history, uint64_t index, uint32_t owner);

// Slots waiting for their outcome.
uint64_t count_pending(const History& history);

}  // namespace remora::store
