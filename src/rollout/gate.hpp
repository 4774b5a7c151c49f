// Is this unit in the rollout: a pure function of the agent's one word.
#pragma once

#include <cstdint>

#include "rollout/assignment.hpp"
#include "rollout/codes.hpp"
#include "store/words.hpp"

namespace remora::rollout {

// Twin of remora_gate, with what route needs beside it.
struct Gate {
  bool in = false;  // the unit gets the treatment, as a real or (mode shadow) as a shadow run
  State state = State::kNone;
  Mode mode = Mode::kOff;
  uint32_t stage = 0;
  uint32_t share_basis_points = 0;
  uint32_t rollout = 0;           // index; meaningless while state is kNone
  uint32_t treatment = 0;         // variant, or RolloutWord::kLearned
  uint32_t epoch = 0;             // goes into SlotWhen, so that the outcome is counted where it belongs
  uint32_t unit = 0;              // who it is for, as outcomes count it; goes into LedgerSlot::facts
  Reason reason = Reason::kNone;  // of the last change
};

// Answers for a unit. unit_key 0 takes `draw`, 64 random bits, instead: each decision on its own. While
// paused the gate answers as while running; a complete rollout has everybody in, a rolled-back one nobody.
// [hot]
inline Gate evaluate(const store::RolloutWord& word, uint64_t unit_key, uint64_t draw,
                     const uint64_t (&secret)[2]) {
  Gate gate;
  gate.state = static_cast<State>(word.state);
  if (gate.state == State::kNone) {
    return gate;
  }
  gate.mode = static_cast<Mode>(word.mode);
  gate.stage = word.stage;
  gate.share_basis_points = word.share_basis_points;
  gate.rollout = word.rollout;
  gate.treatment = word.treatment;
  gate.epoch = word.epoch;
  gate.reason = static_cast<Reason>(word.reason);
  // The policy takes the same draw: the constant keeps the two choices independent.
  const uint64_t unit = unit_key != 0 ? unit_key : draw ^ 0xD1B54A32D192ED03ULL;
  const uint64_t hash = unit_hash(unit, word.rollout, secret);
  gate.in = gate.state != State::kRolledBack && bucket_of(hash) < word.share_basis_points;
  gate.unit = static_cast<uint32_t>(hash);
  return gate;
}

}  // namespace remora::rollout
