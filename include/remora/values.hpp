// Ids and structs of the C headers as the C++ wrapper uses them; see remora.hpp.
#pragma once

#include <remora/remora.h>

#include <string_view>

namespace remora {

// An id that knows its kind. Goes wherever a remora_id is asked for; comes from a remora_id only when one
// says so.
template <remora_kind KindOfName>
class Id {
 public:
  static constexpr remora_kind kKind = KindOfName;
  constexpr Id() noexcept = default;
  constexpr explicit Id(remora_id value) noexcept : value_(value) {}
  constexpr operator remora_id() const noexcept { return value_; }  // NOLINT(google-explicit-constructor)

 private:
  remora_id value_ = 0;
};
using CategoryId = Id<REMORA_KIND_CATEGORY>;
using AgentId = Id<REMORA_KIND_AGENT>;
using TaskTypeId = Id<REMORA_KIND_TASK_TYPE>;
using LabelId = Id<REMORA_KIND_LABEL>;
using MetricId = Id<REMORA_KIND_METRIC>;
using RolloutId = Id<REMORA_KIND_ROLLOUT>;

// A struct of the C headers, zero but for its struct_size.
template <class Struct>
struct Sized : Struct {
  constexpr Sized() noexcept : Struct{} {
    static_assert(sizeof(Sized) == sizeof(Struct));
    this->struct_size = sizeof(Struct);
  }
};
using Agent = Sized<remora_agent>;
using Batch = Sized<remora_batch>;
using Classification = Sized<remora_classification>;
using Control = Sized<remora_control>;
using Decision = Sized<remora_decision>;
using Event = Sized<remora_event>;
using Gate = Sized<remora_gate>;
using GateQuery = Sized<remora_gate_query>;
using Options = Sized<remora_options>;
using Outcome = Sized<remora_outcome>;
using QCell = Sized<remora_q_cell>;
using Reward = Sized<remora_reward>;
using Rollout = Sized<remora_rollout>;
using RolloutPlan = Sized<remora_rollout_plan>;
using SafetyQuery = Sized<remora_safety_query>;
using SafetyVerdict = Sized<remora_safety_verdict>;
using SnapshotInfo = Sized<remora_snapshot_info>;
using Stats = Sized<remora_stats>;
using Task = Sized<remora_task>;
using TaskRule = Sized<remora_task_rule>;
using Text = Sized<remora_text>;
using TickReport = Sized<remora_tick_report>;
using Variant = Sized<remora_variant>;
using Belief = Sized<remora_belief>;
using ReplayRequest = Sized<remora_replay_request>;
using ReplayReport = Sized<remora_replay_report>;
using Convergence = Sized<remora_convergence>;
using Evaluation = Sized<remora_evaluation>;

// The unit_key of a name, such as a user's id: the same in every host language.
inline uint64_t unit_key(std::string_view name) noexcept { return remora_unit_key(name.data(), name.size()); }

}  // namespace remora
