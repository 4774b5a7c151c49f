// Record outcome, whole: how did it go, and what follows from it.
#pragma once

#include <remora/outcome.h>

#include "base/status.hpp"
#include "engine/call.hpp"

namespace remora::engine {

// Asks whether the process of a slot lives; used only when a decision is in another's hands.
using OwnerAlive = bool (*)(void* context, uint32_t owner);

struct RecordContext {
  const Call& call;
  OwnerAlive alive;
  void* alive_context;
  bool overdue = false;  // nobody reported it: this is what the agent's deadline makes of it
};

// Records one outcome exactly once. The order is what makes it so: check everything, claim the decision by
// one word, write the outcome record with its commit mark, then learn, then free. `reward` may be null (its
// struct_size is left alone). Errors as remora_record_outcome. [hot]
base::Code record(const RecordContext& context, const remora_outcome& outcome, remora_reward* reward,
                  base::Problem& problem);

}  // namespace remora::engine
