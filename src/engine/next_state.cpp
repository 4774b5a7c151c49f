#include "engine/next_state.hpp"

#include <algorithm>

#include "engine/exploration.hpp"
#include "engine/state_of_task.hpp"
#include "learn/target.hpp"
#include "route/router.hpp"
#include "store/ledger.hpp"
#include "store/q_table.hpp"

namespace remora::engine {
namespace {

using base::Code;
using base::Problem;

struct NextState {
  uint32_t agent = 0;
  uint64_t key = 0;
  bool room = true;
};

Code read_next_decision(const store::History& history, const remora_outcome& o, NextState* next,
                        Problem& problem) {
  const auto shown = static_cast<unsigned long long>(o.next_decision);
  if (o.next_decision == o.decision_id) {
    return problem.set(Code::kInvalid, "next_decision is %llu: that is the decision itself", shown);
  }
  if (o.next_agent != 0 || o.next_task_type != 0 || o.next_label_count != 0) {
    return problem.set(Code::kInvalid,
                       "next_decision is %llu: next_agent, next_task_type and next_labels say the same, "
                       "leave them 0",
                       shown);
  }
  store::SlotView decision;
  if (!store::view_slot(history, o.next_decision, &decision)) {
    return problem.set(
        Code::kExpired,
        "next_decision is %llu: never made in this directory, or older than the ledger's slots", shown);
  }
  const store::StateKey state = store::StateKey::unpack(decision.key);
  *next = {state.agent, decision.key, state.context != store::kContextFull};
  return Code::kOk;
}

Code read_next_names(const store::History& history, const remora_outcome& o, NextState* next,
                     Problem& problem) {
  if (o.next_agent != 0) {
    if (const Code code =
            index_of(history, o.next_agent, store::Kind::kAgent, "next_agent", &next->agent, problem);
        !ok(code)) {
      return code;
    }
  }
  return state_key(history, next->agent, {o.next_task_type, o.next_label_count, o.next_labels, {}},
                   &next->key, &next->room, problem);
}

// What may be chosen there.
uint64_t open_variants(const store::History& history, const store::AgentRecord& record, uint32_t context,
                       const learn::Settings& settings) {
  const uint64_t live = record.live.load(std::memory_order_relaxed);
  if (!settings.cascade.exclude_tried) {
    return live;
  }
  const uint64_t untried = live & ~store::context_tries(history, context).tried;
  return untried != 0 ? untried : live;
}

float expected_value(const Call& call, const store::AgentRecord& record, uint64_t key, uint32_t count,
                     uint64_t open, const learn::Settings& settings) {
  learn::Settings now = settings;
  now.epsilon = epsilon_in_force(record, settings);
  const uint64_t eligible = open & ~record.blocked.load(std::memory_order_relaxed);
  route::StateValues values;
  const uint32_t parent = store::pooled_context(call.history, store::StateKey::unpack(key).context);
  route::read_state(key, parent, count, call.generation, settings, &values);
  return learn::expected_value(now, values.beliefs, eligible != 0 ? eligible : open);
}

// A further attempt is the same task still. From so many attempts on that none is told from the next, a state
// follows itself, which only a discount keeps from growing for ever.
float discount_of(const store::History& history, uint32_t context, const learn::Settings& settings) {
  const uint32_t attempts = store::context_tries(history, context).attempts;
  return attempts != 0 && attempts < store::kMostAttempts ? settings.cascade.discount : settings.discount;
}

}  // namespace

Code value_of_next(const Call& call, const remora_outcome& o, uint32_t agent, float* value,
                   Problem& problem) {
  NextState next{.agent = agent};
  const Code code = o.next_decision != 0 ? read_next_decision(call.history, o, &next, problem)
                                         : read_next_names(call.history, o, &next, problem);
  const store::AgentRecord* record = ok(code) ? store::find_agent(call.history, next.agent) : nullptr;
  if (record == nullptr || !next.room) {
    return code;
  }
  const auto choice = store::ChoiceWord::unpack(record->choice.load(std::memory_order_acquire));
  const uint32_t count = std::min(choice.count, store::kMaxVariants);
  const learn::Settings& settings = call.active.profile(next.agent).learning;
  const uint32_t context = store::StateKey::unpack(next.key).context;
  const uint64_t open =
      open_variants(call.history, *record, context, settings) & store::ChoiceWord::mask_of(count);
  if (settings.target == learn::Target::kQLearning) {
    *value = store::best_value(next.key, count, open, call.generation);
  } else if (open != 0) {
    *value = expected_value(call, *record, next.key, count, open, settings);
  }
  *value *= discount_of(call.history, context, call.active.profile(agent).learning);
  return code;
}

}  // namespace remora::engine
