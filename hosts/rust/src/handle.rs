//! Ownership: a handle that closes itself, and how a function of the library is called on it.

use std::os::raw::c_char;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crate::error::{Answer, Error, Result, Status};
use crate::ffi::{Explanation, Functions, RawError};
use crate::ids::{Id, NameId};
use crate::log::Registered;
use crate::structs::{sized, Struct};

pub(crate) struct Handle {
    pub(crate) functions: Arc<Functions>,
    pub(crate) raw: u64,
    pub(crate) closed: AtomicBool,
    /// The function that hears the log, as long as it does.
    pub(crate) listener: Mutex<Option<Registered>>,
}

/// Calls a function that explains its failures.
///
/// Each closure that is given to these passes pointers into memory that outlives the call, with its true size:
/// that is all that the library asks for.
#[inline]
pub(crate) fn call(functions: &Functions, function: impl FnOnce(*mut RawError) -> i32) -> Result<()> {
    let mut explanation = Explanation::new();
    let code = function(explanation.raw());
    if code == Status::OK.0 {
        Ok(())
    } else {
        Err(Error::explained(functions, code, &explanation))
    }
}

/// A text that the library writes into a buffer; it may grow between two calls.
pub(crate) fn text(
    mut fill: impl FnMut(*mut c_char, u64, *mut u64) -> i32,
) -> std::result::Result<String, i32> {
    let mut needed = 256_u64;
    let mut attempts = 0;
    loop {
        let mut buffer = vec![0_u8; (needed + needed / 8) as usize];
        let code = fill(buffer.as_mut_ptr().cast(), buffer.len() as u64, &mut needed);
        if code == Status::OK.0 {
            buffer.truncate(needed.saturating_sub(1) as usize);
            return Ok(into_string(buffer));
        }
        attempts += 1;
        if code != Status::BUFFER.0 || attempts == 8 {
            return Err(code);
        }
    }
}

pub(crate) fn into_string(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

impl Handle {
    pub(crate) fn new(functions: Arc<Functions>, raw: u64) -> Self {
        Self { functions, raw, closed: AtomicBool::new(false), listener: Mutex::new(None) }
    }

    pub(crate) fn close(&self) -> Result<()> {
        if self.closed.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let closed = self.ask(|f, handle, error| unsafe { (f.close)(handle, error) });
        if matches!(&closed, Err(refused) if refused.code() == Status::STATE) {
            self.closed.store(false, Ordering::Release);
        }
        closed
    }

    /// Calls a function that explains its failures.
    #[inline]
    pub(crate) fn ask(&self, function: impl FnOnce(&Functions, u64, *mut RawError) -> i32) -> Result<()> {
        call(&self.functions, |error| function(&self.functions, self.raw, error))
    }

    /// Calls a function that fills a struct.
    #[inline]
    pub(crate) fn fill<T: Struct>(
        &self,
        function: impl FnOnce(&Functions, u64, *mut T, *mut RawError) -> i32,
    ) -> Result<T> {
        let mut filled = sized::<T>();
        self.ask(|f, handle, error| function(f, handle, &mut filled, error))?;
        Ok(filled)
    }

    /// The same for a function that answers safely when it fails.
    #[inline]
    pub(crate) fn answer<T: Struct>(
        &self,
        as_answer: fn(T) -> Answer,
        function: impl FnOnce(&Functions, u64, *mut T, *mut RawError) -> i32,
    ) -> Result<T> {
        let mut filled = sized::<T>();
        match self.ask(|f, handle, error| function(f, handle, &mut filled, error)) {
            Ok(()) => Ok(filled),
            Err(error) => Err(error.answering(as_answer(filled))),
        }
    }

    /// Calls a function that gives an id.
    pub(crate) fn id<I: Id>(
        &self,
        function: impl FnOnce(&Functions, u64, *mut NameId, *mut RawError) -> i32,
    ) -> Result<I> {
        let mut id = NameId::NONE;
        self.ask(|f, handle, error| function(f, handle, &mut id, error))?;
        Ok(I::from_raw(id.raw()))
    }

    /// Calls a function that writes a text and explains its failures.
    pub(crate) fn text(
        &self,
        mut fill: impl FnMut(&Functions, u64, *mut c_char, u64, *mut u64, *mut RawError) -> i32,
    ) -> Result<String> {
        let mut explanation = Explanation::new();
        let written = text(|buffer, capacity, needed| {
            fill(&self.functions, self.raw, buffer, capacity, needed, explanation.raw())
        });
        written.map_err(|code| Error::explained(&self.functions, code, &explanation))
    }

    /// Calls a function that writes as many items as there is room for, and does not explain its failures.
    pub(crate) fn page(&self, function: impl FnOnce(&Functions, u64, *mut u32) -> i32) -> Result<usize> {
        let mut count = 0;
        match function(&self.functions, self.raw, &mut count) {
            0 => Ok(count as usize),
            code => Err(Error::of_code(&self.functions, code)),
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // Closed all the same; whoever wants to know calls close.
        let _ = self.close();
    }
}
