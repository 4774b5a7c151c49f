// A variant's block word and the agent's words that follow from it: the blocked mask, and the event that
// tells.
#pragma once

#include <cstdint>

#include "guard/reason.hpp"
#include "guard/thresholds.hpp"
#include "store/event_ring.hpp"
#include "store/history.hpp"
#include "store/words.hpp"

namespace remora::guard {

// One variant of an agent; `record` is nullptr when there is none.
struct Place {
  store::AgentRecord* agent = nullptr;
  store::VariantRecord* record = nullptr;
  uint32_t agent_index = 0, variant = 0;
};
Place find_place(const store::History& history, uint32_t agent, uint32_t variant);

// Whether a block word keeps its variant out.
inline bool keeps_out(const store::BlockWord& block) {
  return block.reason != 0 && !block.probation && !block.tolerated;
}

// How long a block lasts before probation: the settings' time, doubled for each relapse, at most 24 hours (or
// the settings' time where that is longer); 0 = until an operator lets the variant back in.
int64_t block_duration_ns(const store::BlockWord& block, const Settings& settings);

// Variants of the agent that may run besides this one, as a mask.
uint64_t others_left(const Place& place);

// Has the agent's mask say what the variant's word says, also when others change the word meanwhile.
void align_mask(const Place& place);

// What the window shows: its newest outcomes, at most `lookback`.
struct Window {
  uint32_t count = 0, successes = 0;

  double rate() const { return count == 0 ? 0 : static_cast<double>(successes) / count; }
};
Window window_of(const store::BlockWord& block, uint64_t recent, uint32_t lookback);

inline uint32_t seconds_of(int64_t ns) { return ns <= 0 ? 0 : static_cast<uint32_t>(ns / 1'000'000'000); }

// Tells that a variant was blocked or let back in: value = success rate of the window, threshold = the
// minimum, detail = outcomes and successes of the window.
void publish_block(const store::History& history, const Place& place, store::EventKind kind,
                   store::Severity severity, Reason reason, const Window& window, double minimum,
                   int64_t now_ns);

}  // namespace remora::guard
