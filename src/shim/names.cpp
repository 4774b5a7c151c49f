#include <remora/names.h>

#include "engine/inspect.hpp"
#include "engine/state_of_task.hpp"
#include "shim/on_handle.hpp"
#include "shim/out_text.hpp"
#include "shim/struct_size.hpp"
#include "store/roster.hpp"

using remora::base::Code;
using remora::base::Problem;
using remora::store::Kind;
using namespace remora::shim;  // NOLINT(google-build-using-namespace): its tools, below C names

namespace {

constexpr bool is_kind(uint32_t kind) { return kind >= 1 && kind <= remora::store::kLastKind; }

Code bad_kind(uint32_t kind, Problem& problem) {
  return problem.set(Code::kInvalid, "kind is %u: must be a remora_kind, 1 .. %u", kind,
                     remora::store::kLastKind);
}

// The name that a caller asks an id for. Errors: kInvalid.
Code read_name(uint32_t kind, const char* name, uint64_t name_size, const remora_id* id,
               std::string_view* text, Problem& problem) {
  if (const Code code = read_text(name, name_size, remora::store::kMaxNameBytes, "name", text, problem);
      !ok(code)) {
    return code;
  }
  if (id == nullptr) {
    return problem.set(Code::kInvalid, "id is NULL");
  }
  return is_kind(kind) ? Code::kOk : bad_kind(kind, problem);
}

}  // namespace

extern "C" {

int32_t remora_intern(uint64_t handle, uint32_t kind, const char* name, uint64_t name_size, remora_id* id,
                      remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    std::string_view text;
    if (const Code code = read_name(kind, name, name_size, id, &text, problem); !ok(code)) {
      return code;
    }
    if (static_cast<Kind>(kind) == Kind::kAgent || static_cast<Kind>(kind) == Kind::kRollout) {
      return problem.set(Code::kInvalid,
                         "agents and rollouts are made by remora_agent_register and remora_rollout_start");
    }
    return call.engine().intern(static_cast<Kind>(kind), text, id, problem);
  });
}

int32_t remora_find(uint64_t handle, uint32_t kind, const char* name, uint64_t name_size, remora_id* id,
                    remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    std::string_view text;
    if (const Code code = read_name(kind, name, name_size, id, &text, problem); !ok(code)) {
      return code;
    }
    uint32_t index = 0;
    if (!remora::store::find_name(call.engine().history(), static_cast<Kind>(kind), text, &index)) {
      return problem.set(Code::kNotFound, "\"%.*s\" names not %s here: register it first, or see list_names",
                         static_cast<int>(text.size()), text.data(),
                         remora::store::name_of_kind(static_cast<Kind>(kind)));
    }
    *id = remora::store::make_id(static_cast<Kind>(kind), index);
    return Code::kOk;
  });
}

int32_t remora_name_of(uint64_t handle, remora_id id, char* buffer, uint64_t capacity, uint64_t* needed,
                       remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    const std::string_view text = remora::store::name_text(
        call.engine().history(), static_cast<Kind>(remora::store::id_kind(id)), remora::store::id_index(id));
    if (text.empty()) {
      return problem.set(Code::kNotFound, "id %#x names nothing here (ids differ between directories)", id);
    }
    return write_text(text, buffer, capacity, needed, problem);
  });
}

int32_t remora_agent_register(uint64_t handle, const char* name, uint64_t name_size, remora_id category,
                              remora_id* agent, remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    std::string_view text;
    if (const Code code = read_text(name, name_size, remora::store::kMaxNameBytes, "name", &text, problem);
        !ok(code)) {
      return code;
    }
    if (agent == nullptr) {
      return problem.set(Code::kInvalid, "agent is NULL");
    }
    return call.engine().register_agent(text, category, agent, problem);
  });
}

int32_t remora_variant_register(uint64_t handle, const char* name, uint64_t name_size,
                                remora_variant* variant, remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    std::string_view text;
    if (const Code code = read_text(name, name_size, remora::store::kMaxNameBytes, "name", &text, problem);
        !ok(code)) {
      return code;
    }
    Input<remora_variant> input;
    if (const Code code = input.read(variant, "remora_variant", problem); !ok(code)) {
      return code;
    }
    return call.engine().register_variant(text, *input.value, &variant->variant, problem);
  });
}

int32_t remora_agent_define(uint64_t handle, const char* agent, const char* variants, remora_id* id,
                            remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    if (agent == nullptr || variants == nullptr) {
      return problem.set(Code::kInvalid, "agent or variants is NULL");
    }
    remora_id unused = 0;
    return call.engine().define_agent(agent, variants, id == nullptr ? &unused : id, problem);
  });
}

int32_t remora_variant_name(uint64_t handle, remora_id agent, uint32_t variant, char* buffer,
                            uint64_t capacity, uint64_t* needed) {
  return on_handle<SlowCall>(handle, nullptr, [&](const SlowCall& call, Problem& problem) {
    uint32_t index = 0;
    const auto& history = call.engine().history();
    if (const Code code = remora::engine::index_of(history, agent, Kind::kAgent, "agent", &index, problem);
        !ok(code)) {
      return code;
    }
    remora::store::VariantFacts facts;
    if (!remora::store::variant_facts(history, index, variant, &facts)) {
      return problem.set(Code::kNotFound, "agent %#x has no variant %u", agent, variant);
    }
    return write_text(facts.name, buffer, capacity, needed, problem);
  });
}

int32_t remora_agent_info(uint64_t handle, remora_agent* agent, remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    Question<remora_agent> output;
    Code code = output.begin(agent, "remora_agent", problem);
    if (ok(code)) {
      code = remora::engine::describe_agent(call.engine().history(), output.value, problem);
    }
    if (ok(code)) {
      output.finish();
    }
    return code;
  });
}

int32_t remora_variant_info(uint64_t handle, remora_variant* variant, remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    Question<remora_variant> output;
    Code code = output.begin(variant, "remora_variant", problem);
    if (ok(code)) {
      code = remora::engine::describe_variant(call.engine().history(), output.value, problem);
    }
    if (ok(code)) {
      output.finish();
    }
    return code;
  });
}

int32_t remora_list_names(uint64_t handle, uint32_t kind, uint64_t* cursor, remora_id* ids, uint32_t capacity,
                          uint32_t* count) {
  return on_handle<SlowCall>(handle, nullptr, [&](const SlowCall& call, Problem& problem) {
    if (cursor == nullptr || count == nullptr || (ids == nullptr && capacity != 0)) {
      return problem.set(Code::kInvalid, "cursor, ids or count is NULL");
    }
    if (!is_kind(kind)) {
      return bad_kind(kind, problem);
    }
    const uint64_t end = remora::store::name_count(call.engine().history(), static_cast<Kind>(kind));
    uint32_t written = 0;
    while (written < capacity && *cursor < end) {
      ids[written++] = remora::store::make_id(static_cast<Kind>(kind), static_cast<uint32_t>((*cursor)++));
    }
    *count = written;
    return Code::kOk;
  });
}

}  // extern "C"
