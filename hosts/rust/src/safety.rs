//! Hook 3, safety check: may this variant run (safety.h).

use crate::error::{Answer, Result};
use crate::ids::{AgentId, Id};
use crate::numbers::numbers;
use crate::state::State;
use crate::structs::{c_struct, sized};

numbers! {
    /// Why a variant may or may not run (safety.h).
    SafetyReason(i32) = "REMORA_SAFETY_" {
        /// Allowed.
        OK = 0,
        /// Allowed: fewer outcomes than the window asks for.
        TOO_FEW = 1,
        /// Blocked: window and interval below the minimum.
        BELOW_MINIMUM = 2,
        /// Blocked at once.
        CRITICAL_ERROR = 3,
        /// Blocked at once.
        VIOLATION = 4,
        /// Blocked by [`State::variant_block`].
        OPERATOR = 5,
        /// Allowed again after its block; blocked at the first relapse.
        PROBATION = 6,
        /// The host withdrew the variant.
        RETIRED = 7,
        /// Blocked because its rollout was rolled back.
        ROLLED_BACK = 8,
    }
}

c_struct! {
    /// What the safety check is asked.
    SafetyQuery = "remora_safety_query" {
        pub(crate) flags: u32,
        /// Nanoseconds since 1970; 0 = the library's clock.
        pub now_ns: i64,
        /// Of this agent.
        pub agent: AgentId,
        /// May this one run.
        pub variant: u32,
    }
}

c_struct! {
    /// May this variant run, and on which figures that rests.
    SafetyVerdict = "remora_safety_verdict" {
        pub(crate) allowed: u32,
        /// Why it may or may not.
        pub reason: SafetyReason,
        /// What to run instead: the best proven variant, else the baseline.
        pub safe_variant: u32,
        /// Outcomes in the lookback window.
        pub window_count: u32,
        /// Of these, successes.
        pub window_successes: u32,
        /// Outcomes of the last hour.
        pub hour_count: u32,
        /// Of these, successes.
        pub hour_successes: u32,
        /// Outcomes of the last 24 hours.
        pub day_count: u32,
        /// Of these, successes.
        pub day_successes: u32,
        /// Of the window; 0 when it is empty.
        pub success_rate: f64,
        /// Wilson score interval of the window.
        pub interval_low: f64,
        /// Likewise.
        pub interval_high: f64,
        /// Success rate asked for.
        pub minimum: f64,
        /// 0 = not blocked.
        pub blocked_since_ns: i64,
        /// When it is let back in on probation; 0 = by an operator only, or not blocked.
        pub probation_ns: i64,
    }
}

impl SafetyVerdict {
    /// Whether it may run.
    pub fn allowed(&self) -> bool {
        self.allowed != 0
    }
}

impl State {
    /// Answers for one variant, with its figures; changes nothing.
    ///
    /// When it fails, the error's [`verdict`](crate::Error::verdict) is "not allowed".
    #[inline]
    pub fn safety_check(&self, agent: AgentId, variant: u32) -> Result<SafetyVerdict> {
        self.safety_check_at(agent, variant, 0)
    }

    /// The same at a time, in nanoseconds since 1970; 0 = now.
    #[inline]
    pub fn safety_check_at(&self, agent: AgentId, variant: u32, now_ns: i64) -> Result<SafetyVerdict> {
        let query = SafetyQuery { agent, variant, now_ns, ..sized() };
        self.handle.answer(Answer::Verdict, |f, handle, verdict, error| unsafe {
            (f.safety_check)(handle, &query, verdict, error)
        })
    }

    /// Keeps a variant out until [`variant_unblock`](Self::variant_unblock). The baseline cannot be blocked while
    /// it is the only variant left.
    pub fn variant_block(&self, agent: AgentId, variant: u32) -> Result<()> {
        self.handle.ask(|f, handle, error| unsafe { (f.variant_block)(handle, agent.any(), variant, error) })
    }

    /// Lets a variant back in with an empty window.
    pub fn variant_unblock(&self, agent: AgentId, variant: u32) -> Result<()> {
        self.handle
            .ask(|f, handle, error| unsafe { (f.variant_unblock)(handle, agent.any(), variant, error) })
    }
}
