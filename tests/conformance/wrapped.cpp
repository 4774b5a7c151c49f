#include "conformance/wrapped.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <remora/remora.hpp>
#include <stdexcept>
#include <vector>

namespace remora::conformance {
namespace {

Library loaded;
std::map<uint64_t, State> opened;  // also closed ones: a transcript goes on calling with their handles

// The wrapper grows its texts and knows its kinds: buffers that are too small and numbers that are no kind
// are for the C functions.
constexpr uint64_t kSmall = 64;
const remora_api& c() { return *loaded.api(); }

const State& of(uint64_t handle) {
  static const State none(std::shared_ptr<const remora_api>(loaded.api(), [](const remora_api*) {}), 0);
  const auto found = opened.find(handle);
  return found == opened.end() ? none : found->second;
}

int32_t tell(const Error& from, remora_error* error) {
  if (error != nullptr) {
    error->code = from.code();
    error->os_errno = from.os_errno();
    const std::string_view text = from.code() == REMORA_OK ? std::string_view() : from.text();
    const size_t size = std::min(text.size(), sizeof error->text - 1);
    std::copy_n(text.data(), size, error->text);
    error->text[size] = '\0';
  }
  return from.code();
}

template <class Value, class Out>
int32_t give(const Result<Value>& result, Out* out, remora_error* error) {
  if (out != nullptr) {
    *out = *result;
  }
  return tell(result.error(), error);
}

int32_t give_text(const Result<std::string>& result, char* buffer, uint64_t* needed, remora_error* error) {
  std::memcpy(buffer, result->c_str(), result->size() + 1);
  *needed = result->size() + 1;
  return tell(result.error(), error);
}

// A struct of the C headers as the wrapper's own.
template <class Wrapped, class Raw>
Wrapped wrap(const Raw& raw) {
  Wrapped wrapped;
  static_cast<Raw&>(wrapped) = raw;
  return wrapped;
}
template <class Wrapped, class Raw>
std::vector<Wrapped> wrap_all(const Raw* raw, uint64_t count) {
  std::vector<Wrapped> all;
  for (uint64_t i = 0; i < count; ++i) {
    all.push_back(wrap<Wrapped>(raw[i]));
  }
  return all;
}

// Calls find.operator()<IdType>() with the id type of a kind.
template <class Find>
int32_t by_kind(uint32_t kind, Find&& find) {
  switch (kind) {
    case REMORA_KIND_CATEGORY:
      return find.template operator()<CategoryId>();
    case REMORA_KIND_AGENT:
      return find.template operator()<AgentId>();
    case REMORA_KIND_TASK_TYPE:
      return find.template operator()<TaskTypeId>();
    case REMORA_KIND_LABEL:
      return find.template operator()<LabelId>();
    case REMORA_KIND_METRIC:
      return find.template operator()<MetricId>();
    default:
      return find.template operator()<RolloutId>();
  }
}
bool is_kind(uint32_t kind) { return kind >= REMORA_KIND_CATEGORY && kind <= REMORA_KIND_ROLLOUT; }

// A page of structs: into places of the wrapper's own, and from there to the caller's.
template <class Wrapped, class Raw, class List>
int32_t give_page(Raw* items, uint32_t capacity, uint32_t* count, List&& list) {
  std::vector<Wrapped> places(capacity);
  const auto page = list(std::span<Wrapped>(places));
  *count = static_cast<uint32_t>(page->size());
  std::copy(page->begin(), page->end(), items);
  return page.code();
}

void put_opening(remora_api& api) {
  api.abi_version = [] { return loaded.abi_version(); };
  api.version_text = [](char* buffer, uint64_t capacity, uint64_t* needed) {
    return capacity < kSmall ? c().version_text(buffer, capacity, needed)
                             : give_text(loaded.version_text(), buffer, needed, nullptr);
  };
  api.status_text = [](int32_t code, char* buffer, uint64_t capacity, uint64_t* needed) {
    return capacity < kSmall ? c().status_text(code, buffer, capacity, needed)
                             : give_text(loaded.status_text(code), buffer, needed, nullptr);
  };
  api.struct_size = [](const char* name, uint32_t* size) {
    return give(loaded.struct_size(name), size, nullptr);
  };
  api.open = [](const char* path, uint64_t size, const remora_options* options, uint64_t* handle,
                remora_error* error) {
    auto state = loaded.open({path, size}, wrap<Options>(*options));
    const int32_t code = tell(state.error(), error);
    if (state) {
      *handle = state->handle();
      opened[*handle] = std::move(state).value();
    }
    return code;
  };
  api.close = [](uint64_t handle, remora_error* error) {
    const auto found = opened.find(handle);
    // Closing a State twice does nothing; what the library says of the old handle is asked of the library.
    return found != opened.end() && found->second.is_open() ? tell(found->second.close().error(), error)
                                                            : c().close(handle, error);
  };
}

void put_names(remora_api& api) {
  api.intern = [](uint64_t handle, uint32_t kind, const char* name, uint64_t size, remora_id* id,
                  remora_error* error) {
    return is_kind(kind) ? by_kind(kind,
                                   [&]<class IdType>() {
                                     return give(of(handle).intern<IdType>({name, size}), id, error);
                                   })
                         : c().intern(handle, kind, name, size, id, error);
  };
  api.find = [](uint64_t handle, uint32_t kind, const char* name, uint64_t size, remora_id* id,
                remora_error* error) {
    return is_kind(kind) ? by_kind(kind,
                                   [&]<class IdType>() {
                                     return give(of(handle).find<IdType>({name, size}), id, error);
                                   })
                         : c().find(handle, kind, name, size, id, error);
  };
  api.name_of = [](uint64_t handle, remora_id id, char* buffer, uint64_t capacity, uint64_t* needed,
                   remora_error* error) {
    return capacity < kSmall ? c().name_of(handle, id, buffer, capacity, needed, error)
                             : give_text(of(handle).name_of(id), buffer, needed, error);
  };
  api.agent_register = [](uint64_t handle, const char* name, uint64_t size, remora_id category, remora_id* id,
                          remora_error* error) {
    return give(of(handle).agent_register({name, size}, CategoryId(category)), id, error);
  };
  api.variant_register = [](uint64_t handle, const char* name, uint64_t size, remora_variant* variant,
                            remora_error* error) {
    return give(of(handle).variant_register({name, size}, wrap<Variant>(*variant)), variant, error);
  };
  api.agent_define = [](uint64_t handle, const char* agent, const char* variants, remora_id* id,
                        remora_error* error) {
    return give(of(handle).agent_define(agent, variants), id, error);
  };
  api.variant_name = [](uint64_t handle, remora_id agent, uint32_t variant, char* buffer, uint64_t capacity,
                        uint64_t* needed) {
    return capacity < kSmall
               ? c().variant_name(handle, agent, variant, buffer, capacity, needed)
               : give_text(of(handle).variant_name(AgentId(agent), variant), buffer, needed, nullptr);
  };
  api.agent_info = [](uint64_t handle, remora_agent* agent, remora_error* error) {
    return give(of(handle).agent_info(AgentId(agent->agent)), agent, error);
  };
  api.variant_info = [](uint64_t handle, remora_variant* variant, remora_error* error) {
    return give(of(handle).variant_info(AgentId(variant->agent), variant->variant), variant, error);
  };
  api.list_names = [](uint64_t handle, uint32_t kind, uint64_t* cursor, remora_id* ids, uint32_t capacity,
                      uint32_t* count) {
    if (!is_kind(kind)) {
      return c().list_names(handle, kind, cursor, ids, capacity, count);
    }
    const auto page = of(handle).list_names(static_cast<remora_kind>(kind), *cursor, {ids, capacity});
    *count = static_cast<uint32_t>(page->size());
    return page.code();
  };
}

void put_deciding(remora_api& api) {
  api.route = [](uint64_t handle, const remora_task* task, remora_decision* decision, remora_error* error) {
    return give(of(handle).route(*task), decision, error);
  };
  api.route_batch = [](uint64_t handle, const remora_task* tasks, remora_decision* decisions,
                       remora_batch* batch, remora_error* error) {
    std::vector<Decision> places(batch->count);
    const auto result = of(handle).route_batch(wrap_all<Task>(tasks, batch->count), places);
    std::copy(places.begin(), places.end(), decisions);
    return give(result, batch, error);
  };
  api.route_named = [](uint64_t handle, const char* agent, const char* type, uint64_t unit,
                       remora_decision* decision, remora_error* error) {
    return give(of(handle).route_named(agent, type, unit), decision, error);
  };
  api.classify = [](uint64_t handle, const char* arena, uint64_t, const remora_text* text,
                    remora_classification* found, remora_error* error) {
    return give(of(handle).classify({arena, text->text_size}, {arena + text->text_size, text->files_size}),
                found, error);
  };
  api.task_rule_add = [](uint64_t handle, const char* arena, uint64_t, const remora_task_rule* rule,
                         remora_id* type, remora_error* error) {
    const char* const keywords = arena + rule->name_size;
    return give(of(handle).task_rule_add({arena, rule->name_size}, {keywords, rule->keywords_size},
                                         {keywords + rule->keywords_size, rule->patterns_size}, rule->weight),
                type, error);
  };
  api.record_outcome = [](uint64_t handle, const remora_outcome* outcome, remora_reward* reward,
                          remora_error* error) {
    return give(of(handle).record_outcome(*outcome), reward, error);
  };
  api.record_outcome_batch = [](uint64_t handle, const remora_outcome* outcomes, remora_reward* rewards,
                                remora_batch* batch, remora_error* error) {
    std::vector<Reward> places(rewards == nullptr ? 0 : batch->count);
    const auto result = of(handle).record_outcome_batch(wrap_all<Outcome>(outcomes, batch->count), places);
    std::copy(places.begin(), places.end(), rewards);
    return give(result, batch, error);
  };
  api.record_result = [](uint64_t handle, uint64_t id, uint32_t success, int64_t duration,
                         remora_error* error) {
    return tell(of(handle).record_result(id, success != 0, duration).error(), error);
  };
}

void put_guarding(remora_api& api) {
  api.safety_check = [](uint64_t handle, const remora_safety_query* query, remora_safety_verdict* verdict,
                        remora_error* error) {
    return give(of(handle).safety_check(AgentId(query->agent), query->variant, query->now_ns), verdict,
                error);
  };
  api.variant_block = [](uint64_t handle, remora_id agent, uint32_t variant, remora_error* error) {
    return tell(of(handle).variant_block(AgentId(agent), variant).error(), error);
  };
  api.variant_unblock = [](uint64_t handle, remora_id agent, uint32_t variant, remora_error* error) {
    return tell(of(handle).variant_unblock(AgentId(agent), variant).error(), error);
  };
  api.rollout_start = [](uint64_t handle, const char* name, uint64_t size, const remora_rollout_plan* plan,
                         remora_id* id, remora_error* error) {
    return give(of(handle).rollout_start({name, size}, *plan), id, error);
  };
  api.rollout_gate = [](uint64_t handle, const remora_gate_query* query, remora_gate* gate,
                        remora_error* error) {
    return give(of(handle).rollout_gate(AgentId(query->agent), query->unit_key), gate, error);
  };
  api.rollout_command = [](uint64_t handle, remora_id rollout, uint32_t command, int64_t now,
                           remora_error* error) {
    if (command < REMORA_ROLLOUT_ADVANCE || command > REMORA_ROLLOUT_ROLL_BACK) {
      return c().rollout_command(handle, rollout, command, now, error);
    }
    const auto known = static_cast<remora_rollout_command_code>(command);
    return tell(of(handle).rollout_command(RolloutId(rollout), known, now).error(), error);
  };
  api.rollout_status = [](uint64_t handle, remora_id rollout, remora_rollout* status, remora_error* error) {
    return give(of(handle).rollout_status(RolloutId(rollout)), status, error);
  };
}

void put_operating(remora_api& api) {
  api.snapshot = [](uint64_t handle, remora_snapshot_info* info, remora_error* error) {
    return give(of(handle).snapshot(), info, error);
  };
  api.snapshot_verify = [](uint64_t handle, const char* path, uint64_t size, remora_snapshot_info* info,
                           remora_error* error) {
    return give(of(handle).snapshot_verify({path, size}), info, error);
  };
  api.snapshot_list = [](uint64_t handle, remora_snapshot_info* infos, uint64_t stride, uint32_t capacity,
                         uint32_t* count, remora_error* error) {
    Error told;
    give_page<SnapshotInfo>(infos, capacity, count, [&](std::span<SnapshotInfo> places) {
      auto page = of(handle).snapshot_list(places);
      told = page.error();
      return page;
    });
    if (*count == capacity) {  // the wrapper says how many it gave; how many there are, the C function does
      c().snapshot_list(handle, infos, stride, capacity, count, nullptr);
    }
    return tell(told, error);
  };
  api.snapshot_path = [](uint64_t handle, uint64_t sequence, char* buffer, uint64_t capacity,
                         uint64_t* needed, remora_error* error) {
    return capacity < kSmall ? c().snapshot_path(handle, sequence, buffer, capacity, needed, error)
                             : give_text(of(handle).snapshot_path(sequence), buffer, needed, error);
  };
  api.restore = [](uint64_t handle, const char* path, uint64_t size, remora_snapshot_info* info,
                   remora_error* error) {
    return give(of(handle).restore({path, size}), info, error);
  };
  api.tick = [](uint64_t handle, int64_t now, int64_t budget, remora_tick_report* report,
                remora_error* error) { return give(of(handle).tick(now, budget), report, error); };
  api.control_set = [](uint64_t handle, const remora_control* control, remora_error* error) {
    return tell(of(handle).control_set(*control).error(), error);
  };
  api.control_get = [](uint64_t handle, remora_control* control, remora_error* error) {
    return give(of(handle).control_get(), control, error);
  };
  api.configure = [](uint64_t handle, const char* text, uint64_t size, remora_error* error) {
    return tell(of(handle).configure({text, size}).error(), error);
  };
}

void put_observing(remora_api& api) {
  api.q_cells = [](uint64_t handle, uint64_t* cursor, remora_q_cell* cells, uint64_t, uint32_t capacity,
                   uint32_t* count) {
    return give_page<QCell>(cells, capacity, count,
                            [&](std::span<QCell> places) { return of(handle).q_cells(*cursor, places); });
  };
  api.events = [](uint64_t handle, uint64_t* cursor, remora_event* events, uint64_t, uint32_t capacity,
                  uint32_t* count) {
    return give_page<Event>(events, capacity, count,
                            [&](std::span<Event> places) { return of(handle).events(*cursor, places); });
  };
  api.event_text = [](uint64_t handle, const remora_event* event, char* buffer, uint64_t capacity,
                      uint64_t* needed, remora_error* error) {
    return capacity < kSmall ? c().event_text(handle, event, buffer, capacity, needed, error)
                             : give_text(of(handle).event_text(*event), buffer, needed, error);
  };
  api.stats_get = [](uint64_t handle, remora_stats* stats, remora_error* error) {
    return give(of(handle).stats_get(), stats, error);
  };
  api.metrics_text = [](uint64_t handle, char* buffer, uint64_t capacity, uint64_t* needed,
                        remora_error* error) {
    return capacity < kSmall ? c().metrics_text(handle, buffer, capacity, needed, error)
                             : give_text(of(handle).metrics_text(), buffer, needed, error);
  };
  api.log_drain = [](uint64_t handle, char* buffer, uint64_t capacity, uint64_t* written,
                     remora_error* error) {
    const auto lines = of(handle).log_drain(capacity);
    std::copy(lines->begin(), lines->end(), buffer);
    *written = lines->size();
    return tell(lines.error(), error);
  };
  api.log_callback = [](uint64_t handle, remora_log_function function, void* user, int32_t level,
                        remora_error* error) {
    return tell(of(handle).log_callback(function, user, level).error(), error);
  };
}

}  // namespace

const remora_api& wrapped_plugin(const char* path) {
  static const remora_api api = [path] {
    auto library = Library::load(path);
    if (!library) {
      throw std::runtime_error(std::string(library.error().text()));
    }
    loaded = std::move(library).value();
    remora_api table = *loaded.api();
    for (const auto put :
         {put_opening, put_names, put_deciding, put_guarding, put_operating, put_observing}) {
      put(table);
    }
    return table;
  }();
  return api;
}

}  // namespace remora::conformance
