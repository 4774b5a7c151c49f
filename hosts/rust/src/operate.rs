//! Running it: housekeeping, kill switch and mode, configuration (operate.h).

use std::time::Duration;

use crate::decision::Mode;
use crate::error::Result;
use crate::outcome::nanoseconds;
use crate::state::State;
use crate::structs::{c_struct, setters};

c_struct! {
    /// The control word of the state directory, seen by every process at its next call.
    Control = "remora_control" {
        pub(crate) enabled: u32,
        pub(crate) learning: u32,
        /// [`Mode::FULL`] (normal), [`Mode::MONITOR`] (baseline chosen, learning logged) or [`Mode::OFF`].
        pub mode: Mode,
        /// What holds it down: bit 0 a control call, bit 1 the configuration, bit 2 this process's environment.
        pub source: u32,
        pub(crate) reserved: u32,
    }
}

impl Control {
    /// Enabled, learning, full.
    pub fn normal() -> Self {
        Self { enabled: 1, learning: 1, mode: Mode::FULL, ..Self::default() }
    }

    setters! {
        /// The kill switch: without it, route answers the baseline at once.
        enabled: bool;
        /// Without it, outcomes are logged but change no Q-value.
        learning: bool;
        /// Normal, monitor or off.
        mode: Mode;
    }

    /// Whether the kill switch is not thrown.
    pub fn is_enabled(&self) -> bool {
        self.enabled != 0
    }

    /// Whether outcomes change Q-values.
    pub fn is_learning(&self) -> bool {
        self.learning != 0
    }
}

c_struct! {
    /// What one tick did.
    TickReport = "remora_tick_report" {
        pub(crate) flags: u32,
        /// Outcomes folded into statistics.
        pub folded: u64,
        /// Slots of dead processes freed.
        pub reclaimed: u32,
        /// Written.
        pub snapshots: u32,
        /// Of rollouts.
        pub stage_changes: u32,
        /// Changed configurations that were followed.
        pub config_reloads: u32,
        /// `active.rsnap` followed.
        pub restores: u32,
        /// Variants let back in on probation.
        pub unblocked: u32,
        /// When the next tick has work, in nanoseconds since 1970.
        pub next_due_ns: i64,
    }
}

impl TickReport {
    /// Another process holds the housekeeping lock; nothing was done.
    pub fn busy(&self) -> bool {
        self.flags & 1 != 0
    }
}

impl State {
    /// Does what housekeeping is due. Recording does it too, unless the state was opened with
    /// [`OpenFlags::NO_AUTO_TICK`](crate::OpenFlags::NO_AUTO_TICK).
    pub fn tick(&self) -> Result<TickReport> {
        self.tick_at(0, Duration::ZERO)
    }

    /// The same at a time, in nanoseconds since 1970 (0 = now), and within a budget (zero = no limit).
    pub fn tick_at(&self, now_ns: i64, budget: Duration) -> Result<TickReport> {
        self.handle.fill(|f, handle, report, error| unsafe {
            (f.tick)(handle, now_ns, nanoseconds(budget), report, error)
        })
    }

    /// Throws the kill switch or sets the mode, for every process at its next call, until set otherwise.
    ///
    /// ```
    /// # fn main() -> remora::Result<()> {
    /// # let directory = std::env::temp_dir().join(format!("remora-control-{}", std::process::id()));
    /// # let state = remora::Options::new().states(256).ledger_slots(1024).open(&directory)?;
    /// state.control_set(&remora::Control::normal().enabled(false))?;
    /// assert!(!state.control_get()?.is_enabled());
    /// # state.close()?;
    /// # std::fs::remove_dir_all(directory).unwrap();
    /// # Ok(())
    /// # }
    /// ```
    pub fn control_set(&self, control: &Control) -> Result<()> {
        self.handle.ask(|f, handle, error| unsafe { (f.control_set)(handle, control, error) })
    }

    /// What is in force for this process.
    pub fn control_get(&self) -> Result<Control> {
        self.handle.fill(|f, handle, control, error| unsafe { (f.control_get)(handle, control, error) })
    }

    /// Applies a configuration text (the content of `remora.json`) to this directory's handles of this process, or
    /// reads the file again when the text is empty. A bad one is refused whole.
    pub fn configure(&self, text: &str) -> Result<()> {
        self.handle.ask(|f, handle, error| unsafe {
            (f.configure)(handle, text.as_ptr().cast(), text.len() as u64, error)
        })
    }
}
