//! Snapshots of the learned values, and the way back to one (snapshot.h).

use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::library::utf8;
use crate::numbers::numbers;
use crate::state::State;
use crate::structs::c_struct;

numbers! {
    /// Why a snapshot was taken (snapshot.h).
    SnapshotKind(u32) = "REMORA_SNAPSHOT_" {
        /// By a call.
        MANUAL = 1,
        /// By the hour.
        HOURLY = 2,
        /// Before a rollout changes stage.
        STAGE = 3,
        /// What a restore is about to replace.
        RESTORE = 4,
    }
}

c_struct! {
    /// What is in a snapshot.
    SnapshotInfo = "remora_snapshot_info" {
        /// Why it was taken.
        pub kind: SnapshotKind,
        /// Unique within the directory, growing.
        pub sequence: u64,
        /// When, in nanoseconds since 1970.
        pub taken_ns: i64,
        /// States (of up to 6 variants each).
        pub rows: u64,
        /// Outcomes behind them.
        pub visits: u64,
        /// Of the file.
        pub bytes: u64,
        /// Generation it was taken from.
        pub generation: u64,
        /// XXH3-64 of the content, cut to 53 bits.
        pub checksum: u64,
        /// Of the key that it is signed with; 0 when it is not signed.
        pub key_id: u64,
    }
}

impl State {
    /// Writes, verifies and keeps a snapshot. Routing goes on meanwhile.
    pub fn snapshot(&self) -> Result<SnapshotInfo> {
        self.handle.fill(|f, handle, info, error| unsafe { (f.snapshot)(handle, info, error) })
    }

    /// Checks a file completely and changes nothing. A relative path counts from the state directory.
    pub fn snapshot_verify(&self, path: impl AsRef<Path>) -> Result<SnapshotInfo> {
        let path = utf8(path.as_ref())?;
        self.handle.fill(|f, handle, info, error| unsafe {
            (f.snapshot_verify)(handle, path.as_ptr().cast(), path.len() as u64, info, error)
        })
    }

    /// The snapshots kept, newest first.
    pub fn snapshot_list(&self) -> Result<Vec<SnapshotInfo>> {
        let mut infos = vec![SnapshotInfo::default(); 64];
        loop {
            let kept = self.snapshot_list_into(&mut infos)?;
            if kept <= infos.len() {
                infos.truncate(kept);
                return Ok(infos);
            }
            infos.resize(kept + 8, SnapshotInfo::default());
        }
    }

    /// Writes those that fit, newest first; gives how many there are.
    pub fn snapshot_list_into(&self, infos: &mut [SnapshotInfo]) -> Result<usize> {
        let mut count = 0;
        let stride = std::mem::size_of::<SnapshotInfo>() as u64;
        self.handle.ask(|f, handle, error| unsafe {
            (f.snapshot_list)(handle, infos.as_mut_ptr(), stride, infos.len() as u32, &mut count, error)
        })?;
        Ok(count as usize)
    }

    /// The path of a kept snapshot, relative to the state directory.
    pub fn snapshot_path(&self, sequence: u64) -> Result<PathBuf> {
        let path = self.handle.text(|f, handle, buffer, capacity, needed, error| unsafe {
            (f.snapshot_path)(handle, sequence, buffer, capacity, needed, error)
        })?;
        Ok(path.into())
    }

    /// Replaces the learned values by those of a snapshot, for every process at its next call. What is replaced is
    /// kept as a snapshot first. A relative path counts from the state directory.
    pub fn restore(&self, path: impl AsRef<Path>) -> Result<SnapshotInfo> {
        let path = utf8(path.as_ref())?;
        self.handle.fill(|f, handle, info, error| unsafe {
            (f.restore)(handle, path.as_ptr().cast(), path.len() as u64, info, error)
        })
    }
}
