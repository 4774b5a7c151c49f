//! The worker of README.md in Rust.

use std::io::{BufRead, Write};
use std::time::Duration;

use remora::{AgentId, Control, DecisionFlags, OpenFlags, Options, Outcome, State, Task, TaskTypeId};

struct Worker {
    state: State,
    agent: AgentId,
    task: Task,
}

impl Worker {
    fn open(directory: &str) -> remora::Result<Self> {
        let state = Options::new().flags(OpenFlags::EXISTING).open(directory)?;
        let agent = state.find("backend-architect")?;
        let task_type: TaskTypeId = state.intern("api-design")?;
        Ok(Self { state, agent, task: Task::new(agent).task_type(task_type) })
    }

    fn answer(&self, line: &str) -> remora::Result<String> {
        let (command, argument) = line.split_once(' ').unwrap_or((line, ""));
        let count = argument.parse().unwrap_or(0);
        match command {
            "work" => self.work(count),
            "route" => self.route(count),
            "block" => self
                .state
                .variant_block(self.agent, self.state.variant_index(self.agent, argument)?)
                .map(done),
            "unblock" => self
                .state
                .variant_unblock(self.agent, self.state.variant_index(self.agent, argument)?)
                .map(done),
            "control" => self.state.control_set(&Control::normal().enabled(argument == "on")).map(done),
            "generation" => Ok(format!("generation {}", self.state.stats_get()?.generation)),
            _ => Ok(format!("error no such command: {command}")),
        }
    }

    fn work(&self, count: u32) -> remora::Result<String> {
        let mut acknowledged = 0;
        for i in 0..count {
            let decision = self.state.route(&self.task)?;
            self.state.record_result(decision.decision_id, i % 10 != 0, Duration::from_millis(1))?;
            acknowledged += 1;
        }
        Ok(format!("worked {acknowledged}"))
    }

    fn route(&self, count: u32) -> remora::Result<String> {
        let (mut chosen, mut off) = ([0, 0], 0);
        for _ in 0..count {
            let decision = self.state.route(&self.task)?;
            self.state.record_outcome(&Outcome::abandoned().decision_id(decision.decision_id))?;
            chosen[decision.variant as usize] += 1;
            off += u32::from(decision.flags.contains(DecisionFlags::CONTROL_OFF));
        }
        Ok(format!("routed {} {} {off}", chosen[0], chosen[1]))
    }
}

fn done(_nothing: ()) -> String {
    "done".to_owned()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let worker = Worker::open(&std::env::args().nth(1).ok_or("usage: worker DIRECTORY")?)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "ready")?;
    for line in std::io::stdin().lock().lines() {
        let answer = worker.answer(&line?).unwrap_or_else(|error| format!("error {error}"));
        writeln!(out, "{answer}")?;
    }
    worker.state.close()?;
    Ok(())
}
