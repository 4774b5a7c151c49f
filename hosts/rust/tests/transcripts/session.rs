//! What the steps of one transcript share, and how a call is made.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::Child;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use remora::{Error, Library, State, Status};
use serde_json::{json, Value};

use crate::answers::Plain;
use crate::input::Input;
use crate::{deciding, naming, operating, Outcome};

pub struct Session {
    pub library: Library,
    pub folder: PathBuf,
    pub states: HashMap<String, State>,
    pub closed: Vec<u64>,
    pub log: Arc<Mutex<Vec<String>>>,
    pub lock_holder: Option<Child>,
}

/// What a call gave: its code counts where there is no error.
pub struct Answer {
    pub code: i32,
    pub value: Value,
}

pub type Called = Outcome<(Answer, Option<Error>)>;

/// A call of a transcript.
pub struct Question<'a> {
    pub with: Input,
    pub on: &'a str,
    /// Room for a text, when a transcript says how much.
    pub capacity: Option<usize>,
}

static FOLDERS: AtomicUsize = AtomicUsize::new(0);

impl Session {
    pub fn new(library: &Library) -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("remora-transcript-{}-{number}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        Self {
            library: library.clone(),
            folder,
            states: HashMap::new(),
            closed: Vec::new(),
            log: Arc::default(),
            lock_holder: None,
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub fn call(&mut self, name: &str, step: &Value) -> Called {
        let question = Question {
            with: Input::new(step.get("with"))?,
            on: step["on"].as_str().unwrap_or("state"),
            capacity: step["capacity"].as_u64().map(|capacity| capacity as usize),
        };
        let called = naming::call(self, name, question);
        let called = called.or_else(|question| deciding::call(self, name, question));
        let called = called.or_else(|question| operating::call(self, name, question));
        called.unwrap_or_else(|_| Err(format!("no function is named {name}")))
    }
}

impl Question<'_> {
    /// The state that the call is on, when all of its input is taken.
    pub fn ready(self, s: &Session) -> Outcome<State> {
        self.with.finish()?;
        s.states.get(self.on).cloned().ok_or_else(|| format!("{} was never opened", self.on))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        crate::actions::release_lock(self);
        self.states.clear();
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

/// An answer from a call that may fail.
pub fn answer<T>(result: remora::Result<T>, value: impl FnOnce(T) -> Value) -> Called {
    match result {
        Ok(given) => Ok((Answer { code: 0, value: value(given) }, None)),
        Err(error) => Ok((Answer { code: error.code().0, value: safe_answer(&error) }, Some(error))),
    }
}

pub fn object<T: Plain>(result: remora::Result<T>) -> Called {
    answer(result, |given| given.plain())
}

pub fn nothing(result: remora::Result<()>) -> Called {
    answer(result, |()| json!({}))
}

/// What route, the checks and the batches answer although they fail.
fn safe_answer(error: &Error) -> Value {
    let decision = error.decision().map(Plain::plain);
    let verdict = || error.verdict().map(Plain::plain);
    let gate = || error.gate().map(Plain::plain);
    let batch = || error.batch().map(Plain::plain);
    decision.or_else(verdict).or_else(gate).or_else(batch).unwrap_or_else(|| json!({}))
}

pub type Fill<'a> = &'a dyn Fn(*mut std::os::raw::c_char, u64, *mut u64) -> i32;

/// A text: through the surface, or once with so much room through the raw layer.
pub fn text(capacity: Option<usize>, whole: impl FnOnce() -> remora::Result<String>, raw: Fill) -> Called {
    let capacity = match capacity {
        None => return answer(whole(), |text| json!({ "text": text, "needed": text.len() + 1 })),
        Some(capacity) => capacity,
    };
    let (mut buffer, mut needed) = (vec![0_u8; capacity], 0);
    let code = raw(buffer.as_mut_ptr().cast(), capacity as u64, &mut needed);
    let filled = if Status(code) == Status::OK { &buffer[..needed as usize - 1] } else { &[] };
    let text = String::from_utf8(filled.to_vec()).map_err(|error| error.to_string())?;
    Ok((Answer { code, value: json!({ "text": text, "needed": needed }) }, None))
}
