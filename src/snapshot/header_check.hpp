// Checks a snapshot's first part, which says what the numbers in rows stand for, against this directory.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "snapshot/contents.hpp"
#include "snapshot/envelope.hpp"
#include "snapshot_generated.h"
#include "store/history.hpp"

namespace remora::snapshot {

// `header` has passed the FlatBuffers verifier. Fills agents, task_types, labels and label_sets of
// `contents`. Agents and variants must be registered here under the same names (kKnown): a snapshot adds
// none; with kMayBeNew the links to unknown ones are of no use. Task types and labels may be unknown here.
// Errors: kDamaged (a list that no writer makes), kNotFound (an agent or variant that is not registered
// here). Throws std::bad_alloc.
base::Code check_header(const remora_snapshot::Header& header, const Envelope& envelope,
                        const store::History& history, Roster roster, Contents* contents,
                        base::Problem& problem);

}  // namespace remora::snapshot
