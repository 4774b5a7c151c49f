#include <remora/observe.h>

#include "base/text.hpp"
#include "engine/inspect.hpp"
#include "ops/event_text.hpp"
#include "shim/on_handle.hpp"
#include "shim/struct_size.hpp"

using remora::base::Code;
using remora::base::Problem;
using remora::base::Text;
using namespace remora::shim;  // NOLINT(google-build-using-namespace): its tools, below C names

namespace {

// Fills an array of structs from a source that advances a cursor: `next(&cursor, struct)` is false at the
// end.
template <typename T, typename Next>
Code fill_array(T* items, uint64_t stride, uint32_t capacity, uint64_t* cursor, uint32_t* count,
                const char* name, const Next& next, Problem& problem) {
  if (cursor == nullptr || count == nullptr) {
    return problem.set(Code::kInvalid, "cursor or count is NULL");
  }
  *count = 0;
  if (capacity == 0) {
    return Code::kOk;
  }
  if (const Code code = check_stride(items, stride, name, problem); !ok(code)) {
    return code;
  }
  for (uint32_t i = 0; i < capacity; ++i) {
    Output<T> output;
    if (const Code code = output.begin(element(items, stride, i), name, problem); !ok(code)) {
      return code;
    }
    if (!next(cursor, output.value)) {
      break;
    }
    output.finish();
    ++*count;
  }
  return Code::kOk;
}

Code finish_text(const Text& text, uint64_t capacity, uint64_t* needed, Problem& problem) {
  if (needed != nullptr) {
    *needed = text.needed();
  }
  if (!text.fits()) {
    return problem.set(Code::kBuffer, "the text takes %llu bytes, the buffer has %llu",
                       static_cast<unsigned long long>(text.needed()),
                       static_cast<unsigned long long>(capacity));
  }
  return Code::kOk;
}

Code check_buffer(const char* buffer, uint64_t capacity, Problem& problem) {
  return buffer == nullptr && capacity != 0
             ? problem.set(Code::kInvalid, "buffer is NULL while its capacity is not 0")
             : Code::kOk;
}

}  // namespace

extern "C" {

int32_t remora_q_cells(uint64_t handle, uint64_t* cursor, remora_q_cell* cells, uint64_t stride,
                       uint32_t capacity, uint32_t* count) {
  return on_handle<SlowCall>(handle, nullptr, [&](const SlowCall& call, Problem& problem) {
    const remora::engine::Call inside = call.call();
    return fill_array(
        cells, stride, capacity, cursor, count, "remora_q_cell",
        [&](uint64_t* at, remora_q_cell* cell) {
          return remora::engine::next_cell(inside.history, inside.generation, at, cell);
        },
        problem);
  });
}

int32_t remora_events(uint64_t handle, uint64_t* cursor, remora_event* events, uint64_t stride,
                      uint32_t capacity, uint32_t* count) {
  return on_handle<SlowCall>(handle, nullptr, [&](const SlowCall& call, Problem& problem) {
    const auto& history = call.engine().history();
    return fill_array(
        events, stride, capacity, cursor, count, "remora_event",
        [&](uint64_t* at, remora_event* event) { return remora::engine::next_event(history, at, event); },
        problem);
  });
}

int32_t remora_event_text(uint64_t handle, const remora_event* event, char* buffer, uint64_t capacity,
                          uint64_t* needed, remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    Input<remora_event> input;
    Code code = input.read(event, "remora_event", problem);
    code = ok(code) ? check_buffer(buffer, capacity, problem) : code;
    if (!ok(code)) {
      return code;
    }
    Text text(buffer, capacity);
    remora::ops::append_event_text(call.engine().history(), remora::engine::internal_event(*input.value),
                                   &text);
    return finish_text(text, capacity, needed, problem);
  });
}

int32_t remora_stats_get(uint64_t handle, remora_stats* stats, remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    Output<remora_stats> output;
    const Code code = output.begin(stats, "remora_stats", problem);
    if (ok(code)) {
      remora::engine::collect_stats(call.engine(), call.call().generation, output.value);
      output.finish();
    }
    return code;
  });
}

int32_t remora_metrics_text(uint64_t handle, char* buffer, uint64_t capacity, uint64_t* needed,
                            remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    if (const Code code = check_buffer(buffer, capacity, problem); !ok(code)) {
      return code;
    }
    Text text(buffer, capacity);
    const Code code = remora::engine::write_metrics(call.engine(), call.call(), &text, problem);
    return ok(code) ? finish_text(text, capacity, needed, problem) : code;
  });
}

int32_t remora_log_drain(uint64_t handle, char* buffer, uint64_t capacity, uint64_t* needed,
                         remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    if (const Code code = check_buffer(buffer, capacity, problem); !ok(code)) {
      return code;
    }
    uint64_t unused = 0;
    return call.engine().log().drain(buffer, capacity, needed == nullptr ? &unused : needed, problem);
  });
}

int32_t remora_log_callback(uint64_t handle, remora_log_function function, void* user, int32_t level,
                            remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    return call.engine().log().set_callback(function, user, level, handle, problem);
  });
}

}  // extern "C"
