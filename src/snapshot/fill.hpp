// Puts the values of a checked snapshot into a generation that nobody uses yet.
#pragma once

#include "base/status.hpp"
#include "snapshot/contents.hpp"
#include "store/generation.hpp"
#include "store/history.hpp"

namespace remora::snapshot {

// What the numbers in rows are called here.
struct Translation {
  base::Vector<uint32_t> task_types;  // index here, by index in the file; unused ones are 0
  base::Vector<uint32_t> contexts;    // context here, by number of the label set in the file; [0] = 0
};

// Interns the task types and labels that rows use. They take at most half of the names that are still free,
// so that a snapshot cannot use up what the host needs for its agents. The caller holds the structure lock.
// Errors: kFull; names added until then stay. Throws std::bad_alloc, as does fill_generation.
base::Code translate_names(const Contents& contents, const store::History& history, Translation* translation,
                           base::Problem& problem);

// Errors: kFull (more states than the table, or than an agent's share of it, takes), kInternal.
base::Code fill_generation(const Contents& contents, const Translation& translation,
                           const store::History& history, const store::Generation& generation,
                           base::Problem& problem);

}  // namespace remora::snapshot
