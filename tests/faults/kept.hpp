// What a state knew at the end of a sync, and must know whatever happens then.
#pragma once

#include <remora/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>

namespace remora::test {

struct Kept {
  struct Value {
    double q;
    uint32_t visits;
  };
  using Cell = std::tuple<remora_id, remora_id, uint32_t>;  // agent, task type, variant
  using Values = std::map<Cell, Value>;

  std::map<std::pair<uint32_t, std::string>, remora_id> names;  // by kind and text
  std::map<uint64_t, Values> values;  // by the generations that may be in force; empty: nothing was synced
  bool blocked = false;               // the session's variant, by an operator
  std::optional<uint32_t> mode;       // of the control word; nothing while that changes
  uint32_t progress = 0;              // of the rollout, at least: 0 none, 1 its first stage ...
};

}  // namespace remora::test
