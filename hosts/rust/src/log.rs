//! The library's log: lines that wait to be taken, or that a listener of the host hears (observe.h).

use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::{Result, Status};
use crate::handle::into_string;
use crate::numbers::numbers;
use crate::state::State;

numbers! {
    /// How grave a log line is.
    LogLevel(i32) = "" {
        /// Every step.
        TRACE = 0,
        /// To find a defect.
        DEBUG = 1,
        /// To know.
        INFO = 2,
        /// To look at.
        WARNING = 3,
        /// Something failed.
        ERROR = 4,
        /// To act on.
        CRITICAL = 5,
    }
}

type Listener = Arc<dyn Fn(LogLevel, &str) + Send + Sync>;

/// All listeners of the process. The library is given a number that leads here, not an address: it may still be
/// inside the listener of before when another one takes its place.
static LISTENERS: Mutex<Vec<(usize, Listener)>> = Mutex::new(Vec::new());
static NEXT: AtomicUsize = AtomicUsize::new(1);

fn listeners() -> MutexGuard<'static, Vec<(usize, Listener)>> {
    LISTENERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A listener that hears as long as this lives.
pub(crate) struct Registered(usize);

impl Registered {
    fn new(listener: Listener) -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        listeners().push((number, listener));
        Self(number)
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let removed = {
            let mut all = listeners();
            all.iter().position(|(number, _)| *number == self.0).map(|place| all.swap_remove(place))
        };
        drop(removed); // with the lock free: what the listener owns may come here itself
    }
}

unsafe extern "C" fn hear(user: *mut c_void, level: i32, text: *const c_char, size: u64) {
    // A panic must not cross into the library; the panic hook has told of it already.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        let number = user as usize;
        let found =
            listeners().iter().find(|(each, _)| *each == number).map(|(_, listener)| Arc::clone(listener));
        if let Some(listener) = found {
            // SAFETY: the library gives a text of this size that lives until this returns.
            let bytes = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), size as usize) };
            listener(LogLevel(level), &String::from_utf8_lossy(bytes));
        }
    }));
}

impl State {
    /// Has log lines of at least a level told to a listener, in place of the one before.
    ///
    /// It is called only on threads that are inside a call on the state, never from route, record or the checks. It
    /// may call the state, but not close it, and owns no clone of it (the state would never close by itself). What
    /// it panics ends with it. [`Status::BUSY`] says that the one before is still running on another thread; the new
    /// one is heard all the same.
    pub fn log_callback(
        &self,
        level: LogLevel,
        listener: impl Fn(LogLevel, &str) + Send + Sync + 'static,
    ) -> Result<()> {
        let registered = Registered::new(Arc::new(listener));
        let user = registered.0 as *mut c_void;
        let told = self
            .handle
            .ask(|f, handle, error| unsafe { (f.log_callback)(handle, Some(hear), user, level.0, error) });
        match &told {
            Err(error) if error.code() != Status::BUSY => drop(registered),
            _ => self.keep(Some(registered)),
        }
        told
    }

    /// Ends what [`log_callback`](Self::log_callback) began.
    pub fn log_callback_off(&self) -> Result<()> {
        let ended = self.handle.ask(|f, handle, error| unsafe {
            (f.log_callback)(handle, None, std::ptr::null_mut(), LogLevel::INFO.0, error)
        });
        self.keep(None);
        ended
    }

    fn keep(&self, registered: Option<Registered>) {
        let mut place = self.handle.listener.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *place, registered);
        drop(place);
        drop(before);
    }

    /// Takes the oldest log lines of this process that fit into `capacity` bytes. Lines end in a line feed.
    pub fn log_drain(&self, capacity: usize) -> Result<String> {
        let mut lines = vec![0_u8; capacity];
        let mut written = 0;
        self.handle.ask(|f, handle, error| unsafe {
            (f.log_drain)(handle, lines.as_mut_ptr().cast(), capacity as u64, &mut written, error)
        })?;
        lines.truncate(written as usize);
        Ok(into_string(lines))
    }
}
