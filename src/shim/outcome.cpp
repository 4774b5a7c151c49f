#include <remora/outcome.h>

#include "base/clock.hpp"
#include "engine/record.hpp"
#include "shim/batch.hpp"
#include "shim/on_handle.hpp"
#include "shim/struct_size.hpp"

using remora::base::Code;
using remora::base::Problem;
using namespace remora::shim;  // NOLINT(google-build-using-namespace): its tools, below C names

namespace {

bool owner_alive(void* context, uint32_t owner) {
  return static_cast<remora::engine::Engine*>(context)->state().owner_alive(owner);
}

[[gnu::noinline]] void fold_ahead(const HandleCall& call) { call.engine().fold_ahead(); }

Code record_one(const HandleCall& call, const remora_outcome* outcome, remora_reward* reward,
                Problem& problem) {
  Input<remora_outcome> input;
  if (const Code code = input.read(outcome, "remora_outcome", problem); !ok(code)) {
    return code;
  }
  if (call.engine().read_only()) [[unlikely]] {
    return problem.set(Code::kPermission, "the state was opened read-only: outcomes cannot be recorded");
  }
  const remora::engine::Call inside = call.call();
  const remora::engine::RecordContext context{inside, owner_alive, &call.engine()};
  Output<remora_reward> output;
  Code code = reward == nullptr ? Code::kOk : output.begin(reward, "remora_reward", problem);
  code = ok(code) ? remora::engine::record(context, *input.value, output.value, problem) : code;
  if (!ok(code)) {
    return code;
  }
  output.finish();
  if (call.engine().auto_tick() && call.engine().lane_fills(inside.shared_stripe())) [[unlikely]] {
    fold_ahead(call);
  }
  return code;
}

// A failure of it is the log's business and the events', not that of the outcome, which is safe by then.
[[gnu::noinline]] void tick(const HandleCall& call, int64_t now_ns) {
  Problem ignored;
  remora_tick_report report{};
  static_cast<void>(call.engine().tick(remora::engine::Ticker::kRecorder, now_ns, 0, call.seat().stripe(),
                                       &report, ignored));
}

// Housekeeping rides along with recording when it is due, unless the host ticks itself.
void tick_if_due(const HandleCall& call) {
  if (!call.engine().auto_tick()) {
    return;
  }
  const int64_t now_ns = remora::base::coarse_now_ns();
  if (call.engine().claim_tick(now_ns)) [[unlikely]] {
    tick(call, now_ns);
  }
}

}  // namespace

extern "C" {

[[gnu::flatten]] int32_t remora_record_outcome(uint64_t handle, const remora_outcome* outcome,
                                               remora_reward* reward, remora_error* error) {
  return on_handle<HandleCall>(handle, error, [&](const HandleCall& call, Problem& problem) {
    const Code code = record_one(call, outcome, reward, problem);
    if (ok(code)) {
      tick_if_due(call);
    }
    return code;
  });
}

int32_t remora_record_outcome_batch(uint64_t handle, const remora_outcome* outcomes, remora_reward* rewards,
                                    remora_batch* batch, remora_error* error) {
  return on_handle<HandleCall>(handle, error, [&](const HandleCall& call, Problem& problem) {
    Question<remora_batch> io;
    if (const Code code = io.begin(batch, "remora_batch", problem); !ok(code)) {
      return code;
    }
    io.value->done = 0;
    io.value->first_failed = io.value->count;
    Code first = Code::kOk;
    if (io.value->count != 0) {
      first = check_stride(outcomes, io.value->in_stride, "remora_outcome", problem);
      if (ok(first) && rewards != nullptr) {
        first = check_stride(rewards, io.value->out_stride, "remora_reward", problem);
      }
      if (!ok(first)) {
        return first;
      }
    }
    first = run_batch(*io.value, problem, [&](uint64_t i, Problem& item) {
      remora_reward* reward = rewards == nullptr ? nullptr : element(rewards, io.value->out_stride, i);
      return record_one(call, element(outcomes, io.value->in_stride, i), reward, item);
    });
    io.finish();
    tick_if_due(call);
    return first;
  });
}

int32_t remora_record_result(uint64_t handle, uint64_t decision_id, uint32_t success, int64_t duration_ns,
                             remora_error* error) {
  return on_handle<HandleCall>(handle, error, [&](const HandleCall& call, Problem& problem) {
    if (decision_id == 0) {
      return problem.set(Code::kInvalid, "decision_id is 0: the decision was not tracked, or none was made");
    }
    remora_outcome outcome{};
    outcome.struct_size = sizeof outcome;
    outcome.decision_id = decision_id;
    outcome.success = success;
    outcome.duration_ns = duration_ns;
    const Code code = record_one(call, &outcome, nullptr, problem);
    if (ok(code)) {
      tick_if_due(call);
    }
    return code;
  });
}

}  // extern "C"
