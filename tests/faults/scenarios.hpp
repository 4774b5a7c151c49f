// Lives of a host, each with another part of what the plugin does.
#pragma once

#include <ostream>

#include "faults/session.hpp"

namespace remora::test {

struct Scenario {
  const char* name;
  void (*run)(Session&);
  uint32_t flags;                       // remora_open_flag
  uint32_t durability;                  // remora_durability
  bool keeps_values;                    // nothing replaces what was learned
  void (*service)(Session&) = nullptr;  // what must work besides, when the faults are over
};

inline void PrintTo(const Scenario& scenario, std::ostream* out) {  // NOLINT(readability-identifier-naming)
  *out << scenario.name;
}

extern const Scenario kLife;      // from its making to its second opening, with everything that writes
extern const Scenario kRestores;  // values are replaced: by call, by file, and by another process
extern const Scenario kKeeper;    // a thread of the plugin does the housekeeping
extern const Scenario kMemory;    // the live files are in memory
extern const Scenario kOperator;  // a host and an operator use all that there is, amid a rollout
extern const Scenario
    kSuccessor;  // opens what a host left that died at work, and one that died amid a restore

}  // namespace remora::test
