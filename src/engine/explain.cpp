#include "engine/explain.hpp"

#include <algorithm>
#include <cmath>

#include "engine/state_of_task.hpp"
#include "route/router.hpp"
#include "store/roster.hpp"

namespace remora::engine {

using base::Code;
using base::Problem;

Code explain(const Call& call, remora_belief* belief, Problem& problem) {
  uint32_t agent = 0;
  Code code = index_of(call.history, belief->agent, store::Kind::kAgent, "agent", &agent, problem);
  if (!ok(code)) {
    return code;
  }
  const store::AgentRecord* record = store::find_agent(call.history, agent);
  const uint32_t v = belief->variant;
  store::VariantFacts facts;
  if (record == nullptr || !store::variant_facts(call.history, agent, v, &facts)) {
    return problem.set(Code::kNotFound, "agent %#x has no variant %u", belief->agent, v);
  }
  uint64_t key = 0;
  bool room = true;
  code = state_key(call.history, agent, {belief->task_type, belief->label_count, belief->labels}, &key, &room,
                   problem);
  if (!ok(code)) {
    return code;
  }
  const auto choice = store::ChoiceWord::unpack(record->choice.load(std::memory_order_acquire));
  const uint32_t count = std::min(std::max(choice.count, v + 1), store::kMaxVariants);
  const learn::Settings& settings = call.active.profile(agent).learning;
  route::StateValues values;
  route::read_state(key, count, call.generation, settings, &values);
  // Without pooling one of the two is empty: a state never seen is served by its agent alone.
  const store::QCell state = values.seen ? values.state.of[v] : store::QCell{};
  const store::QCell pooled = values.pooled ? values.agent.of[v]
                              : values.seen ? store::QCell{}
                                            : values.state.of[v];
  const learn::LevelWeights weights = learn::level_weights(state, pooled, settings);
  belief->state_visits = state.visits;
  belief->agent_visits = pooled.visits;
  belief->mean = static_cast<double>(values.beliefs.mean[v]);
  belief->deviation =
      static_cast<double>(settings.spread) * std::sqrt(static_cast<double>(values.beliefs.variance[v]));
  belief->state_value = static_cast<double>(state.q);
  belief->state_weight = weights.state;
  belief->agent_value = static_cast<double>(pooled.q);
  belief->agent_weight = weights.agent;
  belief->prior_value = static_cast<double>(settings.pooling.prior);
  belief->prior_weight = weights.prior;
  return Code::kOk;
}

}  // namespace remora::engine
