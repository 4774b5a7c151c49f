// Several reports of one decision (learning.join): the first is its outcome, each later one moves what came
// of it. Its ledger slot goes through the life of a first report again, from done to done, and each has a
// record of its own. Which numbers were taken stands in SlotWhen: stored last, behind everything that a
// report does, so that whoever finds a dead process amid a report knows whether it was finished.
#pragma once

#include <bit>
#include <cstdint>

#include "store/history.hpp"
#include "store/ledger.hpp"
#include "store/words.hpp"

namespace remora::store {

inline constexpr uint32_t kMostReports = 7;  // of one decision, the first included; numbered from 1

// Which report a record is, in the upper half of OutcomeRecord::flags.
struct ReportMark {
  uint32_t number = 0;  // 1 .. kMostReports, as the host or the slot gave it
  uint32_t order = 0;   // reports of the decision before it; 0 = its outcome

  uint32_t pack() const { return (number & 7) << 16 | (order & 7) << 19; }
  static ReportMark of(const OutcomeRecord& record) {
    return {record.flags >> 16 & 7, record.flags >> 19 & 7};
  }
};

// Where a decision's outcome stands among those behind its values: the count of each, that outcome included.
struct LearnedAt {
  uint32_t state = 0;  // 0 = the state's value has not learned it
  uint32_t agent = 0;  // of the agent over all its tasks, as far as that was folded

  uint64_t pack() const { return CountPair{state, agent}.pack(); }
  static LearnedAt unpack(uint64_t word) {
    const CountPair counts = CountPair::unpack(word);
    return {counts.first, counts.second};
  }
};

// How many reports were taken; 0 = the decision takes no second one.
inline uint32_t report_count(const LedgerSlot& slot) {
  return static_cast<uint32_t>(
      std::popcount(SlotWhen::unpack(slot.when.load(std::memory_order_relaxed)).reports));
}

// The number that a report gets which asks for `asked` (0 = the lowest free one); 0 when that was taken.
uint32_t free_number(const LedgerSlot& slot, uint32_t asked);

// Says that report `number` of a taken slot was taken, with all that it does. `reward` is what all reports
// make together.
void note_report(LedgerSlot& slot, uint32_t number, float reward);

// Has a taken slot take no more reports, whatever their number: one was lost, and nobody can tell which.
void close_reports(LedgerSlot& slot);

// Takes a decision that has its outcome for a later report. kAlready: it takes no second one.
Take take_again(const History& history, uint64_t id, uint32_t owner, LedgerSlot** slot);

// Ends a later report, or gives its decision back without one.
inline void finish_report(LedgerSlot& slot) {
  SlotWord word = SlotWord::unpack(slot.word.load(std::memory_order_relaxed));
  word.owner = 0;
  word.state = SlotState::kDone;
  // Release: who takes it next sees what this report left.
  slot.word.store(word.pack(), std::memory_order_release);
}

}  // namespace remora::store
