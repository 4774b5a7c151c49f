//! An open state directory. What it can do stands with the concepts: names, route, outcome and so on.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::Result;
use crate::ffi::Functions;
use crate::handle::Handle;

/// An open state directory.
///
/// Clones are the same handle, for threads and tasks to share; it closes with the last one. Any number of
/// threads may call it at once. Route, record and the checks take no lock and allocate nothing; snapshot,
/// restore, tick and open may take milliseconds: in async code they belong onto a blocking thread.
#[derive(Clone)]
pub struct State {
    pub(crate) handle: Arc<Handle>,
    directory: Arc<Path>,
}

impl State {
    pub(crate) fn new(handle: Handle, directory: &Path) -> Self {
        let absolute = std::env::current_dir().map_or_else(|_| PathBuf::new(), |here| here.join(directory));
        Self { handle: Arc::new(handle), directory: absolute.into() }
    }

    /// Where the state is.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Waits for calls in flight, syncs and closes, for all clones; any later call on one answers
    /// [`Status::HANDLE`](crate::Status::HANDLE). Closing twice does nothing. For a log listener it is
    /// refused ([`Status::STATE`](crate::Status::STATE)), and the state stays open.
    pub fn close(&self) -> Result<()> {
        self.handle.close()
    }

    /// The number that the C functions know the state by.
    pub fn raw_handle(&self) -> u64 {
        self.handle.raw
    }

    /// The C functions, for a host that calls them itself.
    pub fn functions(&self) -> &Functions {
        &self.handle.functions
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State").field("directory", &self.directory).finish_non_exhaustive()
    }
}
