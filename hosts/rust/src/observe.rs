//! Looking inside: Q-values, events, figures, metrics text (observe.h).

use crate::error::Result;
use crate::ids::{AgentId, LabelId, RolloutId, TaskTypeId};
use crate::listing::Listing;
use crate::numbers::numbers;
use crate::state::State;
use crate::structs::c_struct;
use crate::MAX_LABELS;

numbers! {
    /// What an event tells (observe.h).
    EventKind(u32) = "REMORA_EVENT_" {
        /// A process opened the state.
        OPENED = 1,
        /// A variant is kept out.
        VARIANT_BLOCKED = 2,
        /// It is let in again.
        VARIANT_UNBLOCKED = 3,
        /// A rollout started.
        ROLLOUT_STARTED = 4,
        /// It went to its next stage.
        STAGE_ADVANCED = 5,
        /// It was rolled back.
        ROLLED_BACK = 6,
        /// Its last stage held.
        ROLLOUT_COMPLETE = 7,
        /// It was paused.
        ROLLOUT_PAUSED = 8,
        /// It goes on.
        ROLLOUT_RESUMED = 9,
        /// A snapshot was taken.
        SNAPSHOT_TAKEN = 10,
        /// A bad file was offered; nothing changed.
        SNAPSHOT_REFUSED = 11,
        /// Learned values were replaced. Value: generation before, detail: generation now, sequence restored.
        RESTORED = 12,
        /// A changed configuration was followed.
        CONFIG_RELOADED = 13,
        /// A bad configuration was refused.
        CONFIG_REFUSED = 14,
        /// The control word changed.
        CONTROL_CHANGED = 15,
        /// The table of states is full.
        TABLE_FULL = 16,
        /// Slots of a dead process were freed.
        RECOVERED = 17,
        /// A sync to the disk failed.
        SYNC_FAILED = 18,
        /// The snapshot that was due could not be taken; value: errno or 0.
        SNAPSHOT_FAILED = 19,
        /// The rewards of a variant changed. Value, threshold: mean reward since and before.
        REWARD_CHANGED = 20,
        /// Values learned their outcomes again. Value: generation before, detail: generation now, outcomes used.
        RELEARNED = 21,
        /// A variant got a value to start from. Detail: outcomes that it counts as, agents that it comes from.
        SEEDED = 22,
        /// Whether learning has settled is judged otherwise than before.
        VERDICT_CHANGED = 23,
        /// Decisions of an agent had no outcome within its deadline.
        OUTCOMES_OVERDUE = 24,
        /// The file of the learned values was missing or damaged at open.
        VALUES_LOST = 25,
        /// A file of the state was removed, renamed or replaced while it is in use.
        FILES_LOST = 26,
    }
}

numbers! {
    /// How grave an event is (observe.h).
    Severity(u32) = "REMORA_SEVERITY_" {
        /// To know.
        INFO = 1,
        /// To look at.
        WARNING = 2,
        /// To act on.
        CRITICAL = 3,
    }
}

c_struct! {
    /// Something an operator wants to know.
    Event = "remora_event" {
        /// What it tells.
        pub kind: EventKind,
        /// Growing by one.
        pub sequence: u64,
        /// When, in nanoseconds since 1970.
        pub time_ns: i64,
        /// How grave it is.
        pub severity: Severity,
        /// Or none.
        pub agent: AgentId,
        /// Or [`NO_VARIANT`](crate::NO_VARIANT).
        pub variant: u32,
        /// Or none.
        pub rollout: RolloutId,
        /// Of the rollout.
        pub stage: u32,
        /// A [`SafetyReason`](crate::SafetyReason) or [`RolloutReason`](crate::RolloutReason), by kind.
        pub reason: i32,
        /// The figure that decided.
        pub value: f64,
        /// What it was held against.
        pub threshold: f64,
        /// By kind: counts, sequences, generations.
        pub detail: [u64; 2],
    }
}

c_struct! {
    /// One learned value.
    QCell = "remora_q_cell" {
        pub(crate) flags: u32,
        /// Of this agent.
        pub agent: AgentId,
        /// For this class of tasks.
        pub task_type: TaskTypeId,
        /// Run as this variant.
        pub variant: u32,
        /// Outcomes behind it.
        pub visits: u32,
        /// The value.
        pub q_value: f64,
        pub(crate) label_count: u32,
        pub(crate) reserved: u32,
        pub(crate) labels: [LabelId; MAX_LABELS],
        /// Last update, to the second, in nanoseconds since 1970.
        pub updated_ns: i64,
        /// At the same task before.
        pub attempts: u32,
        pub(crate) reserved1: u32,
        /// Bit i: variant i was among these.
        pub tried_variants: u64,
    }
}

impl QCell {
    /// In this context.
    pub fn labels(&self) -> &[LabelId] {
        &self.labels[..(self.label_count as usize).min(MAX_LABELS)]
    }
}

c_struct! {
    /// Figures of the whole state directory. Counters cover its life, over all processes.
    Stats = "remora_stats" {
        /// That have the directory open now.
        pub processes: u32,
        /// In force.
        pub generation: u64,
        /// Rows in use.
        pub states: u64,
        /// Rows that may be used.
        pub state_capacity: u64,
        /// Interned.
        pub names: u64,
        /// That may be interned.
        pub name_capacity: u64,
        /// Decisions in flight and remembered.
        pub ledger_slots: u64,
        /// Decisions made.
        pub decisions: u64,
        /// In the ledger without an outcome.
        pub pending: u64,
        /// Acknowledged.
        pub outcomes: u64,
        /// Decisions that explored.
        pub explored: u64,
        /// Ever published.
        pub events: u64,
        /// Sum over the Q-table.
        pub visits: u64,
        /// Held by this process's plugin beside the mapping.
        pub heap_bytes: u64,
        /// Mapped files.
        pub mapped_bytes: u64,
        /// 0 = none yet.
        pub last_snapshot_ns: i64,
    }
}

impl State {
    /// Lists the learned values; they may move meanwhile.
    pub fn q_cells(&self) -> Listing<'_, QCell> {
        Listing::new(0, move |cursor, cells| self.q_cells_into(cursor, cells))
    }

    /// Writes learned values from place `cursor` on and moves it; 0 is the end. Begin with 0.
    pub fn q_cells_into(&self, cursor: &mut u64, cells: &mut [QCell]) -> Result<usize> {
        let stride = std::mem::size_of::<QCell>() as u64;
        self.handle.page(|f, handle, count| unsafe {
            (f.q_cells)(handle, cursor, cells.as_mut_ptr(), stride, cells.len() as u32, count)
        })
    }

    /// Reads events from a sequence on; 0 is the oldest kept. A reader that fell behind the ring (1,024 events)
    /// goes on at the oldest kept; the gap shows in the sequences.
    pub fn events(&self, since: u64) -> Listing<'_, Event> {
        Listing::new(since, move |cursor, events| self.events_into(cursor, events))
    }

    /// Writes events from sequence `cursor` on and moves it; 0 is the end.
    pub fn events_into(&self, cursor: &mut u64, events: &mut [Event]) -> Result<usize> {
        let stride = std::mem::size_of::<Event>() as u64;
        self.handle.page(|f, handle, count| unsafe {
            (f.events)(handle, cursor, events.as_mut_ptr(), stride, events.len() as u32, count)
        })
    }

    /// An event as one line of JSON, names resolved: what `events.jsonl` holds.
    pub fn event_text(&self, event: &Event) -> Result<String> {
        self.handle.text(|f, handle, buffer, capacity, needed, error| unsafe {
            (f.event_text)(handle, event, buffer, capacity, needed, error)
        })
    }

    /// Figures of the state directory.
    pub fn stats_get(&self) -> Result<Stats> {
        self.handle.fill(|f, handle, stats, error| unsafe { (f.stats_get)(handle, stats, error) })
    }

    /// All metrics in the Prometheus text format.
    pub fn metrics_text(&self) -> Result<String> {
        self.handle.text(|f, handle, buffer, capacity, needed, error| unsafe {
            (f.metrics_text)(handle, buffer, capacity, needed, error)
        })
    }
}
