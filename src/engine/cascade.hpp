// Tasks that are tried again: what the decision before says of the next one.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "engine/candidates.hpp"
#include "learn/settings.hpp"
#include "store/contexts.hpp"

namespace remora::engine {

// What was tried by the decision `previous` and those before it: its own state and variant say so. Of another
// agent only the number of attempts counts, for its variants are others. Where the settings say so,
// candidates->wanted leaves out what was tried. Without cascades nothing is looked at.
// Errors: kExpired. [hot]
[[gnu::noinline]] base::Code read_tries(const store::History& history, uint64_t previous,
                                        const learn::Settings& settings, Candidates* candidates,
                                        store::Tries* tries, base::Problem& problem);

}  // namespace remora::engine
