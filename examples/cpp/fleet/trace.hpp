// Trace files: recorded tasks with what each variant made of them. docs/trace-files.md describes the form.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fleet {

// What one variant made of one task.
struct TraceOutcome {
  bool known = false;  // the file says whether it succeeded
  bool ok = false;
  double quality = -1;      // 0 .. 1; -1 = not graded
  int64_t cost_micros = 0;  // 0 = not known
};

struct TraceTask {
  std::string type;   // s_type, with s_sub behind a slash; empty = to be classified
  std::string level;  // s_level
  std::string files;  // separated by line feeds
  std::string text;
  std::vector<TraceOutcome> outcomes;  // by variant
};

struct Trace {
  std::vector<std::string> variants;
  std::vector<TraceTask> tasks;
};

// Reads a trace file. On failure false, and *problem says what is wrong in which line.
bool read_trace(const std::string& path, Trace* trace, std::string* problem);

// Writes a trace file from the demo's simulated world: `rows` tasks of the coverage-analyzer, drawn with
// `seed`.
bool write_trace(const std::string& path, uint64_t seed, uint32_t rows);

}  // namespace fleet
