// Events as text: one line of JSON, names resolved, with a plain sentence.
#pragma once

#include "base/text.hpp"
#include "store/event_ring.hpp"
#include "store/history.hpp"

namespace remora::ops {

// Appends the event as a JSON object without a line feed:
//   sequence, time (RFC 3339, UTC), kind, severity
//   agent, variant, rollout, stage, reason   where the kind has them; names, or null when an id is none of
//   ours value, threshold, detail                 as remora_event has them message the same as a sentence
// The same event gives the same text at any time. Allocates nothing.
void append_event_text(const store::History& history, const store::Event& event, base::Text* text);

}  // namespace remora::ops
