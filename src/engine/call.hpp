// What a call that is inside may use: valid until it leaves.
#pragma once

#include <cstdint>

#include "base/thread_context.hpp"
#include "engine/active.hpp"
#include "store/generation.hpp"
#include "store/history.hpp"
#include "store/stripe.hpp"

namespace remora::engine {

struct Call {
  const store::History& history;
  const store::Generation& generation;
  const store::Seat& seat;
  base::ThreadContext& thread;
  const Active& active;
  uint32_t owner;  // process slot

  // Spreads threads of all processes over the counters and lanes of the history.
  uint32_t shared_stripe() const { return owner * 7 + thread.number; }
  store::CounterStripe& counters() const { return history.counters(shared_stripe()); }
  uint64_t control() const { return control_in_force(history, active); }
};

}  // namespace remora::engine
