#include "engine/explain.hpp"

#include <algorithm>
#include <cmath>

#include "engine/parents.hpp"
#include "engine/state_of_task.hpp"
#include "route/router.hpp"
#include "store/pooled.hpp"
#include "store/roster.hpp"

namespace remora::engine {

using base::Code;
using base::Problem;

namespace {

void fill_levels(const Call& call, uint32_t agent, const route::StateValues& values,
                 const learn::Settings& settings, remora_belief* belief) {
  const uint32_t v = belief->variant;
  // Without pooling one of the two is empty: a state never seen is served by its agent alone.
  const store::QCell state = values.seen ? values.state.cell(v) : store::QCell{};
  const store::QCell pooled = values.pooled ? values.agent.cell(v)
                              : values.seen ? store::QCell{}
                                            : values.state.cell(v);
  const learn::LevelWeights weights = learn::level_weights(state, pooled, settings);
  // Attempts lean on the agent's own alone: other agents have no say there.
  const bool first = belief->attempts == 0;
  const store::QCell own = first ? store::own_cell(agent, v, call.generation) : pooled;
  const learn::Parents parents =
      first ? parents_of(call.history, call.generation, agent, v, call.active) : learn::Parents{};
  const learn::PooledCell shares = learn::pool(own, parents, settings);
  belief->state_visits = state.visits;
  belief->agent_visits = own.visits;
  belief->mean = static_cast<double>(values.beliefs.mean[v]);
  belief->deviation =
      static_cast<double>(settings.spread) * std::sqrt(static_cast<double>(values.beliefs.variance[v]));
  belief->state_value = static_cast<double>(state.q);
  belief->state_weight = weights.state;
  belief->agent_value = static_cast<double>(own.q);
  belief->agent_weight = weights.agent * shares.agent;
  belief->prior_value = static_cast<double>(settings.pooling.prior);
  belief->prior_weight = weights.prior;
  belief->category_value = parents.category.value;
  belief->category_weight = weights.agent * shares.category;
  belief->fleet_value = parents.fleet.value;
  belief->fleet_weight = weights.agent * shares.fleet;
  belief->category_visits = static_cast<uint32_t>(std::min(parents.category.outcomes, 4e9));
  belief->fleet_visits = static_cast<uint32_t>(std::min(parents.fleet.outcomes, 4e9));
}

}  // namespace

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
  const store::Tries tries{belief->attempts, belief->tried_variants};
  if (tries.attempts > store::kMostAttempts || (tries.attempts == 0 && tries.tried != 0)) {
    return problem.set(Code::kInvalid,
                       "attempts is %u, tried_variants %#llx: 0 .. %u attempts, without any none was tried",
                       tries.attempts, static_cast<unsigned long long>(tries.tried), store::kMostAttempts);
  }
  uint64_t key = 0;
  bool room = true;
  code = state_key(call.history, agent, {belief->task_type, belief->label_count, belief->labels, tries}, &key,
                   &room, problem);
  if (!ok(code)) {
    return code;
  }
  const auto choice = store::ChoiceWord::unpack(record->choice.load(std::memory_order_acquire));
  const uint32_t count = std::min(std::max(choice.count, v + 1), store::kMaxVariants);
  const learn::Settings& settings = call.active.profile(agent).learning;
  route::StateValues values;
  const uint32_t parent = store::pooled_context(call.history, store::StateKey::unpack(key).context);
  route::read_state(key, parent, count, call.generation, settings, &values);
  fill_levels(call, agent, values, settings, belief);
  return Code::kOk;
}

}  // namespace remora::engine
