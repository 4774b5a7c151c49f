// What route leaves in the ledger, for actors of a model.
#pragma once

#include <cstdint>

#include "model/small_state.hpp"
#include "store/stripe.hpp"

namespace remora::model {

// Makes a decision as route does; `task` shows in the key, so that fields of two can be told apart. 0 when no
// slot is to be had.
uint64_t decide(SmallState& small, const store::Seat& seat, uint32_t task, uint32_t variant = 0);

}  // namespace remora::model
