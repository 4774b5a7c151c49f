// All figures of a state directory in the Prometheus text format. docs/metrics.md lists the names, which do
// not change.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/status.hpp"
#include "base/text.hpp"
#include "store/generation.hpp"
#include "store/history.hpp"

namespace remora::ops {

// Where the figures come from.
struct MetricsSource {
  const store::History& history;
  const store::Generation& generation;  // in force
  uint64_t control = 0;                 // store::ControlBits in force for this process
  std::string_view version;             // of the library
  uint32_t processes = 0;               // that have the directory open
  uint64_t mapped_bytes = 0;
  int64_t now_ns = 0;  // where the windows of an hour and a day end
};

// Appends all metrics. Reads without any lock while others write: each figure is right by itself, and
// counters never go back. Counts of the ledger cost a pass over it (some milliseconds at 1,048,576 slots).
// Errors: kMemory.
base::Code append_metrics(const MetricsSource& source, base::Text* text, base::Problem& problem);

// Parts of it, each in a file of its own.
class MetricWriter;
void append_variant_metrics(const MetricsSource& source, MetricWriter* writer);  // throws std::bad_alloc
void append_rollout_metrics(const MetricsSource& source, MetricWriter* writer);

}  // namespace remora::ops
