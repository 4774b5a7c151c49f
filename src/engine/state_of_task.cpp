#include "engine/state_of_task.hpp"

namespace remora::engine {

using base::Code;
using store::Kind;

Code explain_id(const store::History& history, uint32_t id, Kind kind, const char* field,
                base::Problem& problem) {
  if (store::id_kind(id) != static_cast<uint32_t>(kind)) {
    return problem.set(Code::kInvalid, "%s is %#x: not the id of %s", field, id, store::name_of_kind(kind));
  }
  return problem.set(Code::kNotFound, "%s is %#x: no such name among %u (ids differ between directories)",
                     field, id, store::name_count(history, kind));
}

Code refuse_time(const char* field, int64_t ns, base::Problem& problem) {
  return problem.set(Code::kInvalid, "%s is %lld: must be 0 or nanoseconds since 1970, up to the year 2106",
                     field, static_cast<long long>(ns));
}

Code state_key(const store::History& history, uint32_t agent, const StateIds& ids, uint64_t* key, bool* room,
               base::Problem& problem) {
  store::StateKey state{.agent = agent, .task_type = 0, .context = 0, .segment = 0};
  *room = true;
  if (ids.task_type != 0) {
    if (const Code code =
            index_of(history, ids.task_type, Kind::kTaskType, "task_type", &state.task_type, problem);
        !ok(code)) {
      return code;
    }
  }
  if (ids.label_count != 0 || ids.tries.attempts != 0) {
    if (ids.label_count > store::kMaxLabels) {
      return problem.set(Code::kInvalid, "label_count is %u: at most %u", ids.label_count, store::kMaxLabels);
    }
    uint32_t labels[store::kMaxLabels];
    for (uint32_t i = 0; i < ids.label_count; ++i) {
      if (const Code code = index_of(history, ids.labels[i], Kind::kLabel, "labels", &labels[i], problem);
          !ok(code)) {
        return code;
      }
    }
    state.context = store::context_of(history, {labels, ids.label_count}, ids.tries);
    *room = store::has_place(state.context);
  }
  *key = state.pack();
  return Code::kOk;
}

}  // namespace remora::engine
