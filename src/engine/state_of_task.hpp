// From public ids to the state whose values count: agent, task type, labels, what was tried before.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "store/contexts.hpp"
#include "store/names.hpp"
#include "store/roster.hpp"
#include "store/words.hpp"

namespace remora::engine {

// What is said of an id that names nothing of the kind. Returns kInvalid or kNotFound.
[[gnu::noinline]] base::Code explain_id(const store::History& history, uint32_t id, store::Kind kind,
                                        const char* field, base::Problem& problem);

// What is said of a time that base::is_time refuses. Returns kInvalid.
[[gnu::noinline]] base::Code refuse_time(const char* field, int64_t ns, base::Problem& problem);

// The index behind an id of the wanted kind. Errors: kInvalid (an id of another kind), kNotFound. [hot]
inline base::Code index_of(const store::History& history, uint32_t id, store::Kind kind, const char* field,
                           uint32_t* index, base::Problem& problem) {
  if (store::id_kind(id) != static_cast<uint32_t>(kind) ||
      store::id_index(id) >= store::name_count(history, kind)) [[unlikely]] {
    return explain_id(history, id, kind, field, problem);
  }
  *index = store::id_index(id);
  return base::Code::kOk;
}

// Ids as a task or an outcome names a state.
struct StateIds {
  uint32_t task_type = 0;  // id; 0 = "general"
  uint32_t label_count = 0;
  const uint32_t* labels = nullptr;
  store::Tries tries;
};

// Packs the state of an agent. `room` is false when the labels' set found no place: the state cannot be
// learned. Errors: kInvalid, kNotFound. [hot]
base::Code state_key(const store::History& history, uint32_t agent, const StateIds& ids, uint64_t* key,
                     bool* room, base::Problem& problem);

}  // namespace remora::engine
