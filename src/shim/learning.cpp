#include <remora/learning.h>

#include "engine/convergence.hpp"
#include "engine/engine.hpp"
#include "engine/evaluate.hpp"
#include "engine/explain.hpp"
#include "engine/relearn.hpp"
#include "engine/replay.hpp"
#include "engine/state_of_task.hpp"
#include "shim/on_handle.hpp"
#include "shim/out_text.hpp"
#include "shim/struct_size.hpp"

using remora::base::Code;
using remora::base::Problem;
using namespace remora::shim;  // NOLINT(google-build-using-namespace): its tools, below C names

namespace {

constexpr uint32_t kMostBatches = 1'000'000;
constexpr uint32_t kMostOfBatch = 4'096;
constexpr uint32_t kMostPool = 1U << 20;

Code check(const remora_replay_request& request, Problem& problem) {
  if (request.mode > REMORA_REPLAY_RELEARN) {
    return problem.set(Code::kInvalid,
                       "request.mode is %u: must be 0 (uniform), 1 (prioritized) or 2 (relearn)",
                       request.mode);
  }
  if (request.batches > kMostBatches || request.batch_size > kMostOfBatch || request.pool > kMostPool) {
    return problem.set(
        Code::kInvalid, "request.batches is %u, batch_size %u, pool %u: must be at most %u, %u and %u",
        request.batches, request.batch_size, request.pool, kMostBatches, kMostOfBatch, kMostPool);
  }
  // Written so that a NaN is refused.
  if (!(request.alpha >= 0 && request.alpha <= 1 && request.beta >= 0 && request.beta <= 1)) {
    return problem.set(Code::kInvalid, "request.alpha is %g, beta %g: must be from 0 to 1", request.alpha,
                       request.beta);
  }
  return Code::kOk;
}

void fill(const remora::engine::ExperienceSkipped& skipped, remora_replay_report* out) {
  out->skipped_unlearned = skipped.unlearned;
  out->skipped_superseded = skipped.superseded;
  out->skipped_no_value = skipped.no_value;
  out->skipped_unreadable = skipped.unreadable;
}

void replay(const remora::engine::ExperienceScope& scope, const remora_replay_request& request, uint64_t seed,
            remora_replay_report* out) {
  remora::engine::ReplayPlan plan;
  plan.rules.prioritized = request.mode == REMORA_REPLAY_PRIORITIZED;
  plan.rules.batch = request.batch_size != 0 ? request.batch_size : plan.rules.batch;
  plan.rules.pool = request.pool != 0 ? request.pool : kMostPool;
  plan.rules.alpha = static_cast<float>(request.alpha);
  plan.rules.beta = static_cast<float>(request.beta);
  plan.batches = request.batches != 0 ? request.batches : plan.batches;
  plan.seed = seed;
  const remora::engine::ReplayReport done = remora::engine::replay(scope, plan);
  fill(done.skipped, out);
  out->outcomes = done.outcomes;
  out->sampled = done.sampled;
  out->distinct = done.distinct;
  out->generation = scope.generation.number();
  out->error_before = done.error_before;
  out->error_after = done.error_after;
}

Code relearn(remora::engine::Engine& engine, const remora::engine::ExperienceScope& scope,
             remora_replay_report* out, Problem& problem) {
  remora::engine::RelearnReport done;
  const Code code = remora::engine::relearn(engine.state(), scope, engine.present_ns(), &done, problem);
  if (ok(code)) {
    fill(done.skipped, out);
    out->outcomes = out->sampled = out->distinct = done.outcomes;
    out->missing = done.missing;
    out->values_changed = done.values_changed;
    out->generation = done.generation;
    out->snapshot = done.snapshot;
    out->error_before = done.error_before;
    out->error_after = done.error_after;
  }
  return code;
}

// Errors as remora_replay.
Code learn_again(const SlowCall& slow, const remora_replay_request& request, remora_replay_report* out,
                 Problem& problem) {
  const remora::engine::Call call = slow.call();
  remora::engine::ExperienceScope scope{call.history, call.generation, call.active};
  if (slow.engine().read_only()) {
    return problem.set(Code::kPermission, "the state was opened read-only");
  }
  if (request.agent != 0) {
    if (const Code code = remora::engine::index_of(call.history, request.agent, remora::store::Kind::kAgent,
                                                   "request.agent", &scope.agent, problem);
        !ok(code)) {
      return code;
    }
  }
  if ((call.control() & remora::store::kControlNoLearning) != 0) {
    return problem.set(Code::kState, "learning is switched off, by call or configuration");
  }
  if (request.mode == REMORA_REPLAY_RELEARN) {
    return relearn(slow.engine(), scope, out, problem);
  }
  replay(scope, request, request.seed != 0 ? request.seed : remora::base::next_random(call.thread), out);
  return Code::kOk;
}

}  // namespace

extern "C" {

int32_t remora_explain(uint64_t handle, remora_belief* belief, remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    Question<remora_belief> output;
    Code code = output.begin(belief, "remora_belief", problem);
    if (ok(code)) {
      code = remora::engine::explain(call.call(), output.value, problem);
    }
    if (ok(code)) {
      output.finish();
    }
    return code;
  });
}

int32_t remora_replay(uint64_t handle, const remora_replay_request* request, remora_replay_report* report,
                      remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    Input<remora_replay_request> input;
    Code code = input.read(request, "remora_replay_request", problem);
    Output<remora_replay_report> output;
    if (ok(code) && report != nullptr) {
      code = output.begin(report, "remora_replay_report", problem);
    }
    if (ok(code)) {
      code = check(*input.value, problem);
    }
    remora_replay_report done{};
    if (ok(code)) {
      code = learn_again(call, *input.value, &done, problem);
    }
    if (ok(code) && report != nullptr) {
      done.struct_size = output.value->struct_size;
      *output.value = done;
    }
    return code;
  });
}

int32_t remora_convergence_get(uint64_t handle, remora_convergence* convergence, remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    Question<remora_convergence> output;
    Code code = output.begin(convergence, "remora_convergence", problem);
    if (ok(code)) {
      code = remora::engine::describe_convergence(call.call(), output.value, problem);
    }
    if (ok(code)) {
      output.finish();
    }
    return code;
  });
}

int32_t remora_evaluate(uint64_t handle, const char* configuration, uint64_t size,
                        remora_evaluation* evaluation, remora_error* error) {
  return on_handle<SlowCall>(handle, error, [&](const SlowCall& call, Problem& problem) {
    std::string_view text;
    Question<remora_evaluation> output;
    Code code = read_text(configuration, size, kCheckedLater, "configuration", &text, problem);
    if (ok(code)) {
      code = output.begin(evaluation, "remora_evaluation", problem);
    }
    if (ok(code)) {
      code = remora::engine::evaluate(call.call(), text, output.value, problem);
      output.finish();  // a refusal has figures, too
    }
    return code;
  });
}

}  // extern "C"
