//! A worker on a state that programs in other languages work on too: takes the state directory, prints "ready", and
//! answers each line of its standard input by one line.
//!
//! | line | answer |
//! | --- | --- |
//! | `work COUNT` | `worked ACKNOWLEDGED`: tasks routed and recorded, of which every tenth fails |
//! | `route COUNT` | `routed CAREFUL QUICK OFF`: tasks by variant, and how many decisions say that control is off |
//! | `block VARIANT`, `unblock VARIANT` | `done` |
//! | `control on`, `control off` | `done` |
//! | `generation` | `generation NUMBER`: of the learned values |
//!
//! A call that fails is answered by `error TEXT`.

use std::error::Error;
use std::io::{BufRead, Write};
use std::time::Duration;

use remora::{AgentId, Control, DecisionFlags, OpenFlags, Options, Outcome, State, Task, TaskTypeId};

struct Worker {
    state: State,
    agent: AgentId,
    task: Task,
}

impl Worker {
    fn new(state: State) -> remora::Result<Self> {
        let agent = state.find("backend-architect")?;
        let task = Task::new(agent).task_type(state.intern::<TaskTypeId>("api-design")?);
        Ok(Self { state, agent, task })
    }

    fn answer(&self, line: &str) -> Result<String, Box<dyn Error>> {
        let (command, argument) = line.split_once(' ').unwrap_or((line, ""));
        match command {
            "work" => Ok(self.work(argument.parse()?)?),
            "route" => Ok(self.route(argument.parse()?)?),
            "block" => {
                done(self.state.variant_block(self.agent, self.state.variant_index(self.agent, argument)?))
            }
            "unblock" => {
                done(self.state.variant_unblock(self.agent, self.state.variant_index(self.agent, argument)?))
            }
            "control" => done(self.state.control_set(&Control::normal().enabled(argument == "on"))),
            "generation" => Ok(format!("generation {}", self.state.stats_get()?.generation)),
            _ => Err(format!("no such command: {command}").into()),
        }
    }

    /// Goes on when a call fails; the first failure is the answer.
    fn work(&self, count: u64) -> remora::Result<String> {
        let mut acknowledged = 0;
        let mut failure = None;
        for i in 0..count {
            let recorded = self.state.route(&self.task).and_then(|decision| {
                self.state.record_result(decision.decision_id, i % 10 != 0, Duration::from_millis(1))
            });
            match recorded {
                Ok(()) => acknowledged += 1,
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        failure.map_or_else(|| Ok(format!("worked {acknowledged}")), Err)
    }

    fn route(&self, count: u64) -> remora::Result<String> {
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

fn done(result: remora::Result<()>) -> Result<String, Box<dyn Error>> {
    result?;
    Ok("done".to_owned())
}

fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args().nth(1).ok_or("the state directory is missing")?;
    let worker = Worker::new(Options::new().flags(OpenFlags::EXISTING).open(directory)?)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "ready")?;
    for line in std::io::stdin().lock().lines() {
        let answer = worker.answer(&line?).unwrap_or_else(|error| format!("error {error}"));
        writeln!(out, "{answer}")?;
    }
    worker.state.close()?;
    Ok(())
}
