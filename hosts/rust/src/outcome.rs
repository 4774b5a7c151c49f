//! Hook 2, record outcome: how did it go (outcome.h).

use std::time::Duration;

use crate::error::{Answer, Result};
use crate::ids::{AgentId, DecisionId, LabelId, MetricId, TaskTypeId};
use crate::numbers::flags;
use crate::route::{put_list, Batch};
use crate::state::State;
use crate::structs::{c_struct, setters};
use crate::{MAX_LABELS, MAX_METRICS};

flags! {
    /// Which parts of an outcome are given (outcome.h). The methods of [`Outcome`] set them.
    OutcomeFlags = "REMORA_OUTCOME_" {
        /// `quality` is given.
        HAS_QUALITY = 0,
        /// `user_rating` is given.
        HAS_RATING = 1,
        /// The following state of a multi-step task is given.
        HAS_NEXT = 2,
        /// The task was not run: frees the decision, teaches nothing.
        ABANDONED = 3,
        /// Times the number of the report, which [`Outcome::report`] sets.
        REPORT = 8,
    }
}

c_struct! {
    /// What the host saw. Set what is known.
    ///
    /// ```
    /// let outcome = remora::Outcome::success().quality(0.9).cost_micros(1200).tokens(800, 150);
    /// ```
    Outcome = "remora_outcome" {
        pub(crate) flags: OutcomeFlags,
        pub(crate) decision_id: DecisionId,
        pub(crate) now_ns: i64,
        pub(crate) agent: AgentId,
        pub(crate) variant: u32,
        pub(crate) task_type: TaskTypeId,
        pub(crate) label_count: u32,
        pub(crate) labels: [LabelId; MAX_LABELS],
        pub(crate) success: u32,
        pub(crate) critical_error: u32,
        pub(crate) safety_violation: u32,
        pub(crate) complaint: u32,
        pub(crate) quality: f64,
        pub(crate) duration_ns: i64,
        pub(crate) cost_micros: i64,
        pub(crate) error_count: u32,
        pub(crate) user_corrections: u32,
        pub(crate) tokens_in: u64,
        pub(crate) tokens_out: u64,
        pub(crate) user_rating: f64,
        pub(crate) tool_calls_correct: u32,
        pub(crate) tool_calls_total: u32,
        pub(crate) next_agent: AgentId,
        pub(crate) next_task_type: TaskTypeId,
        pub(crate) next_label_count: u32,
        pub(crate) metric_count: u32,
        pub(crate) next_labels: [LabelId; MAX_LABELS],
        pub(crate) metric_ids: [MetricId; MAX_METRICS],
        pub(crate) metrics: [f64; MAX_METRICS],
        pub(crate) next_decision: DecisionId,
    }
}

impl Outcome {
    /// The task succeeded.
    #[inline]
    pub fn success() -> Self {
        Self { success: 1, ..Self::default() }
    }

    /// The task failed.
    #[inline]
    pub fn failure() -> Self {
        Self::default()
    }

    /// The task was not run: frees the decision, teaches nothing.
    #[inline]
    pub fn abandoned() -> Self {
        Self { flags: OutcomeFlags::ABANDONED, ..Self::default() }
    }

    setters! {
        /// The decision that it is of.
        decision_id: DecisionId;
        /// Nanoseconds since 1970; 0 = the library's clock.
        now_ns: i64;
        /// It failed in a way that must not happen again: the variant is blocked at once.
        critical_error: bool;
        /// It broke a rule of safety: the variant is blocked at once.
        safety_violation: bool;
        /// The user complained.
        complaint: bool;
        /// 0 = not measured; at most 30 days.
        duration_ns: i64;
        /// In millionths of a currency unit.
        cost_micros: i64;
        /// Errors on the way.
        error_count: u32;
        /// Times that the user corrected it.
        user_corrections: u32;
    }

    /// How long it took.
    #[must_use]
    #[inline]
    pub fn duration(self, duration: Duration) -> Self {
        self.duration_ns(nanoseconds(duration))
    }

    /// 0 .. 1; without it the reward has no quality term.
    #[must_use]
    #[inline]
    pub fn quality(mut self, quality: f64) -> Self {
        self.quality = quality;
        self.flags = self.flags | OutcomeFlags::HAS_QUALITY;
        self
    }

    /// 0 .. 10
    #[must_use]
    #[inline]
    pub fn user_rating(mut self, rating: f64) -> Self {
        self.user_rating = rating;
        self.flags = self.flags | OutcomeFlags::HAS_RATING;
        self
    }

    /// Tokens read and written.
    #[must_use]
    #[inline]
    pub fn tokens(mut self, tokens_in: u64, tokens_out: u64) -> Self {
        (self.tokens_in, self.tokens_out) = (tokens_in, tokens_out);
        self
    }

    /// Tool calls: right ones, and all.
    #[must_use]
    #[inline]
    pub fn tool_calls(mut self, correct: u32, total: u32) -> Self {
        (self.tool_calls_correct, self.tool_calls_total) = (correct, total);
        self
    }

    /// A finite figure of the host's own; at most [`MAX_METRICS`] of them.
    #[must_use]
    #[inline]
    pub fn metric(mut self, metric: MetricId, value: f64) -> Self {
        let place = self.metric_count as usize;
        if place < MAX_METRICS {
            (self.metric_ids[place], self.metrics[place]) = (metric, value);
        }
        self.metric_count += 1;
        self
    }

    /// Which report of its decision this is, 1 to 7, where several are taken (`learning.join`): each number counts once.
    /// Without it, or with 0, it is the next one.
    #[must_use]
    #[inline]
    pub fn report(mut self, number: u8) -> Self {
        let others = self.flags.0 & (OutcomeFlags::REPORT.0 - 1);
        self.flags = OutcomeFlags(others | (u32::from(number) * OutcomeFlags::REPORT.0));
        self
    }

    /// The state that follows in a multi-step task; [`AgentId::NONE`] is the same agent.
    #[must_use]
    #[inline]
    pub fn next(mut self, agent: AgentId, task_type: TaskTypeId, labels: &[LabelId]) -> Self {
        (self.next_agent, self.next_task_type) = (agent, task_type);
        self.next_label_count = put_list(&mut self.next_labels, labels);
        self.flags = self.flags | OutcomeFlags::HAS_NEXT;
        self
    }

    /// The state that follows is that of a decision: the next step, retry or escalation of the task.
    #[must_use]
    #[inline]
    pub fn next_decision(mut self, decision: DecisionId) -> Self {
        self.next_decision = decision;
        self.flags = self.flags | OutcomeFlags::HAS_NEXT;
        self
    }

    /// Of a task that was not routed: what would have been decided.
    #[must_use]
    #[inline]
    pub fn of(mut self, agent: AgentId, variant: u32, task_type: TaskTypeId, labels: &[LabelId]) -> Self {
        (self.agent, self.variant, self.task_type) = (agent, variant, task_type);
        self.label_count = put_list(&mut self.labels, labels);
        self
    }
}

c_struct! {
    /// How the reward came about. Each term is weighted already; `reward` is their sum, clipped to [-1, 2].
    Reward = "remora_reward" {
        pub(crate) flags: u32,
        /// What this outcome is worth.
        pub reward: f64,
        /// `reward` + gamma * the value of the following state, or `reward` alone.
        pub target: f64,
        /// Q-value before.
        pub q_before: f64,
        /// Q-value after.
        pub q_after: f64,
        /// For success.
        pub success_term: f64,
        /// For quality.
        pub quality_term: f64,
        /// For time.
        pub time_term: f64,
        /// For errors.
        pub error_term: f64,
        /// For cost.
        pub cost_term: f64,
        /// Of the Q-value after the update.
        pub visits: u32,
        pub(crate) reserved: u32,
        /// For tokens.
        pub tokens_term: f64,
    }
}

impl Reward {
    /// The Q-value was updated.
    pub fn learned(&self) -> bool {
        self.flags & 1 != 0
    }
}

impl State {
    /// Records one outcome, exactly once a decision, from any process. An acknowledged outcome survives the death
    /// of any process.
    #[inline]
    pub fn record_outcome(&self, outcome: &Outcome) -> Result<Reward> {
        self.handle
            .fill(|f, handle, reward, error| unsafe { (f.record_outcome)(handle, outcome, reward, error) })
    }

    /// Records many outcomes, each on its own: one that fails does not stop the next. `rewards` is empty, or has
    /// as many places as there are outcomes.
    ///
    /// When some fail, the error is that of the first, and its [`batch`](crate::Error::batch) says how many did.
    pub fn record_outcome_batch(&self, outcomes: &[Outcome], rewards: &mut [Reward]) -> Result<Batch> {
        let room = if rewards.is_empty() { outcomes.len() } else { rewards.len() };
        let mut batch = Batch::of::<Outcome, Reward>(outcomes.len(), room)?;
        let places = if rewards.is_empty() { std::ptr::null_mut() } else { rewards.as_mut_ptr() };
        self.handle
            .ask(|f, handle, error| unsafe {
                (f.record_outcome_batch)(handle, outcomes.as_ptr(), places, &mut batch, error)
            })
            .map_err(|error| error.answering(Answer::Batch(batch)))?;
        Ok(batch)
    }

    /// Records success or failure, and how long it took (zero = not measured).
    #[inline]
    pub fn record_result(&self, decision: DecisionId, success: bool, duration: Duration) -> Result<()> {
        self.handle.ask(|f, handle, error| unsafe {
            (f.record_result)(handle, decision.raw(), success.into(), nanoseconds(duration), error)
        })
    }
}

#[inline]
pub(crate) fn nanoseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}
