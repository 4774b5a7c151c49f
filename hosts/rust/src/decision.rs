//! What route answers (route.h).

use crate::ids::{AgentId, DecisionId, RolloutId, TaskTypeId};
use crate::numbers::{flags, numbers};
use crate::structs::c_struct;

flags! {
    /// What holds for a decision (route.h).
    DecisionFlags = "REMORA_DECISION_" {
        /// The policy explored rather than took the best Q-value.
        EXPLORED = 0,
        /// The baseline was chosen; `learned_variant` is what learning would have done.
        MONITOR = 1,
        /// Also run `shadow_variant` and report it under `shadow_decision_id`.
        SHADOW = 2,
        /// This unit is in a rollout's treatment below full share.
        CANARY = 3,
        /// The wanted variant is blocked: the safe variant was chosen.
        SAFETY_FALLBACK = 4,
        /// An unseen state met a full table: its outcome updates parents only.
        TABLE_FULL = 5,
        /// Kill switch: baseline.
        CONTROL_OFF = 6,
        /// No ledger slot could be had: the decision has no id.
        UNTRACKED = 7,
        /// Nothing learned for this state yet.
        UNSEEN = 8,
        /// The allowed mask left no safe variant; the baseline was chosen.
        MASKED = 9,
        /// This unit is in a running rollout's control arm.
        CONTROL_ARM = 10,
        /// Outcomes are logged but do not change Q-values now.
        LEARNING_OFF = 11,
    }
}

numbers! {
    /// Why a decision came out as it did (route.h).
    Reason(i32) = "REMORA_REASON_" {
        /// Best Q-value.
        LEARNED = 0,
        /// The policy's exploration.
        EXPLORED = 1,
        /// Nothing else was eligible.
        ONLY_VARIANT = 2,
        /// Control: disabled.
        BASELINE_OFF = 3,
        /// Control or rollout stage: monitor or shadow.
        BASELINE_MODE = 4,
        /// Rollout: this unit is not in the treatment.
        CONTROL_ARM = 5,
        /// Rollout: this unit gets the treatment variant.
        TREATMENT = 6,
        /// Safety check: the safe variant.
        SAFETY = 7,
        /// The allowed mask: the baseline.
        MASK = 8,
        /// The call failed: the baseline where known, variant 0 elsewhere.
        ERROR = 9,
        /// Nothing learned yet for the state: chosen at random, or by its parents.
        UNSEEN = 10,
    }
}

numbers! {
    /// Mode of control and of rollout stages (route.h).
    Mode(u32) = "REMORA_MODE_" {
        /// The baseline, at once.
        OFF = 0,
        /// The baseline is chosen; what learning would have done is told.
        MONITOR = 1,
        /// The treatment runs beside the baseline, unseen by users.
        SHADOW = 2,
        /// The treatment has a share of the traffic.
        CANARY = 3,
        /// Normal.
        FULL = 4,
    }
}

c_struct! {
    /// The answer of route.
    Decision = "remora_decision" {
        /// See [`DecisionFlags`].
        pub flags: DecisionFlags,
        /// Report the outcome under it; none = not tracked.
        pub decision_id: DecisionId,
        /// For `shadow_variant`'s outcome; none = no shadow run asked.
        pub shadow_decision_id: DecisionId,
        /// Who is to do it.
        pub agent: AgentId,
        /// The class of the task.
        pub task_type: TaskTypeId,
        /// Run this one.
        pub variant: u32,
        /// The variant trusted today.
        pub baseline_variant: u32,
        /// What learning would have chosen; equals `variant` unless a mode, arm or block decided.
        pub learned_variant: u32,
        /// [`NO_VARIANT`](crate::NO_VARIANT) unless flagged `SHADOW`.
        pub shadow_variant: u32,
        /// Why it came out so.
        pub reason: Reason,
        /// Mode in force for this decision.
        pub mode: Mode,
        /// Of `variant` in this state; 0 when unseen.
        pub q_value: f64,
        /// Probability with which `variant` was chosen, in (0, 1].
        pub propensity: f64,
        /// Exploration rate in force.
        pub epsilon: f64,
        /// Outcomes behind `q_value`.
        pub visits: u32,
        /// That took part in this decision, or none.
        pub rollout: RolloutId,
        /// Its stage.
        pub stage: u32,
        pub(crate) reserved: u32,
    }
}

impl Decision {
    /// The policy explored rather than took the best Q-value.
    pub fn explored(&self) -> bool {
        self.flags.contains(DecisionFlags::EXPLORED)
    }

    /// The baseline was chosen; `learned_variant` is what learning would have done.
    pub fn monitored(&self) -> bool {
        self.flags.contains(DecisionFlags::MONITOR)
    }

    /// `shadow_variant` is to run too, and to be reported under `shadow_decision_id`.
    pub fn wants_shadow(&self) -> bool {
        self.flags.contains(DecisionFlags::SHADOW)
    }
}
