#include <remora/safety.h>

#include "base/clock.hpp"
#include "engine/state_of_task.hpp"
#include "guard/operator_actions.hpp"
#include "guard/safety_check.hpp"
#include "shim/barrier.hpp"
#include "shim/on_handle.hpp"
#include "shim/struct_size.hpp"
#include "store/roster.hpp"

using remora::base::Code;
using remora::base::Problem;
using remora::store::Kind;
using namespace remora::shim;  // NOLINT(google-build-using-namespace): its tools, below C names

namespace {

int64_t or_now(int64_t now_ns) { return now_ns != 0 ? now_ns : remora::base::coarse_now_ns(); }

void fill(const remora::guard::Verdict& verdict, remora_safety_verdict* out) {
  out->allowed = verdict.allowed ? 1 : 0;
  out->reason = static_cast<int32_t>(verdict.reason);
  out->safe_variant = verdict.safe_variant;
  out->window_count = verdict.window_count;
  out->window_successes = verdict.window_successes;
  out->hour_count = verdict.hour_count;
  out->hour_successes = verdict.hour_successes;
  out->day_count = verdict.day_count;
  out->day_successes = verdict.day_successes;
  out->success_rate = verdict.success_rate;
  out->interval_low = verdict.interval_low;
  out->interval_high = verdict.interval_high;
  out->minimum = verdict.minimum;
  out->blocked_since_ns = verdict.blocked_since_ns;
  out->probation_ns = verdict.probation_ns;
}

Code check_variant(remora::engine::Engine& engine, const remora_safety_query& query,
                   remora::guard::Verdict* verdict, Problem& problem) {
  if (query.flags != 0) {
    return problem.set(Code::kUnsupported, "query.flags has unknown bits %#x", query.flags);
  }
  if (!remora::base::is_time(query.now_ns)) {
    return remora::engine::refuse_time("query.now_ns", query.now_ns, problem);
  }
  uint32_t agent = 0;
  const auto& history = engine.history();
  if (const Code code =
          remora::engine::index_of(history, query.agent, Kind::kAgent, "agent", &agent, problem);
      !ok(code)) {
    return code;
  }
  if (!remora::guard::check(history, agent, query.variant, engine.active().profile(agent).safety,
                            or_now(query.now_ns), verdict)) {
    return problem.set(Code::kNotFound, "agent %#x has no variant %u", query.agent, query.variant);
  }
  return Code::kOk;
}

// What block and unblock share: a handle that may write, and an agent index.
template <typename Body>
int32_t on_variant(uint64_t handle, remora_id agent, remora_error* error, const Body& body) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    if (call.engine().read_only()) {
      return problem.set(Code::kPermission, "the state was opened read-only");
    }
    uint32_t index = 0;
    const Code code =
        remora::engine::index_of(call.engine().history(), agent, Kind::kAgent, "agent", &index, problem);
    return ok(code) ? body(call.engine(), index, problem) : code;
  });
}

}  // namespace

extern "C" {

int32_t remora_safety_check(uint64_t handle, const remora_safety_query* query, remora_safety_verdict* verdict,
                            remora_error* error) {
  return guarded(error, [&](Problem& problem) {
    const HandleCall call(handle);
    Output<remora_safety_verdict> output;
    if (const Code code = output.begin(verdict, "remora_safety_verdict", problem); !ok(code)) {
      return code;
    }
    remora::guard::Verdict answer;
    Input<remora_safety_query> input;
    Code code = call.ok() ? input.read(query, "remora_safety_query", problem) : bad_handle(handle, problem);
    if (ok(code)) {
      code = check_variant(call.engine(), *input.value, &answer, problem);
    }
    fill(answer, output.value);
    output.finish();
    return code;
  });
}

int32_t remora_variant_block(uint64_t handle, remora_id agent, uint32_t variant, remora_error* error) {
  return on_variant(
      handle, agent, error, [&](remora::engine::Engine& engine, uint32_t index, Problem& problem) {
        return remora::guard::block(engine.history(), index, variant, remora::guard::Reason::kOperator,
                                    engine.active().profile(index).safety, engine.present_ns(), problem);
      });
}

int32_t remora_variant_unblock(uint64_t handle, remora_id agent, uint32_t variant, remora_error* error) {
  return on_variant(
      handle, agent, error, [&](remora::engine::Engine& engine, uint32_t index, Problem& problem) {
        return remora::guard::unblock(engine.history(), index, variant, engine.active().profile(index).safety,
                                      engine.present_ns(), problem);
      });
}

}  // extern "C"
