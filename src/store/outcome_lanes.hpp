// Full outcome records in lanes: a thread appends to its own lane, housekeeping folds them into statistics in
// order.
//
// A record is claimed by the lane's head, filled, checksummed, and committed by one word. What a dead or
// stuck process left unfinished is padded by the folder; a stuck writer that wakes up finds its commit
// refused and takes a new place.
#pragma once

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

// Appends `image` (its commit and checksum are set here). `announce` receives the place before anything is
// written there: a slot that points to it can be judged after a crash. [hot]
void append_outcome(const History& history, uint32_t lane, uint32_t owner, uint64_t generation,
                    OutcomeRecord& image, Word* announce);

// Whether the record at a place is the committed outcome of this decision.
bool is_committed(const History& history, const OutcomePlace& place, uint64_t decision_id);

enum class ReadOutcome { kRead, kPadded, kUnfinished, kOverwritten };

// Copies a record out if it is complete and its checksum is right (a wrong one reads as kPadded).
// `owner` receives who is filling an unfinished one; its number may lie behind kMaxProcesses in a damaged
// file.
ReadOutcome read_outcome(const History& history, uint32_t lane, uint64_t position, OutcomeRecord* copy,
                         uint32_t* owner);

// Gives up an unfinished record so that its lane can be folded past it. False when it was committed or
// overwritten meanwhile.
bool pad_outcome(const History& history, uint32_t lane, uint64_t position);

}  // namespace remora::store
