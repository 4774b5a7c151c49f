// An outcome between what the host reported and the record that is kept of it: for first and later reports.
#pragma once

#include <remora/outcome.h>

#include "engine/call.hpp"
#include "engine/state_of_task.hpp"
#include "learn/reward.hpp"
#include "rollout/on_outcome.hpp"
#include "store/history.hpp"
#include "store/q_table.hpp"
#include "store/words.hpp"

namespace remora::engine {

// What an outcome belongs to, from the ledger or from names.
struct Subject {
  store::LedgerSlot* slot = nullptr;  // nullptr: by names
  uint64_t key = 0;
  bool room = true;
  uint32_t agent = 0;
  rollout::Decided decided;
  uint64_t drawn_from = 0;
  float propensity = 0;  // among drawn_from; 0 = the policy did not draw it
  bool late = false;     // decided under another generation: history takes it, the Q-table does not
};

// Numbers of the outcome's metrics.
[[gnu::noinline]] base::Code metric_indices(const Call& call, const remora_outcome& o,
                                            uint16_t (&indices)[store::kMaxMetrics], base::Problem& problem);

// What of it counts for its reward.
inline learn::RewardInput reward_input(const remora_outcome& o) {
  return {o.success != 0,
          (o.flags & REMORA_OUTCOME_HAS_QUALITY) != 0,
          static_cast<float>(o.quality),
          o.duration_ns,
          o.error_count,
          o.cost_micros,
          o.tokens_in + o.tokens_out};
}

inline uint32_t facts_of(const remora_outcome& o, const Subject& s) {
  return (o.success != 0 ? store::kOutcomeSuccess : 0U) |
         (o.critical_error != 0 ? store::kOutcomeCritical : 0U) |
         (o.safety_violation != 0 ? store::kOutcomeViolation : 0U) |
         (o.complaint != 0 ? store::kOutcomeComplaint : 0U) |
         ((o.flags & REMORA_OUTCOME_HAS_QUALITY) != 0 ? store::kOutcomeGraded : 0U) |
         ((o.flags & REMORA_OUTCOME_HAS_RATING) != 0 ? store::kOutcomeRated : 0U) |
         (s.slot == nullptr ? store::kOutcomeByName : 0U) | (s.late ? store::kOutcomeLate : 0U) |
         (s.decided.choice.is_shadow() ? store::kOutcomeShadow : 0U) |
         ((s.decided.choice.flags & store::kDecisionExplored) != 0 ? store::kOutcomeExplored : 0U);
}

inline void fill_image(const remora_outcome& o, const Subject& s, int64_t now_ns, store::OutcomeRecord& r) {
  r.decision_id = o.decision_id;
  r.key = s.key;
  r.when_ns = now_ns;
  r.variant = s.decided.choice.variant;
  r.propensity = s.propensity;
  r.drawn_from = s.drawn_from;
  r.quality = static_cast<float>(o.quality);
  r.rating = static_cast<float>(o.user_rating);
  r.duration_ns = o.duration_ns;
  r.cost_micros = o.cost_micros;
  r.tokens_in = static_cast<uint32_t>(o.tokens_in);
  r.tokens_out = static_cast<uint32_t>(o.tokens_out);
  r.errors = o.error_count;
  r.corrections = o.user_corrections;
  r.tools_correct = static_cast<uint16_t>(o.tool_calls_correct);
  r.tools_total = static_cast<uint16_t>(o.tool_calls_total);
  r.metric_count = static_cast<uint8_t>(o.metric_count);
  for (uint32_t i = 0; i < o.metric_count; ++i) {
    r.metrics[i] = static_cast<float>(o.metrics[i]);
  }
}

inline void fill_reward(const learn::Reward& terms, float target, const store::CellUpdate& update,
                        bool learned, remora_reward* out) {
  out->flags = learned ? 1U : 0U;
  out->reward = static_cast<double>(terms.total);
  out->target = static_cast<double>(target);
  out->q_before = static_cast<double>(update.before);
  out->q_after = static_cast<double>(update.after);
  out->success_term = static_cast<double>(terms.success);
  out->quality_term = static_cast<double>(terms.quality);
  out->time_term = static_cast<double>(terms.time);
  out->error_term = static_cast<double>(terms.error);
  out->cost_term = static_cast<double>(terms.cost);
  out->tokens_term = static_cast<double>(terms.tokens);
  out->visits = update.visits;
  out->reserved = 0;
}

}  // namespace remora::engine
