#include <remora/route.h>

#include <new>

#include "engine/classify.hpp"
#include "engine/decide.hpp"
#include "shim/barrier.hpp"
#include "shim/batch.hpp"
#include "shim/on_handle.hpp"
#include "shim/out_text.hpp"
#include "shim/struct_size.hpp"

using remora::base::Code;
using remora::base::Problem;
using remora::store::Kind;
using namespace remora::shim;  // NOLINT(google-build-using-namespace): its tools, below C names

namespace {

// One task, whatever struct sizes the host knows. The decision is filled whatever happens.
Code route_one(const HandleCall& call, uint64_t handle, const remora_task* task, remora_decision* decision,
               Problem& problem) {
  Output<remora_decision> output;
  if (const Code code = output.begin(decision, "remora_decision", problem); !ok(code)) {
    return code;
  }
  Input<remora_task> input;
  Code code = Code::kOk;
  if (!call.ok()) [[unlikely]] {
    remora::engine::fill_safe(nullptr, nullptr, output.value);
    code = bad_handle(handle, problem);
  } else if (code = input.read(task, "remora_task", problem); !ok(code)) [[unlikely]] {
    remora::engine::fill_safe(nullptr, nullptr, output.value);
  } else if (call.engine().read_only()) [[unlikely]] {
    remora::engine::fill_safe(&call.engine().history(), input.value, output.value);
    code = problem.set(Code::kPermission, "the state was opened read-only: decisions cannot be kept");
  } else {
    code = remora::engine::decide(call.call(), *input.value, output.value, problem);
  }
  output.finish();
  return code;
}

// The safe variant, where there was no deciding.
[[gnu::noinline]] void answer_safe(const HandleCall& call, const remora_task* task,
                                   remora_decision* decision) {
  Output<remora_decision> output;
  Problem ignored;
  if (ok(output.begin(decision, "remora_decision", ignored))) {
    remora::engine::fill_safe(call.ok() ? &call.engine().history() : nullptr, task, output.value);
    output.finish();
  }
}

// Runs `body`, which decides; the decision is filled also when memory runs out amid that.
template <typename Body>
Code answered(const HandleCall& call, const remora_task* task, remora_decision* decision, Problem& problem,
              const Body& body) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    Input<remora_task> input;
    Problem ignored;
    // defensive: nothing that decides takes memory by what throws
    answer_safe(call, ok(input.read(task, "remora_task", ignored)) ? input.value : nullptr, decision);
    // defensive: the same
    return problem.set(Code::kMemory, "no memory to decide with: this is the safe variant");
  }
}

// Names of the convenience form; a new task type is interned.
Code read_names(const HandleCall& call, const char* agent, const char* task_type, remora_task* task,
                Problem& problem) {
  if (agent == nullptr) {
    return problem.set(Code::kInvalid, "agent is NULL");
  }
  uint32_t index = 0;
  if (!remora::store::find_name(call.engine().history(), Kind::kAgent, agent, &index)) {
    return problem.set(Code::kNotFound, "no agent is named \"%.96s\": register it first", agent);
  }
  task->agent = remora::store::make_id(Kind::kAgent, index);
  if (task_type == nullptr || task_type[0] == '\0') {
    return Code::kOk;
  }
  return call.engine().intern(Kind::kTaskType, task_type, &task->task_type, problem);
}

}  // namespace

extern "C" {

[[gnu::flatten]] int32_t remora_route(uint64_t handle, const remora_task* task, remora_decision* decision,
                                      remora_error* error) {
  return guarded(error, [&](Problem& problem) {
    const HandleCall call(handle);
    return answered(call, task, decision, problem,
                    [&] { return route_one(call, handle, task, decision, problem); });
  });
}

int32_t remora_route_batch(uint64_t handle, const remora_task* tasks, remora_decision* decisions,
                           remora_batch* batch, remora_error* error) {
  return guarded(error, [&](Problem& problem) {
    const HandleCall call(handle);
    Question<remora_batch> io;
    if (const Code code = io.begin(batch, "remora_batch", problem); !ok(code)) {
      return code;
    }
    io.value->done = 0;
    io.value->first_failed = io.value->count;
    Code first = Code::kOk;
    if (io.value->count == 0 && !call.ok()) {
      return bad_handle(handle, problem);
    }
    if (io.value->count != 0) {
      first = check_stride(tasks, io.value->in_stride, "remora_task", problem);
      if (ok(first)) {
        first = check_stride(decisions, io.value->out_stride, "remora_decision", problem);
      }
      if (!ok(first)) {
        return first;
      }
    }
    first = run_batch(*io.value, problem, [&](uint64_t i, Problem& item) {
      const remora_task* const task = element(tasks, io.value->in_stride, i);
      remora_decision* const decision = element(decisions, io.value->out_stride, i);
      return answered(call, task, decision, item,
                      [&] { return route_one(call, handle, task, decision, item); });
    });
    io.finish();
    return first;
  });
}

[[gnu::flatten]] int32_t remora_route_named(uint64_t handle, const char* agent, const char* task_type,
                                            uint64_t unit_key, remora_decision* decision,
                                            remora_error* error) {
  return guarded(error, [&](Problem& problem) {
    const HandleCall call(handle);
    remora_task task{};
    task.struct_size = sizeof task;
    task.unit_key = unit_key;
    return answered(call, &task, decision, problem, [&] {
      const Code code = call.ok() ? read_names(call, agent, task_type, &task, problem) : Code::kOk;
      if (!ok(code)) {
        answer_safe(call, &task, decision);
        return code;
      }
      return route_one(call, handle, &task, decision, problem);
    });
  });
}

int32_t remora_classify(uint64_t handle, const char* arena, uint64_t arena_size, const remora_text* text,
                        remora_classification* result, remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    Input<remora_text> input;
    Output<remora_classification> output;
    std::string_view bytes;
    Code code = input.read(text, "remora_text", problem);
    code = ok(code) ? output.begin(result, "remora_classification", problem) : code;
    code = ok(code) ? read_text(arena, arena_size, kMostArenaBytes, "arena", &bytes, problem) : code;
    if (!ok(code)) {
      return code;
    }
    code = remora::engine::classify(call.call(), bytes, *input.value, output.value, problem);
    output.finish();
    return code;
  });
}

int32_t remora_task_rule_add(uint64_t handle, const char* arena, uint64_t arena_size,
                             const remora_task_rule* rule, remora_id* task_type, remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    Input<remora_task_rule> input;
    std::string_view bytes;
    Code code = input.read(rule, "remora_task_rule", problem);
    code = ok(code) ? read_text(arena, arena_size, kMostArenaBytes, "arena", &bytes, problem) : code;
    remora::route::TaskRule parsed;
    code = ok(code) ? remora::engine::read_rule(bytes, *input.value, &parsed, problem) : code;
    if (!ok(code)) {
      return code;
    }
    remora_id unused = 0;
    return call.engine().add_task_rule(std::move(parsed), task_type == nullptr ? &unused : task_type,
                                       problem);
  });
}

}  // extern "C"
