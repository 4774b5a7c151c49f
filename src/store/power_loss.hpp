// After a power loss the history file may hold any mixture of old and new words. What one word says is legal
// on its own; this puts right what several words say together. What was synced is complete and stays; what is
// younger may go.
#pragma once

#include "store/generation.hpp"
#include "store/history.hpp"

namespace remora::store {

// By the first process that opens the directory then, under the structure lock, before anything else is read.
void repair_after_power_loss(const History& history);

// Behind it: values of agents and task types whose names are gone would be those of the next names.
void forget_unnamed(const History& history, const Generation& generation);

}  // namespace remora::store
