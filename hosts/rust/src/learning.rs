//! What is believed of a variant, and where that comes from (learning.h).

use crate::error::Result;
use crate::ids::{AgentId, LabelId, TaskTypeId};
use crate::numbers::numbers;
use crate::route::put_list;
use crate::state::State;
use crate::structs::c_struct;
use crate::MAX_LABELS;

c_struct! {
    /// What route goes by for a variant in a state: `mean` is the sum of each level's weight times its value, and
    /// the weights add up to one.
    Belief = "remora_belief" {
        pub(crate) flags: u32,
        /// Of this agent.
        pub agent: AgentId,
        /// In tasks of this type.
        pub task_type: TaskTypeId,
        /// Of this variant.
        pub variant: u32,
        pub(crate) label_count: u32,
        pub(crate) labels: [LabelId; MAX_LABELS],
        /// Outcomes of this state.
        pub state_visits: u32,
        /// Outcomes of the agent over all its tasks, as far as they were folded.
        pub agent_visits: u32,
        /// What policies go by.
        pub mean: f64,
        /// Standard deviation of the mean that Thompson sampling reckons with.
        pub deviation: f64,
        /// The Q-value of this very state; 0 when it has none.
        pub state_value: f64,
        /// Its share of the mean.
        pub state_weight: f64,
        /// The agent's over all its tasks.
        pub agent_value: f64,
        /// Its share of the mean.
        pub agent_weight: f64,
        /// What a variant counts as of which nothing is known.
        pub prior_value: f64,
        /// Its share of the mean.
        pub prior_weight: f64,
        /// The same variant, by name and tier, of the category's other agents.
        pub category_value: f64,
        /// Its share of the mean.
        pub category_weight: f64,
        /// Likewise of the agents of other categories.
        pub fleet_value: f64,
        /// Its share of the mean.
        pub fleet_weight: f64,
        /// Outcomes behind the category's value.
        pub category_visits: u32,
        /// Outcomes behind the fleet's value.
        pub fleet_visits: u32,
        /// At the same task before.
        pub attempts: u32,
        pub(crate) reserved: u32,
        /// Bit i: variant i was among these.
        pub tried_variants: u64,
    }
}

c_struct! {
    /// What a configuration's learning would have brought, by the recorded outcomes: mean rewards a decision, each
    /// with the ends of its 95 % interval.
    Evaluation = "remora_evaluation" {
        pub(crate) flags: u32,
        pub(crate) agent: AgentId,
        pub(crate) resamples: u32,
        pub(crate) seed: u64,
        pub(crate) least_effective: f64,
        pub(crate) warm_up: f64,
        /// Outcomes that were weighed.
        pub outcomes: u64,
        /// Outcomes whose variant no policy drew.
        pub left_out: u64,
        /// Outcomes that the weighted ones are worth.
        pub effective: f64,
        /// The largest weight.
        pub largest_weight: f64,
        /// About 1 when the history shows what the configuration would do.
        pub mean_weight: f64,
        /// What was really had of them.
        pub logged: f64,
        /// Low end of its interval.
        pub logged_low: f64,
        /// High end.
        pub logged_high: f64,
        /// By inverse propensity scores.
        pub ips: f64,
        /// Low end of its interval.
        pub ips_low: f64,
        /// High end.
        pub ips_high: f64,
        /// By the same, self-normalised.
        pub snips: f64,
        /// Low end of its interval.
        pub snips_low: f64,
        /// High end.
        pub snips_high: f64,
        /// By a model of the rewards alone.
        pub direct: f64,
        /// Low end of its interval.
        pub direct_low: f64,
        /// High end.
        pub direct_high: f64,
        /// By model and propensities: the one to go by.
        pub doubly_robust: f64,
        /// Low end of its interval.
        pub doubly_robust_low: f64,
        /// High end.
        pub doubly_robust_high: f64,
    }
}

/// Of whom and how [`State::evaluate`] estimates: by default all agents, 1000 resamples, 100 effective outcomes.
#[derive(Clone, Copy, Debug, Default)]
pub struct EvaluationOptions {
    /// Of this agent alone; the default is all.
    pub agent: AgentId,
    /// Resamples of the bootstrap.
    pub resamples: u32,
    /// Seed of the bootstrap.
    pub seed: u64,
    /// Fewer effective outcomes are refused.
    pub least_effective: f64,
    /// Share of the outcomes, the oldest, that teach alone and are not weighed.
    pub warm_up: f64,
}

numbers! {
    /// How far learning is (learning.h).
    Verdict(u32) = "REMORA_VERDICT_" {
        /// Too few outcomes to say anything.
        STARVED = 1,
        /// Neither of the others.
        LEARNING = 2,
        /// The rewards of a variant changed not long ago.
        DRIFTING = 3,
        /// Every figure is met.
        CONVERGED = 4,
    }
}

numbers! {
    /// A figure that is as where learning has settled, as a bit of `Convergence::met` (learning.h).
    Settled(u32) = "REMORA_SETTLED_" {
        /// The change of the value.
        CHANGE = 1,
        /// The winner's value.
        WINNING = 2,
        /// Its distance from the next best.
        SEPARATION = 4,
        /// The share that explored.
        EXPLORED = 8,
        /// The variance of the rewards.
        VARIANCE = 16,
    }
}

c_struct! {
    /// How far learning is, each figure with its interval at 95 %; those that a question does not have are zero.
    Convergence = "remora_convergence" {
        pub(crate) flags: u32,
        /// Of this agent; 0 = of the fleet.
        pub agent: AgentId,
        /// In tasks of this type.
        pub task_type: TaskTypeId,
        /// Of this variant.
        pub variant: u32,
        pub(crate) label_count: u32,
        pub(crate) labels: [LabelId; MAX_LABELS],
        /// What is to be made of it.
        pub verdict: Verdict,
        /// Of an agent: the variant of the highest value.
        pub winner: u32,
        /// Outcomes behind the answer.
        pub outcomes: u64,
        /// How far one more outcome moves the value.
        pub change: f64,
        /// The lower end of its interval.
        pub change_low: f64,
        /// The upper end.
        pub change_high: f64,
        /// The winner's value.
        pub winning: f64,
        /// The lower end of its interval.
        pub winning_low: f64,
        /// The upper end.
        pub winning_high: f64,
        /// The winner's value less the next best's.
        pub separation: f64,
        /// The lower end of its interval.
        pub separation_low: f64,
        /// The upper end.
        pub separation_high: f64,
        /// Share of the latest decisions that explored.
        pub explored: f64,
        /// The lower end of its interval.
        pub explored_low: f64,
        /// The upper end.
        pub explored_high: f64,
        /// Of the latest rewards, by that of more of them.
        pub variance: f64,
        /// The lower end of its interval.
        pub variance_low: f64,
        /// The upper end.
        pub variance_high: f64,
        /// Bits of `Settled`.
        pub met: u32,
        /// Agents of the fleet, by verdict.
        pub converged_agents: u32,
        /// Likewise.
        pub learning_agents: u32,
        /// Likewise.
        pub drifting_agents: u32,
        /// Likewise.
        pub starved_agents: u32,
        pub(crate) reserved: u32,
    }
}

impl State {
    /// Says how far learning is: of the fleet (`AgentId::default()`), of an agent (`NO_VARIANT`), or of one of its
    /// variants in one state; changes nothing.
    pub fn convergence_get(
        &self,
        agent: AgentId,
        variant: u32,
        task_type: TaskTypeId,
        labels: &[LabelId],
    ) -> Result<Convergence> {
        self.handle.fill(|f, handle, convergence: *mut Convergence, error| unsafe {
            (*convergence).agent = agent;
            (*convergence).task_type = task_type;
            (*convergence).variant = variant;
            (*convergence).label_count = put_list(&mut (*convergence).labels, labels);
            (f.convergence_get)(handle, convergence, error)
        })
    }

    /// Estimates what the learning of another configuration (a text as for `configure`; empty: the one in force)
    /// would have brought; refused with `Code::STATE` when the outcomes cannot bear an estimate.
    pub fn evaluate(&self, configuration: &str, options: EvaluationOptions) -> Result<Evaluation> {
        self.handle.fill(|f, handle, asked: *mut Evaluation, error| unsafe {
            (*asked).agent = options.agent;
            (*asked).resamples = options.resamples;
            (*asked).seed = options.seed;
            (*asked).least_effective = options.least_effective;
            (*asked).warm_up = options.warm_up;
            (f.evaluate)(handle, configuration.as_ptr().cast(), configuration.len() as u64, asked, error)
        })
    }

    /// Says what is believed of a variant in a state, and which level gives how much of it; changes nothing.
    pub fn explain(
        &self,
        agent: AgentId,
        variant: u32,
        task_type: TaskTypeId,
        labels: &[LabelId],
    ) -> Result<Belief> {
        self.explain_attempt(agent, variant, task_type, labels, 0, 0)
    }

    /// The same for the state of a task that was tried before: so many attempts, and a mask of the variants tried, as
    /// [`QCell`](crate::QCell) shows them.
    pub fn explain_attempt(
        &self,
        agent: AgentId,
        variant: u32,
        task_type: TaskTypeId,
        labels: &[LabelId],
        attempts: u32,
        tried_variants: u64,
    ) -> Result<Belief> {
        self.handle.fill(|f, handle, belief: *mut Belief, error| unsafe {
            (*belief).agent = agent;
            (*belief).task_type = task_type;
            (*belief).variant = variant;
            (*belief).attempts = attempts;
            (*belief).tried_variants = tried_variants;
            (*belief).label_count = put_list(&mut (*belief).labels, labels);
            (f.explain)(handle, belief, error)
        })
    }
}
