//! Raw declarations: the C functions as pointers, and the conventions of their structs.
//!
//! Only for hosts that call the C functions themselves, through [`Library::functions`](crate::Library::functions).
//! A test holds all of it against `functions.def` and the record of the ABI. The structs themselves stand with
//! the concepts that they belong to ([`Task`], [`Decision`] ...): they have the layout of C, so nothing is
//! copied on the way.

use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::os::raw::{c_char, c_void};

use crate::classify::Classification;
pub use crate::classify::{TaskRule, Text};
use crate::decision::Decision;
use crate::ids::NameId;
use crate::learning::{Belief, Convergence, Evaluation};
use crate::names::{Agent, Variant};
use crate::observe::{Event, QCell, Stats};
use crate::operate::{Control, TickReport};
use crate::options::Options;
use crate::outcome::{Outcome, Reward};
use crate::plan::Plan;
use crate::replay::{ReplayReport, ReplayRequest};
pub use crate::rollout::GateQuery;
use crate::rollout::{Gate, RolloutStatus};
use crate::route::{Batch, Task};
pub use crate::safety::SafetyQuery;
use crate::safety::SafetyVerdict;
use crate::snapshot::SnapshotInfo;
use crate::structs::c_struct;
pub use crate::structs::Struct;

c_struct! {
    /// Why a call failed (remora_error). Owned by the caller.
    RawError = "remora_error" {
        /// The code that the function returned.
        pub code: i32,
        /// errno of the failed system call, else 0.
        pub os_errno: i32,
        pub(crate) reserved: u32,
        /// UTF-8, always ends in NUL.
        pub text: [c_char; 240],
    }
}

/// Room for a [`RawError`]; its text is left as it is: clearing 240 bytes would show in the time of a route.
pub(crate) struct Explanation(MaybeUninit<RawError>);

impl Explanation {
    #[inline]
    pub(crate) fn new() -> Self {
        let mut raw = MaybeUninit::<RawError>::uninit();
        let place = raw.as_mut_ptr();
        // SAFETY: fields of the struct at hand.
        unsafe {
            std::ptr::addr_of_mut!((*place).struct_size).write(std::mem::size_of::<RawError>() as u32);
            std::ptr::addr_of_mut!((*place).code).write(0);
            std::ptr::addr_of_mut!((*place).os_errno).write(0);
            std::ptr::addr_of_mut!((*place).reserved).write(0);
            std::ptr::addr_of_mut!((*place).text).cast::<c_char>().write(0);
        }
        Self(raw)
    }

    #[inline]
    pub(crate) fn raw(&mut self) -> *mut RawError {
        self.0.as_mut_ptr()
    }

    pub(crate) fn os_errno(&self) -> i32 {
        // SAFETY: written in new().
        unsafe { std::ptr::addr_of!((*self.0.as_ptr()).os_errno).read() }
    }

    pub(crate) fn text(&self) -> String {
        // SAFETY: the text ends in NUL, from new() on.
        let text = unsafe { CStr::from_ptr(std::ptr::addr_of!((*self.0.as_ptr()).text).cast()) };
        text.to_string_lossy().into_owned()
    }
}

/// Name and size of every struct that goes into a call by itself.
pub(crate) fn struct_sizes() -> [(&'static str, usize); 29] {
    fn of<T: Struct>() -> (&'static str, usize) {
        (T::NAME, std::mem::size_of::<T>())
    }
    [
        of::<RawError>(),
        of::<Options>(),
        of::<Variant>(),
        of::<Agent>(),
        of::<Task>(),
        of::<Decision>(),
        of::<Batch>(),
        of::<Text>(),
        of::<Classification>(),
        of::<TaskRule>(),
        of::<Outcome>(),
        of::<Reward>(),
        of::<SafetyQuery>(),
        of::<SafetyVerdict>(),
        of::<Belief>(),
        of::<Convergence>(),
        of::<Evaluation>(),
        of::<ReplayRequest>(),
        of::<ReplayReport>(),
        of::<Plan>(),
        of::<GateQuery>(),
        of::<Gate>(),
        of::<RolloutStatus>(),
        of::<SnapshotInfo>(),
        of::<Control>(),
        of::<TickReport>(),
        of::<Event>(),
        of::<QCell>(),
        of::<Stats>(),
    ]
}

/// Receives log lines (remora_log_function).
pub type LogFunction =
    Option<unsafe extern "C" fn(user: *mut c_void, level: i32, text: *const c_char, size: u64)>;

/// Declares the functions: a pointer each, found by name.
macro_rules! functions {
    ($($name:ident($($parameter:ident: $kind:ty),*);)*) => {
        /// The C functions of the loaded library, by their names without `remora_`. They stay callable as long
        /// as this value lives.
        #[derive(Debug)]
        pub struct Functions {
            $(#[doc = concat!("`remora_", stringify!($name), "`")]
            pub $name: unsafe extern "C" fn($($parameter: $kind),*) -> i32,)*
            _library: libloading::Library,
        }

        impl Functions {
            /// Finds every function; names the first that is missing.
            pub(crate) fn resolve(library: libloading::Library) -> Result<Self, &'static str> {
                // SAFETY: the types are those of the headers, which a test compares.
                unsafe {
                    Ok(Self {
                        $($name: *library
                            .get(concat!("remora_", stringify!($name), "\0").as_bytes())
                            .map_err(|_| concat!("remora_", stringify!($name)))?,)*
                        _library: library,
                    })
                }
            }
        }

        /// Each function with names and types of its parameters.
        #[cfg(test)]
        pub(crate) const DECLARED: &[(&str, &[(&str, &str)])] = &[
            $((stringify!($name), &[$((stringify!($parameter), stringify!($kind))),*]),)*
        ];
    };
}

functions! {
    abi_version();
    version_text(buffer: *mut c_char, capacity: u64, needed: *mut u64);
    status_text(code: i32, buffer: *mut c_char, capacity: u64, needed: *mut u64);
    open(directory: *const c_char, directory_size: u64, options: *const Options, handle: *mut u64, error: *mut RawError);
    close(handle: u64, error: *mut RawError);
    struct_size(name: *const c_char, size: *mut u32);
    intern(handle: u64, kind: u32, name: *const c_char, name_size: u64, id: *mut NameId, error: *mut RawError);
    find(handle: u64, kind: u32, name: *const c_char, name_size: u64, id: *mut NameId, error: *mut RawError);
    name_of(handle: u64, id: NameId, buffer: *mut c_char, capacity: u64, needed: *mut u64, error: *mut RawError);
    agent_register(handle: u64, name: *const c_char, name_size: u64, category: NameId, agent: *mut NameId, error: *mut RawError);
    variant_register(handle: u64, name: *const c_char, name_size: u64, variant: *mut Variant, error: *mut RawError);
    agent_define(handle: u64, agent: *const c_char, variants: *const c_char, id: *mut NameId, error: *mut RawError);
    variant_name(handle: u64, agent: NameId, variant: u32, buffer: *mut c_char, capacity: u64, needed: *mut u64);
    agent_info(handle: u64, agent: *mut Agent, error: *mut RawError);
    variant_info(handle: u64, variant: *mut Variant, error: *mut RawError);
    list_names(handle: u64, kind: u32, cursor: *mut u64, ids: *mut NameId, capacity: u32, count: *mut u32);
    route(handle: u64, task: *const Task, decision: *mut Decision, error: *mut RawError);
    route_batch(handle: u64, tasks: *const Task, decisions: *mut Decision, batch: *mut Batch, error: *mut RawError);
    route_named(handle: u64, agent: *const c_char, task_type: *const c_char, unit_key: u64, decision: *mut Decision, error: *mut RawError);
    classify(handle: u64, arena: *const c_char, arena_size: u64, text: *const Text, result: *mut Classification, error: *mut RawError);
    task_rule_add(handle: u64, arena: *const c_char, arena_size: u64, rule: *const TaskRule, task_type: *mut NameId, error: *mut RawError);
    record_outcome(handle: u64, outcome: *const Outcome, reward: *mut Reward, error: *mut RawError);
    record_outcome_batch(handle: u64, outcomes: *const Outcome, rewards: *mut Reward, batch: *mut Batch, error: *mut RawError);
    record_result(handle: u64, decision_id: u64, success: u32, duration_ns: i64, error: *mut RawError);
    safety_check(handle: u64, query: *const SafetyQuery, verdict: *mut SafetyVerdict, error: *mut RawError);
    variant_block(handle: u64, agent: NameId, variant: u32, error: *mut RawError);
    variant_unblock(handle: u64, agent: NameId, variant: u32, error: *mut RawError);
    rollout_start(handle: u64, name: *const c_char, name_size: u64, plan: *const Plan, rollout: *mut NameId, error: *mut RawError);
    rollout_gate(handle: u64, query: *const GateQuery, gate: *mut Gate, error: *mut RawError);
    rollout_command(handle: u64, rollout: NameId, command: u32, now_ns: i64, error: *mut RawError);
    rollout_status(handle: u64, rollout: NameId, status: *mut RolloutStatus, error: *mut RawError);
    snapshot(handle: u64, info: *mut SnapshotInfo, error: *mut RawError);
    snapshot_verify(handle: u64, path: *const c_char, path_size: u64, info: *mut SnapshotInfo, error: *mut RawError);
    snapshot_list(handle: u64, infos: *mut SnapshotInfo, stride: u64, capacity: u32, count: *mut u32, error: *mut RawError);
    snapshot_path(handle: u64, sequence: u64, buffer: *mut c_char, capacity: u64, needed: *mut u64, error: *mut RawError);
    restore(handle: u64, path: *const c_char, path_size: u64, info: *mut SnapshotInfo, error: *mut RawError);
    tick(handle: u64, now_ns: i64, budget_ns: i64, report: *mut TickReport, error: *mut RawError);
    control_set(handle: u64, control: *const Control, error: *mut RawError);
    control_get(handle: u64, control: *mut Control, error: *mut RawError);
    configure(handle: u64, text: *const c_char, text_size: u64, error: *mut RawError);
    q_cells(handle: u64, cursor: *mut u64, cells: *mut QCell, stride: u64, capacity: u32, count: *mut u32);
    events(handle: u64, cursor: *mut u64, events: *mut Event, stride: u64, capacity: u32, count: *mut u32);
    event_text(handle: u64, event: *const Event, buffer: *mut c_char, capacity: u64, needed: *mut u64, error: *mut RawError);
    stats_get(handle: u64, stats: *mut Stats, error: *mut RawError);
    metrics_text(handle: u64, buffer: *mut c_char, capacity: u64, needed: *mut u64, error: *mut RawError);
    log_drain(handle: u64, buffer: *mut c_char, capacity: u64, needed: *mut u64, error: *mut RawError);
    log_callback(handle: u64, function: LogFunction, user: *mut c_void, level: i32, error: *mut RawError);
    explain(handle: u64, belief: *mut Belief, error: *mut RawError);
    replay(handle: u64, request: *const ReplayRequest, report: *mut ReplayReport, error: *mut RawError);
    convergence_get(handle: u64, convergence: *mut Convergence, error: *mut RawError);
    evaluate(handle: u64, configuration: *const c_char, size: u64, evaluation: *mut Evaluation, error: *mut RawError);
}
