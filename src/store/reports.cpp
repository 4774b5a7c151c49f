#include "store/reports.hpp"

namespace remora::store {

uint32_t free_number(const LedgerSlot& slot, uint32_t asked) {
  const uint32_t taken = SlotWhen::unpack(slot.when.load(std::memory_order_relaxed)).reports;
  if (asked != 0) {
    return (taken >> asked & 1) == 0 && asked <= kMostReports ? asked : 0;
  }
  for (uint32_t number = 1; number <= kMostReports; ++number) {
    if ((taken >> number & 1) == 0) {
      return number;
    }
  }
  return 0;
}

void note_report(LedgerSlot& slot, uint32_t number, float reward) {
  FloatPair result = FloatPair::unpack(slot.result.load(std::memory_order_relaxed));
  result.first = reward;
  slot.result.store(result.pack(), std::memory_order_relaxed);
  SlotWhen when = SlotWhen::unpack(slot.when.load(std::memory_order_relaxed));
  when.reports |= 1U << number;
  // Release: who sees the number taken sees what all reports make together.
  slot.when.store(when.pack(), std::memory_order_release);
}

void close_reports(LedgerSlot& slot) {
  SlotWhen when = SlotWhen::unpack(slot.when.load(std::memory_order_relaxed));
  when.reports |= ((1U << kMostReports) - 1) << 1;
  slot.when.store(when.pack(), std::memory_order_release);
}

Take take_again(const History& history, uint64_t id, uint32_t owner, LedgerSlot** slot) {
  *slot = find_slot(history, id);
  if (*slot == nullptr) {
    return Take::kUnknown;
  }
  uint64_t seen = (*slot)->word.load(std::memory_order_acquire);
  const SlotWord word = SlotWord::unpack(seen);
  if (word.tag != id >> kSlotBits) {  // race: a later decision took the slot meanwhile
    return Take::kUnknown;
  }
  if (word.state == SlotState::kApplying || word.state == SlotState::kWritten) {
    return Take::kBusy;
  }
  // A slot that takes no second report is never taken: nobody could tell later that its outcome was judged.
  // Were this the time of a later decision already, the word would have changed.
  if (word.state != SlotState::kDone || report_count(**slot) == 0) {
    return Take::kAlready;
  }
  // Acquire pairs with finish_slot and finish_report: what the reports before left is seen. A turn of its
  // own, in the upper half: nobody takes it for a dead owner's of before.
  const uint64_t taken = SlotWord{word.tag, owner, SlotState::kApplying, (word.turn | 0x80) + 1}.pack();
  // race: with another report of the decision
  if (!(*slot)->word.compare_exchange_strong(seen, taken, std::memory_order_acquire,
                                             std::memory_order_relaxed)) {
    return Take::kBusy;
  }
  // The record of the report before says nothing about this one's: none is announced yet.
  OutcomePlace place = OutcomePlace::unpack((*slot)->outcome_at.load(std::memory_order_relaxed));
  place.position = OutcomePlace::kPositionMask;
  (*slot)->outcome_at.store(place.pack(), std::memory_order_relaxed);
  return Take::kTaken;
}

}  // namespace remora::store
