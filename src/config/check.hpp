// What the settings must be as a whole: names that are names and not given twice, one baseline, stages that
// only grow. Ranges of single values are checked as they are read (reader.hpp).
#pragma once

#include "base/heap.hpp"
#include "base/status.hpp"
#include "config/settings.hpp"

namespace remora::config {

// The first thing wrong: where (as in "agents[2].variants[0]") and what, as a sentence that follows it.
struct Complaint {
  base::String path;
  base::String text;
};

// Errors: kConfig, with *complaint filled. Throws std::bad_alloc.
base::Code check(const Settings& settings, Complaint* complaint);

}  // namespace remora::config
