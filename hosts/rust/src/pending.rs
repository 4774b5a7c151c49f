//! A task under way: routed, timed, and reported once.

use std::time::Instant;

use crate::decision::Decision;
use crate::error::{Error, Result};
use crate::ids::DecisionId;
use crate::outcome::{Outcome, Reward};
use crate::route::Task;
use crate::state::State;

/// What becomes of a task that is dropped without a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnDrop {
    /// It is abandoned: the decision is free, nothing is learned.
    #[default]
    Abandon,
    /// It failed, with one error: for agents that end by panicking, or by returning early with `?`.
    Fail,
    /// Nothing is told: somebody else will report under the decision's id.
    Leave,
}

/// A task that is routed and must be reported. It may be moved to another thread.
///
/// ```
/// # fn main() -> remora::Result<()> {
/// # let directory = std::env::temp_dir().join(format!("remora-pending-{}", std::process::id()));
/// # let state = remora::Options::new().states(256).ledger_slots(1024).open(&directory)?;
/// # let agent = state.agent_define("backend-architect", &["careful", "quick"])?;
/// let pending = state.task(&remora::Task::new(agent));
/// let worker = std::thread::spawn(move || {
///     // here the agent works, as pending.variant()
///     pending.report(remora::Outcome::success().quality(0.9))
/// });
/// assert!(worker.join().unwrap()?.learned());
///
/// drop(state.task(&remora::Task::new(agent))); // abandoned
/// assert_eq!(state.stats_get()?.pending, 0);
/// # state.close()?;
/// # std::fs::remove_dir_all(directory).unwrap();
/// # Ok(())
/// # }
/// ```
#[must_use = "a task that is dropped at once is abandoned"]
#[derive(Debug)]
pub struct Pending {
    state: State,
    decision: Decision,
    error: Option<Error>,
    started: Instant,
    on_drop: OnDrop,
    reported: bool,
}

impl State {
    /// Routes a task that must be reported. When routing fails, the task is to run as the agent's baseline, and
    /// [`Pending::error`] says why.
    pub fn task(&self, task: &Task) -> Pending {
        let (decision, error) = match self.route(task) {
            Ok(decision) => (decision, None),
            Err(error) => (error.decision().copied().unwrap_or_default(), Some(error)),
        };
        Pending::new(self, decision, error)
    }

    /// Runs an agent on a task: routed, timed, recorded. `Err` is a failure and so is a panic; both go on to the
    /// caller. Remora's own failures never do: the agent then runs as the baseline.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let directory = std::env::temp_dir().join(format!("remora-run-{}", std::process::id()));
    /// # let state = remora::Options::new().states(256).ledger_slots(1024).open(&directory)?;
    /// # let agent = state.agent_define("calculator", &["careful", "quick"])?;
    /// let sum = state.run(&remora::Task::new(agent), |_task| "17".parse::<i32>().map(|n| n + 4))?;
    /// assert_eq!(sum, 21);
    /// assert!(state.run(&remora::Task::new(agent), |_task| "x".parse::<i32>()).is_err());
    /// assert_eq!(state.stats_get()?.outcomes, 2);
    /// # state.close()?;
    /// # std::fs::remove_dir_all(directory)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn run<T, E>(
        &self,
        task: &Task,
        agent: impl FnOnce(&Pending) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let pending = self.task(task).on_drop(OnDrop::Fail);
        let result = agent(&pending);
        if result.is_ok() {
            // The agent's result is not lost for want of a record.
            let _ = pending.report(Outcome::success());
        }
        result
    }
}

impl Pending {
    fn new(state: &State, decision: Decision, error: Option<Error>) -> Self {
        let (state, started) = (state.clone(), Instant::now());
        Self { state, decision, error, started, on_drop: OnDrop::default(), reported: false }
    }

    /// What is to become of it when it is dropped without a report.
    pub fn on_drop(mut self, on_drop: OnDrop) -> Self {
        self.on_drop = on_drop;
        self
    }

    /// What was decided.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// Why it runs as the baseline, when routing failed.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// Index of the variant to run.
    pub fn variant(&self) -> u32 {
        self.decision.variant
    }

    /// Name of the variant to run; empty where the agent is not known.
    pub fn variant_name(&self) -> String {
        self.state.variant_name(self.decision.agent, self.decision.variant).unwrap_or_default()
    }

    /// The shadow run that the decision asks for, as a task of its own. When it is not taken, it is reported as
    /// abandoned together with this task.
    pub fn take_shadow(&mut self) -> Option<Pending> {
        if !self.decision.wants_shadow() || self.decision.shadow_decision_id.is_none() {
            return None;
        }
        let decision = Decision {
            decision_id: std::mem::replace(&mut self.decision.shadow_decision_id, DecisionId::NONE),
            variant: self.decision.shadow_variant,
            shadow_decision_id: DecisionId::NONE,
            ..self.decision
        };
        Some(Self::new(&self.state, decision, None).on_drop(self.on_drop))
    }

    /// Records how it went. The time since it was routed is its duration, unless the outcome has one.
    ///
    /// A decision that is not tracked (routing failed, or there was no room) is not recorded; the reward is empty.
    pub fn report(mut self, outcome: Outcome) -> Result<Reward> {
        self.record(outcome)
    }

    fn record(&mut self, outcome: Outcome) -> Result<Reward> {
        self.reported = true;
        if let Some(shadow) = self.take_shadow() {
            drop(shadow.on_drop(OnDrop::Abandon));
        }
        if self.decision.decision_id.is_none() {
            return Ok(Reward::default());
        }
        let mut outcome = outcome.decision_id(self.decision.decision_id);
        if outcome.duration_ns == 0 {
            outcome = outcome.duration(self.started.elapsed());
        }
        self.state.record_outcome(&outcome)
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if self.reported {
            return;
        }
        // Nobody is there to be told of an error.
        let _ = match self.on_drop {
            OnDrop::Abandon => self.record(Outcome::abandoned()),
            OnDrop::Fail => self.record(Outcome::failure().error_count(1)),
            OnDrop::Leave => return,
        };
    }
}
