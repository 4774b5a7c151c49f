//! What a call gives when it fails: a code and the library's own text.

use std::fmt;

use crate::decision::Decision;
use crate::ffi::{Explanation, Functions};
use crate::numbers::numbers;
use crate::rollout::Gate;
use crate::route::Batch;
use crate::safety::SafetyVerdict;

numbers! {
    /// Status codes (status.h). Numbers are never reused.
    Status(i32) = "REMORA_E_" {
        /// An argument is missing, out of range or not a finite number.
        INVALID = -1,
        /// The state was closed.
        HANDLE = -2,
        /// Library and host were built for different ABI versions.
        VERSION = -3,
        /// A newer struct field or flag is set that this library does not know.
        UNSUPPORTED = -4,
        /// No such name, id, file or decision.
        NOT_FOUND = -5,
        /// It exists already, with other properties.
        EXISTS = -6,
        /// A fixed capacity of the state directory is used up.
        FULL = -7,
        /// The buffer is too small.
        BUFFER = -8,
        /// This decision has its outcome; nothing was changed.
        ALREADY_RECORDED = -9,
        /// The decision is unknown: never made here, or older than the ledger.
        EXPIRED = -10,
        /// The operating system refused an operation on a file.
        IO = -11,
        /// The file system is full.
        NO_SPACE = -12,
        /// Owner, mode or kind of a file or folder is not acceptable.
        PERMISSION = -13,
        /// A file's content is damaged; it was not used.
        DAMAGED = -14,
        /// A file has another layout version, byte order or kind; it was left untouched.
        FORMAT = -15,
        /// Another process holds a lock; try again later.
        BUSY = -16,
        /// The configuration is not valid; the one in force was kept.
        CONFIG = -17,
        /// Memory could not be had.
        MEMORY = -18,
        /// Not possible in the present state of the rollout, variant or handle.
        STATE = -19,
        /// A defect of the library; the call had no effect.
        INTERNAL = -20,
    }
}

impl Status {
    /// Done.
    pub const OK: Self = Self(0);
}

/// What calls give.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call failed. Its text says what was wrong, with which value, and what to do.
pub struct Error(Box<Inner>);

struct Inner {
    code: Status,
    os_errno: i32,
    text: String,
    answer: Answer,
}

/// What a call answers although it failed.
pub(crate) enum Answer {
    Nothing,
    Decision(Decision),
    Verdict(SafetyVerdict),
    Gate(Gate),
    Batch(Batch),
}

impl Error {
    pub(crate) fn new(code: Status, text: String) -> Self {
        Self(Box::new(Inner { code, os_errno: 0, text, answer: Answer::Nothing }))
    }

    #[cold]
    pub(crate) fn explained(functions: &Functions, code: i32, explanation: &Explanation) -> Self {
        let text = explanation.text();
        let mut error = Self::of_code(functions, code);
        error.0.os_errno = explanation.os_errno();
        if !text.is_empty() {
            error.0.text = text;
        }
        error
    }

    /// Of a function that does not explain itself: the code's own clause.
    #[cold]
    pub(crate) fn of_code(functions: &Functions, code: i32) -> Self {
        let clause = crate::library::status_text(functions, code);
        Self::new(Status(code), clause.unwrap_or_else(|_| format!("status code {code}")))
    }

    pub(crate) fn answering(mut self, answer: Answer) -> Self {
        self.0.answer = answer;
        self
    }

    /// The status code.
    pub fn code(&self) -> Status {
        self.0.code
    }

    /// What was wrong, with which value, and what to do; also what `Display` writes.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// errno of the failed system call, else 0.
    pub fn os_errno(&self) -> i32 {
        self.0.os_errno
    }

    /// Of a failed route: the safe choice to go on with, the agent's baseline.
    pub fn decision(&self) -> Option<&Decision> {
        match &self.0.answer {
            Answer::Decision(decision) => Some(decision),
            _ => None,
        }
    }

    /// Of a failed safety check: "not allowed", with the agent's baseline where the agent is known.
    pub fn verdict(&self) -> Option<&SafetyVerdict> {
        match &self.0.answer {
            Answer::Verdict(verdict) => Some(verdict),
            _ => None,
        }
    }

    /// Of a failed rollout gate: "not in".
    pub fn gate(&self) -> Option<&Gate> {
        match &self.0.answer {
            Answer::Gate(gate) => Some(gate),
            _ => None,
        }
    }

    /// Of a failed batch: how far it came. Decisions and rewards are in the slices that were given.
    pub fn batch(&self) -> Option<&Batch> {
        match &self.0.answer {
            Answer::Batch(batch) => Some(batch),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

/// What a `main` that gives a [`Result`] prints.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.0.code, self.0.text)
    }
}

impl std::error::Error for Error {}
