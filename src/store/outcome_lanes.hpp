// Full outcome records in lanes: a thread appends to its own lane, housekeeping folds them into statistics in
// order.
//
// A record is claimed by the lane's head, filled, checksummed, and committed by one word. What a dead or
// stuck process left unfinished is padded by the folder; a stuck writer that wakes up finds its commit
// refused and takes a new place.
#pragma once

#include <algorithm>
#include <cstdint>

#include "store/history.hpp"
#include "store/words.hpp"

namespace remora::store {

enum class CommitState : uint64_t { kEmpty = 0, kFilling = 1, kCommitted = 2, kPadded = 3 };

// state (2 bits) | owner process slot (12 bits) | position (36 bits)
struct CommitWord {
  CommitState state = CommitState::kEmpty;
  uint32_t owner = 0;
  uint64_t position = 0;

  uint64_t pack() const {
    return static_cast<uint64_t>(state) << 62 | static_cast<uint64_t>(owner & 0xFFF) << 36 |
           (position & OutcomePlace::kPositionMask);
  }
  static CommitWord unpack(uint64_t w) {
    return {static_cast<CommitState>(w >> 62), static_cast<uint32_t>(w >> 36 & 0xFFF),
            w & OutcomePlace::kPositionMask};
  }
};

// The generation that an outcome was decided and recorded in, as far as its record keeps it.
inline uint32_t generation_of(const OutcomeRecord& outcome) {
  return outcome.generation[0] | static_cast<uint32_t>(outcome.generation[1]) << 8 |
         static_cast<uint32_t>(outcome.generation[2]) << 16;
}

// Appends `image` (its commit, checksum and generation are set here). `announce` receives the place before
// anything is written there: a slot that points to it can be judged after a crash. [hot]
void append_outcome(const History& history, uint32_t lane, uint32_t owner, uint64_t generation,
                    OutcomeRecord& image, Word* announce);

enum class ReadOutcome { kRead, kPadded, kUnfinished, kOverwritten };

// Copies a record out if it is complete and its checksum is right (a wrong one reads as kPadded).
// `owner` receives who is filling an unfinished one; its number may lie behind kMaxProcesses in a damaged
// file.
ReadOutcome read_outcome(const History& history, uint32_t lane, uint64_t position, OutcomeRecord* copy,
                         uint32_t* owner);

// Copies the record that a slot announces as its decision's outcome. False when it is not there: overwritten
// since, or never committed.
bool read_announced(const History& history, const LedgerSlot& slot, uint64_t decision_id,
                    OutcomeRecord* copy);

// Calls visit(outcome, lane, position) for every outcome that the history holds, the newest of each lane
// first and lanes in turn, until it answers false. Returns how many places could not be read.
template <typename Visit>
uint64_t visit_outcomes(const History& history, const Visit& visit);

// Gives up an unfinished record so that its lane can be folded past it. False when it was committed or
// overwritten meanwhile.
bool pad_outcome(const History& history, uint32_t lane, uint64_t position);

template <typename Visit>
uint64_t visit_outcomes(const History& history, const Visit& visit) {
  constexpr uint32_t kMostLanes = 16;
  const uint32_t lanes = std::min(history.capacities.lanes, kMostLanes);
  uint64_t heads[kMostLanes];
  for (uint32_t lane = 0; lane < lanes; ++lane) {
    heads[lane] = history.lanes[lane].head.load(std::memory_order_acquire);
  }
  OutcomeRecord outcome;
  uint64_t unreadable = 0;
  for (uint64_t back = 1; back <= history.capacities.lane_slots; ++back) {
    for (uint32_t lane = 0; lane < lanes; ++lane) {
      if (back > heads[lane]) {
        continue;
      }
      const uint64_t position = heads[lane] - back;
      uint32_t owner = 0;
      if (read_outcome(history, lane, position, &outcome, &owner) != ReadOutcome::kRead) {
        ++unreadable;
      } else if (!visit(outcome, lane, position)) {
        return unreadable;
      }
    }
  }
  return unreadable;
}

}  // namespace remora::store
