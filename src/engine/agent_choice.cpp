#include "engine/agent_choice.hpp"

#include <algorithm>
#include <bit>

#include "base/mix.hpp"
#include "engine/exploration.hpp"
#include "route/router.hpp"
#include "store/roster.hpp"

namespace remora::engine {
namespace {

using base::Code;

constexpr uint32_t kMostAgents = 1024;  // the most that a state directory can be made for

struct Best {
  float value = 0;
  bool seen = false;
};

uint64_t free_variants(const store::AgentRecord& record, uint32_t count) {
  return record.live.load(std::memory_order_acquire) & ~record.blocked.load(std::memory_order_relaxed) &
         store::ChoiceWord::mask_of(count);
}

// How good an agent looks for a state; false when it cannot run at all.
bool rate(const Call& call, uint32_t agent, const StateIds& ids, Best* rated) {
  const store::AgentRecord& record = *store::find_agent(call.history, agent);
  const auto choice = store::ChoiceWord::unpack(record.choice.load(std::memory_order_acquire));
  const uint32_t count = std::min(choice.count, store::kMaxVariants);
  const uint64_t free = free_variants(record, count);
  uint64_t key = 0;
  bool room = true;
  base::Problem ignored;  // the ids were checked once for all agents
  if (free == 0 || !ok(state_key(call.history, agent, ids, &key, &room, ignored))) {
    return false;
  }
  route::StateValues values;
  route::read_state(key, 0, count, call.generation, call.active.profile(agent).learning, &values);
  const uint32_t best = route::best_variant(values, free);
  *rated = {values.beliefs.mean[best], values.seen};
  return true;
}

// The chance with which any agent is taken: the fleet's epsilon, or where that falls by a schedule the mean
// of what the schedules of those that fit have come to.
float epsilon_among(const Call& call, const uint32_t* agents, uint32_t count) {
  const learn::Settings& fleet = call.active.profiles[0].learning;
  if (fleet.schedule.kind == learn::ScheduleKind::kConstant) {
    return fleet.epsilon;
  }
  float sum = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const store::AgentRecord& record = *store::find_agent(call.history, agents[i]);
    sum += epsilon_in_force(record, call.active.profile(agents[i]).learning);
  }
  return sum / static_cast<float>(count);
}

bool better(const Best& a, const Best& b) { return a.seen != b.seen ? a.seen : a.value > b.value; }

}  // namespace

Code choose_agent(const Call& call, const remora_task& task, const StateIds& ids, uint64_t* draw,
                  uint32_t* agent, float* propensity, base::Problem& problem) {
  uint32_t category = 0;
  if (task.category != 0) {
    if (const Code code =
            index_of(call.history, task.category, store::Kind::kCategory, "category", &category, problem);
        !ok(code)) {
      return code;
    }
  }
  uint64_t key = 0;
  bool room = true;
  if (const Code code = state_key(call.history, 0, ids, &key, &room, problem); !ok(code)) {
    return code;
  }
  uint32_t fitting[kMostAgents];
  uint32_t tied[kMostAgents];  // of them, those that nothing is better than
  uint32_t count = 0;
  uint32_t ties = 0;
  Best best;
  const uint32_t agents = std::min(store::agent_count(call.history), kMostAgents);
  for (uint32_t a = 0; a < agents; ++a) {
    const store::AgentRecord* record = store::find_agent(call.history, a);
    Best rated;
    if (record == nullptr || (task.category != 0 && store::agent_category(*record) != category) ||
        !rate(call, a, ids, &rated)) {
      continue;
    }
    fitting[count++] = a;
    if (count == 1 || better(rated, best)) {
      best = rated;
      ties = 0;
    }
    if (!better(best, rated)) {
      tied[ties++] = a;
    }
  }
  if (count == 0) {
    return problem.set(Code::kNotFound, "no agent%s has a variant that may run",
                       task.category != 0 ? " of this category" : "");
  }
  const float epsilon = epsilon_among(call, fitting, count);
  const bool explore = static_cast<float>(static_cast<uint32_t>(*draw) >> 8) * 0x1p-24F < epsilon;
  const uint32_t* const among = explore ? fitting : tied;
  *agent = among[(*draw >> 32) * (explore ? count : ties) >> 32];
  const bool is_best = std::find(tied, tied + ties, *agent) != tied + ties;
  *propensity =
      epsilon / static_cast<float>(count) + (is_best ? (1.0F - epsilon) / static_cast<float>(ties) : 0.0F);
  *draw = base::mix_twice(*draw, call.history.secret);  // the variant's choice must not hang on the agent's
  return Code::kOk;
}

}  // namespace remora::engine
