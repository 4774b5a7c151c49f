//! Results as plain values, with the field names of the headers.

use remora::{
    Agent, Batch, Belief, Classification, Control, Convergence, Decision, DecisionId, Evaluation, Event,
    Gate, Id, QCell, ReplayReport, Reward, RolloutStatus, SafetyVerdict, SnapshotInfo, Stats, TickReport,
    Variant,
};
use serde_json::{json, Value};

/// What stands in a field.
pub trait Plain {
    fn plain(&self) -> Value;
}

macro_rules! plain {
    ($(|$it:ident: $kind:ty| $value:expr),* $(,)?) => {
        $(impl Plain for $kind {
            fn plain(&self) -> Value {
                let $it = self;
                json!($value)
            }
        })*
    };
}

plain! {
    |it: u32| it, |it: i32| it, |it: u64| it, |it: i64| it, |it: f64| it, |it: [u64; 2]| it,
    |it: DecisionId| it.raw(), |it: remora::NameId| it.raw(), |it: remora::AgentId| it.raw(),
    |it: remora::CategoryId| it.raw(), |it: remora::TaskTypeId| it.raw(), |it: remora::RolloutId| it.raw(),
    |it: remora::VariantFlags| it.0, |it: remora::DecisionFlags| it.0, |it: remora::Reason| it.0,
    |it: remora::Mode| it.0, |it: remora::SafetyReason| it.0, |it: remora::RolloutState| it.0,
    |it: remora::RolloutReason| it.0, |it: remora::SnapshotKind| it.0, |it: remora::EventKind| it.0,
    |it: remora::Severity| it.0,
}

/// A struct as an object of some fields, and of what its methods say.
macro_rules! objects {
    ($($kind:ty { $($field:ident),* } $(| $it:ident | { $($name:literal: $value:expr),* })?;)*) => {
        $(impl Plain for $kind {
            fn plain(&self) -> Value {
                #[allow(unused_mut)]
                let mut object = json!({ $(stringify!($field): self.$field.plain()),* });
                $(let $it = self;
                $(object[$name] = json!($value);)*)?
                object
            }
        })*
    };
}

objects! {
    Agent { agent, category, variant_count, baseline_variant, safe_variant, rollout, blocked_variants, retired_variants };
    Variant { flags, agent, variant, tier, cost_micros, outcomes, successes, mean_reward, mean_duration_ns,
        mean_cost_micros } |it| { "blocked": u32::from(it.blocked()) };
    Decision { flags, decision_id, shadow_decision_id, agent, task_type, variant, baseline_variant, learned_variant,
        shadow_variant, reason, mode, q_value, propensity, epsilon, visits, rollout, stage };
    Batch { done, first_failed };
    Classification { task_type, confidence, runner_up, score, runner_up_score };
    Reward { reward, target, q_before, q_after, success_term, quality_term, time_term, error_term, cost_term, tokens_term, visits }
        |it| { "flags": u32::from(it.learned()) };
    Convergence { agent, task_type, variant, winner, outcomes, change, change_low, change_high, winning, winning_low, winning_high, separation, separation_low, separation_high, explored, explored_low, explored_high, variance, variance_low, variance_high, met,
        converged_agents, learning_agents, drifting_agents, starved_agents } |it| { "verdict": it.verdict.0 };
    Belief { agent, task_type, variant, state_visits, agent_visits, mean, deviation, state_value, state_weight,
        agent_value, agent_weight, prior_value, prior_weight, category_value, category_weight, fleet_value,
        fleet_weight, category_visits, fleet_visits, attempts, tried_variants };
    ReplayReport { outcomes, sampled, distinct, skipped_unlearned, skipped_superseded, skipped_no_value,
        skipped_unreadable, missing, values_changed, generation, snapshot, error_before, error_after };
    Evaluation { outcomes, left_out, effective, largest_weight, mean_weight, logged, logged_low, logged_high, ips, ips_low,
        ips_high, snips, snips_low, snips_high, direct, direct_low, direct_high, doubly_robust, doubly_robust_low,
        doubly_robust_high };
    SafetyVerdict { reason, safe_variant, window_count, window_successes, hour_count, hour_successes, day_count,
        day_successes, success_rate, interval_low, interval_high, minimum, blocked_since_ns, probation_ns }
        |it| { "allowed": u32::from(it.allowed()) };
    Gate { rollout, stage, mode, state, share_basis_points, reason } |it| { "in": u32::from(it.inside()) };
    RolloutStatus { state, rollout, agent, treatment, stage, stage_count, mode, share_basis_points, reason,
        treatment_count, treatment_successes, baseline_count, baseline_successes, samples_needed, started_ns,
        stage_started_ns, stage_ends_ns, difference, difference_low, difference_high };
    SnapshotInfo { kind, sequence, taken_ns, rows, visits, bytes, generation, checksum, key_id };
    Control { mode, source } |it| { "enabled": u32::from(it.is_enabled()), "learning": u32::from(it.is_learning()) };
    TickReport { folded, reclaimed, snapshots, stage_changes, config_reloads, restores, unblocked, next_due_ns }
        |it| { "flags": u32::from(it.busy()) };
    Event { kind, sequence, time_ns, severity, agent, variant, rollout, stage, reason, value, threshold, detail };
    QCell { agent, task_type, variant, visits, q_value, updated_ns, attempts, tried_variants }
        |it| { "labels": it.labels().iter().map(|label| label.raw()).collect::<Vec<_>>() };
    Stats { processes, generation, states, state_capacity, names, name_capacity, ledger_slots, decisions, pending,
        outcomes, explored, events, visits, heap_bytes, mapped_bytes, last_snapshot_ns };
}

pub fn plain_list<T: Plain>(items: &[T]) -> Value {
    items.iter().map(Plain::plain).collect()
}
