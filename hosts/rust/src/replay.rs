//! Learning once more from what the history holds (learning.h).

use crate::error::Result;
use crate::ids::AgentId;
use crate::numbers::numbers;
use crate::state::State;
use crate::structs::{c_struct, setters};

numbers! {
    /// How outcomes are learned from again (learning.h).
    ReplayMode(u32) = "REMORA_REPLAY_" {
        /// Each outcome is drawn as often as any other.
        UNIFORM = 0,
        /// Those more often whose values are far off.
        PRIORITIZED = 1,
        /// All of them once, in their order, into a new generation.
        RELEARN = 2,
    }
}

c_struct! {
    /// What is to be learned again. The default draws one batch of 32 outcomes from all that there are.
    ReplayRequest = "remora_replay_request" {
        pub(crate) mode: ReplayMode,
        pub(crate) agent: AgentId,
        pub(crate) batches: u32,
        pub(crate) batch_size: u32,
        pub(crate) pool: u32,
        pub(crate) seed: u64,
        pub(crate) alpha: f64,
        pub(crate) beta: f64,
    }
}

c_struct! {
    /// What was learned again.
    ReplayReport = "remora_replay_report" {
        pub(crate) flags: u32,
        /// That could be drawn; relearn: that were learned again.
        pub outcomes: u64,
        /// Drawn, the same one counted each time.
        pub sampled: u64,
        /// Of these, different ones.
        pub distinct: u64,
        /// Recorded while learning was off, or decided in another generation.
        pub skipped_unlearned: u64,
        /// Learned by values that a restore has replaced.
        pub skipped_superseded: u64,
        /// The table had no room for their state.
        pub skipped_no_value: u64,
        /// Never finished, or just being written over.
        pub skipped_unreadable: u64,
        /// Relearn: outcomes behind the values that the history does not hold any more.
        pub missing: u64,
        /// Relearn: values of states.
        pub values_changed: u64,
        /// In force now.
        pub generation: u64,
        /// Relearn: sequence of the snapshot that keeps what was replaced.
        pub snapshot: u64,
        /// Mean distance of an outcome's target from its value.
        pub error_before: f64,
        /// The same afterwards.
        pub error_after: f64,
    }
}

impl ReplayRequest {
    setters! {
        /// How outcomes are learned from again.
        mode: ReplayMode;
        /// Of this agent alone.
        agent: AgentId;
        /// How many; 0 = 1.
        batches: u32;
        /// Outcomes of one; 0 = 32.
        batch_size: u32;
        /// Newest outcomes to draw from; 0 = all.
        pool: u32;
        /// The same one draws alike; 0 = the library's own.
        seed: u64;
        /// Prioritized: how much the error counts, 0 (not at all) .. 1.
        alpha: f64;
        /// Prioritized: how far weights make good for that, 0 (not at all) .. 1 (fully).
        beta: f64;
    }
}

impl State {
    /// Learns once more from outcomes that the history still holds, by the reward weights of now; counts of
    /// outcomes stay. Relearning puts a new generation in force, and a snapshot keeps what it replaces.
    pub fn replay(&self, request: &ReplayRequest) -> Result<ReplayReport> {
        self.handle.fill(|f, handle, report, error| unsafe { (f.replay)(handle, request, report, error) })
    }
}
