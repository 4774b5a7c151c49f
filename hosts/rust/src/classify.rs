//! The classifier: which type a task is of, by its text and file names (route.h).

use crate::error::Result;
use crate::ids::TaskTypeId;
use crate::state::State;
use crate::structs::{c_struct, sized};

c_struct! {
    /// Where a text and its file names stand in the arena.
    Text = "remora_text" {
        pub(crate) flags: u32,
        /// Bytes of the text at the start of the arena.
        pub text_size: u64,
        /// Bytes of file names behind it, separated by line feeds.
        pub files_size: u64,
    }
}

c_struct! {
    /// What the classifier found.
    Classification = "remora_classification" {
        /// "general" when nothing fits.
        pub task_type: TaskTypeId,
        /// 0 .. 1
        pub confidence: f64,
        /// Second best, or none.
        pub runner_up: TaskTypeId,
        pub(crate) reserved: u32,
        /// Weighted sum behind `task_type`.
        pub score: f64,
        /// Likewise.
        pub runner_up_score: f64,
    }
}

c_struct! {
    /// Where the parts of a rule stand in the arena.
    TaskRule = "remora_task_rule" {
        pub(crate) flags: u32,
        /// Bytes of keywords behind the name, separated by line feeds.
        pub keywords_size: u32,
        /// Bytes of the task type's name at the start of the arena.
        pub name_size: u32,
        /// Bytes of file patterns behind the keywords, separated by line feeds.
        pub patterns_size: u32,
        pub(crate) reserved: u32,
        /// More than 0, at most 100; 0 = 1.
        pub weight: f64,
    }
}

impl State {
    /// Finds the task type of a text and file names. Nothing of the text is kept or logged.
    pub fn classify(&self, text: &str, files: &[&str]) -> Result<Classification> {
        let files = files.join("\n");
        let sizes = Text { text_size: text.len() as u64, files_size: files.len() as u64, ..sized() };
        let arena = [text, &files].concat();
        self.handle.fill(|f, handle, found, error| unsafe {
            (f.classify)(handle, arena.as_ptr().cast(), arena.len() as u64, &sizes, found, error)
        })
    }

    /// Adds a rule to the classifier of this process (the configuration adds rules for all). A weight of 0 is 1.
    pub fn task_rule_add(
        &self,
        name: &str,
        keywords: &[&str],
        patterns: &[&str],
        weight: f64,
    ) -> Result<TaskTypeId> {
        let (keywords, patterns) = (keywords.join("\n"), patterns.join("\n"));
        let rule = TaskRule {
            name_size: name.len() as u32,
            keywords_size: keywords.len() as u32,
            patterns_size: patterns.len() as u32,
            weight,
            ..sized()
        };
        let arena = [name, &keywords, &patterns].concat();
        self.handle.id(|f, handle, id, error| unsafe {
            (f.task_rule_add)(handle, arena.as_ptr().cast(), arena.len() as u64, &rule, id, error)
        })
    }
}
