// Which variants of an agent may be chosen for one task, and which one is wanted.
#pragma once

#include <cstdint>

#include "engine/call.hpp"
#include "learn/policy.hpp"
#include "route/router.hpp"
#include "store/roster.hpp"
#include "store/words.hpp"

namespace remora::engine {

// Everything that decides, read once from the agent's line and the state's row.
struct Candidates {
  const store::AgentRecord* record = nullptr;
  uint32_t agent = 0;
  store::ChoiceWord choice;     // baseline, safe variant, count
  uint64_t candidates = 0;      // live and allowed by the caller
  uint64_t eligible = 0;        // of these, not blocked
  uint64_t wanted = ~0ULL;      // of these, what learning may choose while any of it is eligible
  uint64_t rollout = 0;         // store::RolloutWord; 0 = none
  uint32_t unit = 0;            // rollout::Gate::unit; 0 = no rollout took part
  store::Place place;           // of the state
  uint32_t parent_context = 0;  // store::pooled_context of the key's
  bool room = true;             // the state has or can get a row
  route::StateValues values;
  // Of the choice made: what an evaluation of other policies needs to weigh it.
  uint64_t drawn_from = 0;  // the variants that the policy drew it from; 0 = it was not drawn
  float propensity = 1;     // among them, whatever arm or agent was drawn before

  bool blocked(uint32_t variant) const { return (eligible >> variant & 1) == 0; }
};

// A choice on its way to the decision.
struct Pick {
  uint32_t variant = 0;
  float propensity = 1;
  bool explored = false;
  bool fell_back = false;   // the wanted variant is blocked: this is the safe one
  uint64_t drawn_from = 0;  // 0 = nothing was drawn
};

// The policy over `mask`; without any eligible variant in it, the safe variant. [hot]
Pick pick_learned(const Candidates& c, uint64_t mask, const learn::Settings& settings, uint64_t draw);

// One given variant, or the safe variant when that one is blocked. [hot]
Pick pick_fixed(const Candidates& c, uint32_t variant);

}  // namespace remora::engine
