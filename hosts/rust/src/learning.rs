//! What is believed of a variant, and where that comes from (learning.h).

use crate::error::Result;
use crate::ids::{AgentId, LabelId, TaskTypeId};
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

impl State {
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
