#include "engine/next_state.hpp"

#include <algorithm>

#include "engine/exploration.hpp"
#include "engine/state_of_task.hpp"
#include "learn/target.hpp"
#include "route/router.hpp"
#include "store/ledger.hpp"
#include "store/outcome_lanes.hpp"
#include "store/q_table.hpp"

namespace remora::engine {
namespace {

using base::Code;
using base::Problem;

struct NextState {
  uint32_t agent = 0;
  uint64_t key = 0;
  uint64_t drawn_from = 0;  // of a decision: the variants that its policy had; 0 = not known, or it had none
};

// What a decision was drawn from, as long as that is kept.
uint64_t drawn_from(const store::History& history, uint64_t id) {
  const store::LedgerSlot* const slot = store::find_slot(history, id);
  if (slot == nullptr) {
    return 0;
  }
  const uint64_t word = slot->word.load(std::memory_order_acquire);
  // Acquire, so that the second look at the word comes behind: an outcome takes the place of what is read.
  const uint64_t waiting = slot->result.load(std::memory_order_acquire);
  if (store::SlotWord::unpack(word).state == store::SlotState::kPending &&
      slot->word.load(std::memory_order_relaxed) == word) {
    return waiting;
  }
  store::OutcomeRecord outcome;
  const bool found =
      store::read_announced(history, *slot, id, &outcome) && (outcome.flags & store::kOutcomeReport) == 0;
  return found ? outcome.drawn_from : 0;
}

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
  *next = {store::StateKey::unpack(decision.key).agent, decision.key, drawn_from(history, o.next_decision)};
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
  bool room = true;
  return state_key(history, next->agent, {o.next_task_type, o.next_label_count, o.next_labels, {}},
                   &next->key, &room, problem);
}

// What route chooses from there.
struct Choices {
  uint64_t open = 0;    // at least one, among it the safe variant if all others are blocked
  uint64_t wanted = 0;  // the same with those that are blocked
};

// As engine::pick_learned has it. A decision that was made says itself what was allowed and untried then.
Choices choices_at(const store::History& history, const store::AgentRecord& record,
                   const store::ChoiceWord& choice, const NextState& next, const learn::Settings& settings) {
  const uint64_t live =
      record.live.load(std::memory_order_relaxed) & store::ChoiceWord::mask_of(choice.count);
  const uint64_t free = live & ~record.blocked.load(std::memory_order_relaxed);
  uint64_t mask = next.drawn_from;
  if (mask == 0) {
    const uint64_t tried = store::context_tries(history, store::StateKey::unpack(next.key).context).tried;
    mask = settings.cascade.exclude_tried && (free & ~tried) != 0 ? ~tried : ~0ULL;
  }
  const uint64_t open = free & mask;
  return {open != 0 ? open : 1ULL << choice.safe, live & mask};
}

// Where the safe variant stands in for a blocked one, it is what the policy goes by, and its own value what
// it brings (engine::pick_around).
float expected_value(const store::AgentRecord& record, const store::ChoiceWord& choice,
                     const route::StateValues& values, const Choices& choices,
                     const learn::Settings& settings) {
  learn::Settings now = settings;
  now.epsilon = epsilon_in_force(record, settings);
  const bool safe_wanted = choices.wanted != 0 && (choices.open >> choice.safe & 1) != 0 &&
                           (choices.open >> route::best_variant(values, choices.wanted) & 1) == 0;
  if (!safe_wanted) {
    return learn::expected_value(now, values.beliefs, values.beliefs, choices.open);
  }
  learn::Beliefs instead = values.beliefs;
  instead.mean[choice.safe] = 2 * store::kLargestValue;
  return learn::expected_value(now, instead, values.beliefs, choices.open);
}

float value_of(const Call& call, const store::AgentRecord& record, const NextState& next) {
  auto choice = store::ChoiceWord::unpack(record.choice.load(std::memory_order_acquire));
  choice.count = std::min(choice.count, store::kMaxVariants);
  if (choice.count == 0) {
    return 0;
  }
  const learn::Settings& settings = call.active.profile(next.agent).learning;
  const Choices choices = choices_at(call.history, record, choice, next, settings);
  const uint32_t context = store::StateKey::unpack(next.key).context;
  const bool learned = store::has_place(context);
  if (settings.target == learn::Target::kQLearning && learned) {
    return store::best_value(next.key, choice.count, choices.open, call.generation);
  }
  route::StateValues values;
  const uint32_t parent = store::pooled_context(call.history, context);
  route::read_state(next.key, parent, choice.count, call.generation, settings, &values);
  return settings.target == learn::Target::kQLearning
             ? values.beliefs.mean[route::best_variant(values, choices.open)]
             : expected_value(record, choice, values, choices, settings);
}

// A further attempt is the same task still. From so many attempts on that none is told from the next, a state
// follows itself, which only a discount keeps from growing for ever.
float discount_of(const store::History& history, uint32_t context, const learn::Settings& settings) {
  const uint32_t attempts = store::context_tries(history, context).attempts;
  return attempts != 0 && attempts != store::kMostAttempts ? settings.cascade.discount : settings.discount;
}

}  // namespace

Code value_of_next(const Call& call, const remora_outcome& o, uint32_t agent, float* value,
                   Problem& problem) {
  NextState next{.agent = agent};
  const Code code = o.next_decision != 0 ? read_next_decision(call.history, o, &next, problem)
                                         : read_next_names(call.history, o, &next, problem);
  const store::AgentRecord* record = ok(code) ? store::find_agent(call.history, next.agent) : nullptr;
  if (record != nullptr) {
    *value =
        value_of(call, *record, next) * discount_of(call.history, store::StateKey::unpack(next.key).context,
                                                    call.active.profile(agent).learning);
  }
  return code;
}

}  // namespace remora::engine
