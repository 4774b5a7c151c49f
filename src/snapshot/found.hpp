// A new state founded on a snapshot: what memory-backed storage begins with after a reboot.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/status.hpp"
#include "snapshot/info.hpp"
#include "store/state.hpp"

namespace remora::snapshot {

// As restore, for a state that nobody has learned anything in. Registers the agents that the snapshot names,
// in their categories, and their variants as retired: known, so that their values have a place, but never
// chosen until the host registers them itself. Keeps no snapshot of what is replaced. Errors: as restore,
// kExists (an agent is registered in another category), kFull.
base::Code found_state(store::State& state, std::string_view path, int64_t now_ns, Info* restored,
                       base::Problem& problem);

}  // namespace remora::snapshot
