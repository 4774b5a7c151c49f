//! Hook 4, rollout gate: is this unit in the rollout. And the rollouts themselves (rollout.h).

use crate::decision::Mode;
use crate::error::{Answer, Result};
use crate::ids::{AgentId, Id, RolloutId};
use crate::numbers::numbers;
use crate::plan::Plan;
use crate::state::State;
use crate::structs::{c_struct, sized};

numbers! {
    /// Where a rollout stands (rollout.h).
    RolloutState(u32) = "REMORA_ROLLOUT_" {
        /// It runs.
        RUNNING = 1,
        /// The stage and its share hold; nothing advances by itself; rolling back still does.
        PAUSED = 2,
        /// The last stage held: the treatment stays at full share.
        COMPLETE = 3,
        /// The treatment gets no traffic.
        ROLLED_BACK = 4,
    }
}

numbers! {
    /// Why a rollout stands there (rollout.h).
    RolloutReason(i32) = "REMORA_ROLLOUT_" {
        /// No reason yet.
        NONE = 0,
        /// Minimum time not over.
        TOO_EARLY = 1,
        /// Minimum samples not reached.
        TOO_FEW = 2,
        /// Holds: worse than the baseline by more than the stage's margin.
        BELOW_MARGIN = 3,
        /// Every criterion holds.
        PASSED = 4,
        /// Rolled back: success rate too far below the baseline's.
        SUCCESS_DROP = 5,
        /// Rolled back: a critical error in the treatment.
        CRITICAL_ERROR = 6,
        /// Rolled back: a safety violation in the treatment.
        SAFETY_VIOLATION = 7,
        /// By [`State::rollout_command`].
        OPERATOR = 8,
        /// Rolled back: the safety check blocked the treatment variant.
        BLOCKED = 9,
        /// No rollout for this agent.
        NOT_RUNNING = 10,
        /// Holds: the samples are there, but too many of them are of one unit.
        ONE_UNIT = 11,
    }
}

numbers! {
    /// What an operator may tell a rollout (rollout.h).
    RolloutCommand(u32) = "REMORA_ROLLOUT_" {
        /// To the next stage now, whatever the criteria say.
        ADVANCE = 1,
        /// Hold.
        PAUSE = 2,
        /// Go on.
        RESUME = 3,
        /// Traffic back to the baseline at every process's next decision.
        ROLL_BACK = 4,
    }
}

c_struct! {
    /// What the gate is asked.
    GateQuery = "remora_gate_query" {
        pub(crate) flags: u32,
        /// The same key always gets the same answer within a stage, and stays in as the share grows.
        pub unit_key: u64,
        /// Of this agent.
        pub agent: AgentId,
        pub(crate) reserved: u32,
    }
}

c_struct! {
    /// Is this unit in the rollout.
    Gate = "remora_gate" {
        pub(crate) inside: u32,
        /// None for this agent, or its rollout.
        pub rollout: RolloutId,
        /// Its stage.
        pub stage: u32,
        /// Its mode.
        pub mode: Mode,
        /// 0 = no rollout.
        pub state: RolloutState,
        /// Share of the treatment.
        pub share_basis_points: u32,
        /// Of the last change.
        pub reason: RolloutReason,
    }
}

impl Gate {
    /// The unit gets the treatment, as a real or a shadow run (see `mode`).
    pub fn inside(&self) -> bool {
        self.inside != 0
    }
}

c_struct! {
    /// Where a rollout stands, with the figures that its next verdict rests on.
    RolloutStatus = "remora_rollout" {
        /// Whether it runs.
        pub state: RolloutState,
        /// The rollout.
        pub rollout: RolloutId,
        /// Its agent.
        pub agent: AgentId,
        /// A variant of the agent, or [`TREATMENT_LEARNED`](crate::TREATMENT_LEARNED).
        pub treatment: u32,
        /// The stage that it is in.
        pub stage: u32,
        /// How many there are.
        pub stage_count: u32,
        /// Mode of the stage.
        pub mode: Mode,
        /// Share of the treatment.
        pub share_basis_points: u32,
        /// Of the last change, or why the stage holds.
        pub reason: RolloutReason,
        /// Outcomes of the treatment in this stage.
        pub treatment_count: u32,
        /// Of these, successes.
        pub treatment_successes: u32,
        /// Outcomes of the baseline in this stage.
        pub baseline_count: u32,
        /// Of these, successes.
        pub baseline_successes: u32,
        /// More outcomes of the treatment before the stage can advance.
        pub samples_needed: u32,
        pub(crate) reserved: u32,
        /// When the rollout started.
        pub started_ns: i64,
        /// When the stage started.
        pub stage_started_ns: i64,
        /// Earliest time of the next advance.
        pub stage_ends_ns: i64,
        /// Treatment rate - baseline rate.
        pub difference: f64,
        /// 95 % interval by Newcombe's hybrid score method.
        pub difference_low: f64,
        /// Likewise.
        pub difference_high: f64,
    }
}

impl State {
    /// Starts a rollout under a name that is new. One runs for an agent at a time; a snapshot is taken first.
    ///
    /// ```
    /// # fn main() -> remora::Result<()> {
    /// # let directory = std::env::temp_dir().join(format!("remora-rollout-{}", std::process::id()));
    /// # let state = remora::Options::new().states(256).ledger_slots(1024).open(&directory)?;
    /// use remora::{Mode, Plan, Stage};
    /// let agent = state.agent_define("backend-architect", &["careful", "quick"])?;
    /// let stages = [Stage::new(Mode::CANARY, 1000).minimum_samples(200), Stage::new(Mode::FULL, 10000)];
    /// let rollout = state.rollout_start("quick-first", &Plan::new(agent, 1).stages(&stages))?;
    /// assert_eq!(state.rollout_status(rollout)?.mode, Mode::CANARY);
    /// # state.close()?;
    /// # std::fs::remove_dir_all(directory).unwrap();
    /// # Ok(())
    /// # }
    /// ```
    pub fn rollout_start(&self, name: &str, plan: &Plan) -> Result<RolloutId> {
        self.handle.id(|f, handle, id, error| unsafe {
            (f.rollout_start)(handle, name.as_ptr().cast(), name.len() as u64, plan, id, error)
        })
    }

    /// Is this unit in the rollout of the agent. [`route`](Self::route) asks the same question by itself.
    ///
    /// When it fails, the error's [`gate`](crate::Error::gate) says "not in".
    #[inline]
    pub fn rollout_gate(&self, agent: AgentId, unit_key: u64) -> Result<Gate> {
        let query = GateQuery { agent, unit_key, ..sized() };
        self.handle.answer(Answer::Gate, |f, handle, gate, error| unsafe {
            (f.rollout_gate)(handle, &query, gate, error)
        })
    }

    /// Advances, pauses, resumes or rolls back by hand.
    pub fn rollout_command(&self, rollout: RolloutId, command: RolloutCommand) -> Result<()> {
        self.rollout_command_at(rollout, command, 0)
    }

    /// The same at a time, in nanoseconds since 1970; 0 = now.
    pub fn rollout_command_at(&self, rollout: RolloutId, command: RolloutCommand, now_ns: i64) -> Result<()> {
        self.handle.ask(|f, handle, error| unsafe {
            (f.rollout_command)(handle, rollout.any(), command.0, now_ns, error)
        })
    }

    /// Where a rollout stands.
    pub fn rollout_status(&self, rollout: RolloutId) -> Result<RolloutStatus> {
        self.handle.fill(|f, handle, status, error| unsafe {
            (f.rollout_status)(handle, rollout.any(), status, error)
        })
    }
}
