//! How to open a state directory (open.h).

use std::path::Path;

use crate::error::Result;
use crate::library::Library;
use crate::numbers::{flags, numbers};
use crate::state::State;
use crate::structs::{c_struct, setters};

flags! {
    /// How to open a state directory (open.h).
    OpenFlags = "REMORA_OPEN_" {
        /// Fail when there is no state yet, instead of creating it.
        EXISTING = 0,
        /// Accept a folder that other users may write.
        ALLOW_SHARED = 1,
        /// Accept a network file system (not supported for several machines).
        ALLOW_NETWORK = 2,
        /// Read no variable of the environment (docs/configuration.md).
        NO_ENVIRONMENT = 3,
        /// Start one thread that ticks every 250 ms, joined when the state is closed.
        KEEPER = 4,
        /// Recording does not piggy-back due housekeeping; the host ticks itself.
        NO_AUTO_TICK = 5,
        /// Look only: route, record and every change answer [`Status::PERMISSION`](crate::Status::PERMISSION).
        READ_ONLY = 6,
        /// Set by [`Options::snapshot_key`].
        SNAPSHOT_KEY = 7,
        /// Restore no snapshot that the key does not authenticate.
        REQUIRE_MAC = 8,
        /// Neither read nor follow remora.json: for tools that must work while it is bad.
        NO_CONFIG = 9,
    }
}

numbers! {
    /// Where the live files are (open.h).
    Durability(u32) = "REMORA_DURABILITY_" {
        /// In the state directory, synced at intervals.
        DISK = 0,
        /// In memory-backed storage; snapshots alone survive a reboot.
        MEMORY = 1,
    }
}

c_struct! {
    /// How to open a state directory. Capacities count only when this call creates the state; what is not set
    /// takes the value of `remora.json`, or else the default.
    ///
    /// ```
    /// # fn main() -> remora::Result<()> {
    /// # let directory = std::env::temp_dir().join(format!("remora-options-{}", std::process::id()));
    /// let state = remora::Options::new().states(256).ledger_slots(1024).open(&directory)?;
    /// assert_eq!(state.stats_get()?.ledger_slots, 1024);
    /// # state.close()?;
    /// # std::fs::remove_dir_all(directory).unwrap();
    /// # Ok(())
    /// # }
    /// ```
    Options = "remora_options" {
        pub(crate) flags: OpenFlags,
        pub(crate) abi_version: u32,
        pub(crate) durability: Durability,
        pub(crate) states: u64,
        pub(crate) ledger_slots: u32,
        pub(crate) names: u32,
        pub(crate) sync_interval_ns: i64,
        pub(crate) reserved: [u64; 3],
        pub(crate) snapshot_key: [u64; 4],
    }
}

impl Options {
    /// All defaults.
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        /// See [`OpenFlags`].
        flags: OpenFlags;
        /// The ABI version that the host was built for; this crate's own unless set.
        abi_version: u32;
        /// Where the live files are.
        durability: Durability;
        /// States (agent x task type x labels) of up to 6 variants; default 131,072.
        states: u64;
        /// Decisions in flight and remembered; a power of two; default 65,536.
        ledger_slots: u32;
        /// Interned names of all kinds; default 8,192.
        names: u32;
        /// Nanoseconds between two syncs to the disk; 0 = 1 s, -1 = never.
        sync_interval_ns: i64;
    }

    /// Signs snapshots with these 32 random bytes, and restores none that claims to be signed with them and is not.
    #[must_use]
    pub fn snapshot_key(mut self, key: &[u8; 32]) -> Self {
        for (word, bytes) in self.snapshot_key.iter_mut().zip(key.chunks_exact(8)) {
            *word = u64::from_ne_bytes(bytes.try_into().expect("8 bytes"));
        }
        self.flags = OpenFlags(self.flags.0 | OpenFlags::SNAPSHOT_KEY.0);
        self
    }

    /// Opens a state directory with the library that [`Library::load`] finds.
    pub fn open(&self, directory: impl AsRef<Path>) -> Result<State> {
        Library::load()?.open(directory, self)
    }
}
