//! The staged plan of a rollout (rollout.h).

use crate::decision::Mode;
use crate::ids::AgentId;
use crate::route::put_list;
use crate::structs::{c_struct, setters};
use crate::MAX_STAGES;

/// One step of a plan (remora_rollout_stage). It stands inside a [`Plan`] and has no size of its own.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stage {
    pub(crate) mode: Mode,
    pub(crate) share_basis_points: u32,
    pub(crate) minimum_samples: u32,
    pub(crate) reserved0: u32,
    pub(crate) minimum_ns: i64,
    pub(crate) margin: f64,
    pub(crate) maximum_drop: f64,
    pub(crate) reserved: [u64; 3],
}

impl Stage {
    /// A stage in a mode that gives the treatment a share of the traffic, 0 .. 10000 (full is 10000). What is not
    /// set is that of the default stage of its mode, but for the time, of which there is none.
    pub fn new(mode: Mode, share_basis_points: u32) -> Self {
        Self { mode, share_basis_points, ..Self::default() }
    }

    setters! {
        /// Outcomes of each arm that it has before it may advance.
        minimum_samples: u32;
        /// Nanoseconds that it lasts at least.
        minimum_ns: i64;
        /// Advance only when treatment >= baseline - margin.
        margin: f64;
        /// Roll back when treatment < baseline - maximum_drop.
        maximum_drop: f64;
    }
}

c_struct! {
    /// A staged plan. Without stages it is the default: monitor, shadow, canary 10 %, full.
    Plan = "remora_rollout_plan" {
        pub(crate) flags: u32,
        pub(crate) agent: AgentId,
        pub(crate) treatment: u32,
        pub(crate) stage_count: u32,
        pub(crate) reserved: u32,
        pub(crate) now_ns: i64,
        pub(crate) stages: [Stage; MAX_STAGES],
    }
}

impl Plan {
    /// A plan that gives an agent's traffic to a variant of it, or to learned routing
    /// ([`TREATMENT_LEARNED`](crate::TREATMENT_LEARNED)).
    pub fn new(agent: AgentId, treatment: u32) -> Self {
        Self { agent, treatment, ..Self::default() }
    }

    setters! {
        /// When it starts, in nanoseconds since 1970; 0 = now.
        now_ns: i64;
    }

    /// Its steps; at most [`MAX_STAGES`].
    #[must_use]
    pub fn stages(mut self, stages: &[Stage]) -> Self {
        self.stage_count = put_list(&mut self.stages, stages);
        self
    }
}
