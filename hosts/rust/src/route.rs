//! Hook 1, route: who should do this task, and by which variant (route.h).

use std::ffi::CStr;

use crate::decision::{Decision, Reason};
use crate::error::{Answer, Error, Result, Status};
use crate::ids::{AgentId, CategoryId, DecisionId, LabelId, TaskTypeId};
use crate::state::State;
use crate::structs::{c_struct, setters, sized};
use crate::MAX_LABELS;

c_struct! {
    /// A task to route. Set what is known.
    Task = "remora_task" {
        pub(crate) flags: u32,
        pub(crate) agent: AgentId,
        pub(crate) task_type: TaskTypeId,
        pub(crate) unit_key: u64,
        pub(crate) allowed_variants: u64,
        pub(crate) now_ns: i64,
        pub(crate) draw: u64,
        pub(crate) category: CategoryId,
        pub(crate) label_count: u32,
        pub(crate) labels: [LabelId; MAX_LABELS],
        pub(crate) previous_decision: DecisionId,
    }
}

impl Task {
    /// A task for an agent; [`AgentId::NONE`] has the agent chosen too.
    #[inline]
    pub fn new(agent: AgentId) -> Self {
        Self { agent, ..Self::default() }
    }

    /// A task whose agent is chosen too, among those of a category, or of all with [`CategoryId::NONE`].
    #[inline]
    pub fn of_category(category: CategoryId) -> Self {
        Self { category, ..Self::default() }
    }

    setters! {
        /// The class of the task; "general" unless set.
        task_type: TaskTypeId;
        /// User, session or episode, for sticky assignment (of a name: [`unit_key`](crate::unit_key())); 0 = each decision on its own.
        unit_key: u64;
        /// Bit i allows variant i; 0 = all.
        allowed_variants: u64;
        /// Nanoseconds since 1970; 0 = the library's clock.
        now_ns: i64;
        /// Random draw for a repeatable decision; 0 = the library's own generator.
        draw: u64;
        /// Of the same task: this is another attempt at it. Counts where `learning.cascade` says so.
        previous_decision: DecisionId;
    }

    /// Context labels in any order; at most [`MAX_LABELS`].
    #[must_use]
    #[inline]
    pub fn labels(mut self, labels: &[LabelId]) -> Self {
        self.label_count = put_list(&mut self.labels, labels);
        self
    }
}

/// Of a list that is too long, what fits: the library refuses its count.
#[inline]
pub(crate) fn put_list<T: Copy>(places: &mut [T], list: &[T]) -> u32 {
    let fitting = list.len().min(places.len());
    places[..fitting].copy_from_slice(&list[..fitting]);
    list.len() as u32
}

c_struct! {
    /// How far a batch came.
    Batch = "remora_batch" {
        pub(crate) flags: u32,
        /// Items.
        pub count: u64,
        /// Bytes from one input to the next; 0 = its size.
        pub in_stride: u64,
        /// Likewise for results.
        pub out_stride: u64,
        /// Items that succeeded.
        pub done: u64,
        /// Index of the first that failed, or how many there were.
        pub first_failed: u64,
    }
}

impl Batch {
    /// A batch of `items` with `room` places for results.
    pub(crate) fn of<In, Out>(items: usize, room: usize) -> Result<Self> {
        if room < items {
            let text =
                format!("there is room for {room} results of {items} items; give the results as many places");
            return Err(Error::new(Status::INVALID, text));
        }
        Ok(Self {
            count: items as u64,
            in_stride: std::mem::size_of::<In>() as u64,
            out_stride: std::mem::size_of::<Out>() as u64,
            ..Self::default()
        })
    }
}

impl State {
    /// Chooses a variant (and an agent, where the task names none) and opens a decision.
    ///
    /// When it fails, the error's [`decision`](Error::decision) is the safe choice: the agent's baseline.
    ///
    /// ```
    /// # fn main() -> remora::Result<()> {
    /// # let directory = std::env::temp_dir().join(format!("remora-route-{}", std::process::id()));
    /// # let state = remora::Options::new().states(256).ledger_slots(1024).open(&directory)?;
    /// let agent = state.agent_define("backend-architect", &["careful", "quick"])?;
    /// let task_type = state.intern("api-design")?;
    /// let decision = state.route(&remora::Task::new(agent).task_type(task_type))?;
    /// // here the agent works, as decision.variant
    /// state.record_result(decision.decision_id, true, std::time::Duration::from_millis(1200))?;
    /// # state.close()?;
    /// # std::fs::remove_dir_all(directory).unwrap();
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub fn route(&self, task: &Task) -> Result<Decision> {
        self.handle.answer(Answer::Decision, |f, handle, decision, error| unsafe {
            (f.route)(handle, task, decision, error)
        })
    }

    /// Routes many tasks; every decision is filled. `decisions` has as many places as there are tasks, or more.
    ///
    /// When some fail, the error is that of the first, and its [`batch`](Error::batch) says how many did.
    pub fn route_batch(&self, tasks: &[Task], decisions: &mut [Decision]) -> Result<Batch> {
        let mut batch = Batch::of::<Task, Decision>(tasks.len(), decisions.len())?;
        self.handle
            .ask(|f, handle, error| unsafe {
                (f.route_batch)(handle, tasks.as_ptr(), decisions.as_mut_ptr(), &mut batch, error)
            })
            .map_err(|error| error.answering(Answer::Batch(batch)))?;
        Ok(batch)
    }

    /// [`route`](Self::route) by names. A task type that is not known is made at its first use; "" is "general".
    #[inline]
    pub fn route_named(&self, agent: &str, task_type: &str, unit_key: u64) -> Result<Decision> {
        let (mut agent_room, mut type_room) = ([0; NAME_ROOM], [0; NAME_ROOM]);
        let named = (terminated(agent, &mut agent_room), terminated(task_type, &mut type_room));
        let (agent, task_type) = match named {
            (Some(agent), Some(task_type)) => (agent, task_type),
            _ => return Err(no_name(agent, task_type)),
        };
        self.handle.answer(Answer::Decision, |f, handle, decision, error| unsafe {
            (f.route_named)(handle, agent.as_ptr(), task_type.as_ptr(), unit_key, decision, error)
        })
    }
}

/// More than the longest name with its NUL, so that a longer one is still refused by the library.
const NAME_ROOM: usize = crate::MAX_NAME_BYTES + 2;

/// A name as C wants it, without allocation; cut where it is longer than any name may be. None where it holds a NUL.
#[inline]
fn terminated<'room>(name: &str, room: &'room mut [u8; NAME_ROOM]) -> Option<&'room CStr> {
    let size = name.len().min(NAME_ROOM - 1);
    room[..size].copy_from_slice(&name.as_bytes()[..size]);
    CStr::from_bytes_with_nul(&room[..=size]).ok()
}

#[cold]
fn no_name(agent: &str, task_type: &str) -> Error {
    let text = format!("a name has no NUL byte in it; agent is {agent:?}, task type {task_type:?}");
    let safe = Decision { reason: Reason::ERROR, shadow_variant: crate::NO_VARIANT, ..sized() };
    Error::new(Status::INVALID, text).answering(Answer::Decision(safe))
}
