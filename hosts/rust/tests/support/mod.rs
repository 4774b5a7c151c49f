//! What the tests share: a state directory that goes away, with an agent in it.
#![allow(dead_code)] // each test file uses a part

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use remora::{AgentId, Options, Outcome, State, TaskTypeId};

static FOLDERS: AtomicUsize = AtomicUsize::new(0);

/// A new folder that goes away.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("remora-test-{}-{number}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

/// Small, so that a test makes its state quickly; but the ledger holds every decision of a test, so that none can be
/// too old to report when a thread has to wait.
pub fn small() -> Options {
    Options::new().states(256).ledger_slots(65536).names(256)
}

/// A state with the agent "backend-architect", variants careful (0) and quick (1).
pub struct Fixture {
    pub state: State,
    pub agent: AgentId,
    pub folder: Folder,
}

impl Fixture {
    pub fn new() -> Self {
        let folder = Folder::new();
        let state = small().open(folder.path().join("state")).unwrap();
        let agent = state.agent_define("backend-architect", &["careful", "quick"]).unwrap();
        Self { state, agent, folder }
    }

    /// Outcomes of a variant that nobody routed.
    pub fn record(&self, variant: u32, count: usize, outcome: Outcome) {
        for _ in 0..count {
            self.state.record_outcome(&outcome.of(self.agent, variant, TaskTypeId::NONE, &[])).unwrap();
        }
    }
}
