//! Remora for Rust: which variant of an agent (prompt, model tier, temperature) should take a task?
//!
//! It is learned from outcomes, in the host's process, and shared with every process of the machine. This crate
//! loads the Remora library at run time.
//!
//! ```
//! # fn main() -> remora::Result<()> {
//! # let directory = std::env::temp_dir().join(format!("remora-crate-{}", std::process::id()));
//! let state = remora::open(&directory)?;
//! let agent = state.agent_define("backend-architect", &["careful", "quick"])?;
//! let task = remora::Task::new(agent).task_type(state.intern("api-design")?);
//!
//! let pending = state.task(&task);
//! println!("run as {}", pending.variant_name());
//! pending.report(remora::Outcome::success().quality(0.9))?;
//! # state.close()?;
//! # std::fs::remove_dir_all(directory).unwrap();
//! # Ok(())
//! # }
//! ```
//!
//! [`State`] has a method for each C function of a handle, by its name; [`Library`] has those that need no state.
//! Times are nanoseconds since 1970, of which 0 is now. Nothing that a host calls is `unsafe`; [`ffi`] is for hosts
//! that call the C functions themselves.
#![warn(missing_docs, unsafe_op_in_unsafe_fn)]

mod classify;
mod decision;
mod error;
pub mod ffi;
mod handle;
mod ids;
mod learning;
mod library;
mod listing;
mod loader;
mod log;
mod names;
mod numbers;
mod observe;
mod operate;
mod options;
mod outcome;
mod pending;
mod plan;
mod replay;
mod rollout;
mod route;
mod safety;
mod snapshot;
mod state;
mod structs;
mod unit_key;

#[cfg(test)]
mod declarations;
#[cfg(test)]
mod loader_test;

pub use classify::Classification;
pub use decision::{Decision, DecisionFlags, Mode, Reason};
pub use error::{Error, Result, Status};
pub use ids::{AgentId, CategoryId, DecisionId, Id, Kind, LabelId, MetricId, NameId, RolloutId, TaskTypeId};
pub use learning::{Belief, Convergence, Evaluation, EvaluationOptions, Settled, Verdict};
pub use library::Library;
pub use listing::Listing;
pub use log::LogLevel;
pub use names::{Agent, Variant, VariantFlags};
pub use observe::{Event, EventKind, QCell, Severity, Stats};
pub use operate::{Control, TickReport};
pub use options::{Durability, OpenFlags, Options};
pub use outcome::{Outcome, OutcomeFlags, Reward};
pub use pending::{OnDrop, Pending};
pub use plan::{Plan, Stage};
pub use replay::{ReplayMode, ReplayReport, ReplayRequest};
pub use rollout::{Gate, RolloutCommand, RolloutReason, RolloutState, RolloutStatus};
pub use route::{Batch, Task};
pub use safety::{SafetyReason, SafetyVerdict};
pub use snapshot::{SnapshotInfo, SnapshotKind};
pub use state::State;
pub use unit_key::unit_key;

/// Major version of the ABI that this crate is made for.
pub const ABI_MAJOR: i32 = 1;
/// Minor version of the ABI that this crate needs at least.
pub const ABI_MINOR: i32 = 1;
/// Both, as the library gives its own.
pub const ABI_VERSION: i32 = ABI_MAJOR << 16 | ABI_MINOR;

/// No variant.
pub const NO_VARIANT: u32 = 0xffff_ffff;
/// A rollout's treatment is learned routing itself.
pub const TREATMENT_LEARNED: u32 = 0xffff_fffe;
/// Variants of one agent; a variant is an index 0..63 within its agent.
pub const MAX_VARIANTS: usize = 64;
/// Context labels of one task.
pub const MAX_LABELS: usize = 8;
/// Metrics of one outcome.
pub const MAX_METRICS: usize = 8;
/// Stages of one rollout.
pub const MAX_STAGES: usize = 8;
/// Bytes of one name.
pub const MAX_NAME_BYTES: usize = 96;

/// Opens a state directory with the library that [`Library::load`] finds; see [`Options`] for more.
pub fn open(directory: impl AsRef<std::path::Path>) -> Result<State> {
    Options::new().open(directory)
}
