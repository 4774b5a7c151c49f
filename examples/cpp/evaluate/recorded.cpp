#include "recorded.hpp"

#include <remora/remora.hpp>

namespace evaluate {
namespace {

Answer failed(const remora::Error& error) {
  Answer answer;
  answer.reason = error.text();
  return answer;
}

}  // namespace

Answer ask_state(const std::string& directory, const std::string& configuration, const std::string& agent,
                 const Question& question) {
  const auto library = remora::Library::load();
  if (!library) {
    return failed(library.error());
  }
  remora::Options options;
  options.flags = REMORA_OPEN_READ_ONLY | REMORA_OPEN_EXISTING;
  const auto state = library->open(directory, options);
  if (!state) {
    return failed(state.error());
  }
  remora::Evaluation asked;
  asked.seed = question.seed;
  asked.resamples = question.resamples;
  asked.least_effective = question.least_effective;
  asked.warm_up = question.warm_up;
  if (!agent.empty()) {
    const auto id = state->find<remora::AgentId>(agent);
    if (!id) {
      return failed(id.error());
    }
    asked.agent = *id;
  }
  const auto found = state->evaluate(configuration, asked);
  Answer answer;
  answer.reason = found.error().text();
  answer.verdict = found                            ? Verdict::kEstimated
                   : (found.value().flags & 1) != 0 ? Verdict::kRefused
                                                    : Verdict::kFailed;
  const remora::Evaluation& e = found.value();
  answer.decisions = e.outcomes;
  answer.left_out = e.left_out;
  answer.effective = e.effective;
  answer.largest_weight = e.largest_weight;
  answer.mean_weight = e.mean_weight;
  answer.logged = {e.logged, e.logged_low, e.logged_high};
  answer.ips = {e.ips, e.ips_low, e.ips_high};
  answer.snips = {e.snips, e.snips_low, e.snips_high};
  answer.direct = {e.direct, e.direct_low, e.direct_high};
  answer.doubly_robust = {e.doubly_robust, e.doubly_robust_low, e.doubly_robust_high};
  return answer;
}

}  // namespace evaluate
