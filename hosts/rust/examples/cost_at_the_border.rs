//! What route and record cost through this crate, and through the C functions called by their pointers in the same
//! process. Prints one line of JSON: nanoseconds a call; of batches of 64, an item.
//!
//!     REMORA_LIBRARY=... cargo run --release --example cost_at_the_border STATE
//!
//! A sample is the mean of 16 calls in a row, so that the clock's own time does not count.

use std::ptr::null_mut;
use std::time::{Duration, Instant};

use remora::{Decision, OpenFlags, Options, Outcome, Reward, State, Task, TaskTypeId};
use serde_json::{json, Value};

const TYPES: usize = 64;
const BLOCK: usize = 16;
const BATCH: usize = 64;
const BLOCKS: usize = 20_000;
const BATCHES: usize = 4_000;
/// Blocks or batches: enough to have touched every slot of the ledger.
const WARM_UP: usize = 5_000;
const TICK_EVERY: usize = 256;
const TOOK: Duration = Duration::from_millis(1);

struct Bench {
    state: State,
    tasks: [Task; TYPES],
    decisions: [Decision; BATCH],
    outcomes: [Outcome; BATCH],
    rewards: [Reward; BATCH],
}

/// Nanoseconds of a route and of a record.
type Measure = fn(&mut Bench) -> (f64, f64);

/// Nanoseconds that each of so many calls took.
fn each(calls: usize, work: impl FnOnce()) -> f64 {
    let begin = Instant::now();
    work();
    begin.elapsed().as_nanos() as f64 / calls as f64
}

impl Bench {
    fn new(state: State) -> remora::Result<Self> {
        let agent = state.agent_define("backend-architect", &["careful", "quick"])?;
        let mut tasks = [Task::new(agent); TYPES];
        for (i, task) in tasks.iter_mut().enumerate() {
            *task = task.task_type(state.intern::<TaskTypeId>(&format!("type-{i}"))?);
        }
        let (decisions, rewards) = ([Decision::default(); BATCH], [Reward::default(); BATCH]);
        Ok(Self { state, tasks, decisions, outcomes: [Outcome::success(); BATCH], rewards })
    }

    /// Route and record, each a block of calls.
    fn block(&mut self) -> (f64, f64) {
        let Self { state, tasks, decisions, .. } = self;
        let route = each(BLOCK, || {
            for (task, decision) in tasks[..BLOCK].iter().zip(decisions.iter_mut()) {
                *decision = state.route(task).unwrap();
            }
        });
        let record = each(BLOCK, || {
            for decision in &decisions[..BLOCK] {
                state.record_result(decision.decision_id, true, TOOK).unwrap();
            }
        });
        (route, record)
    }

    /// The same through the C functions.
    fn c_block(&mut self) -> (f64, f64) {
        let (functions, handle) = (self.state.functions(), self.state.raw_handle());
        let Self { tasks, decisions, .. } = self;
        let route = each(BLOCK, || {
            for (task, decision) in tasks[..BLOCK].iter().zip(decisions.iter_mut()) {
                // SAFETY: places of the right types; no explanation is asked for.
                assert_eq!(unsafe { (functions.route)(handle, task, decision, null_mut()) }, 0);
            }
        });
        let took = TOOK.as_nanos() as i64;
        let record = each(BLOCK, || {
            for decision in &decisions[..BLOCK] {
                let id = decision.decision_id.raw();
                // SAFETY: as above.
                assert_eq!(unsafe { (functions.record_result)(handle, id, 1, took, null_mut()) }, 0);
            }
        });
        (route, record)
    }

    fn batch(&mut self) -> (f64, f64) {
        let Self { state, tasks, decisions, outcomes, rewards } = self;
        let route =
            each(BATCH, || assert_eq!(state.route_batch(tasks, decisions).unwrap().done, BATCH as u64));
        for (outcome, decision) in outcomes.iter_mut().zip(decisions.iter()) {
            *outcome = Outcome::success().decision_id(decision.decision_id).duration(TOOK);
        }
        let record = each(BATCH, || {
            assert_eq!(state.record_outcome_batch(outcomes, rewards).unwrap().done, BATCH as u64)
        });
        (route, record)
    }

    /// Figures of so many samples, after a warm-up, with housekeeping between. What is to be compared takes turns.
    fn sample(&mut self, count: usize, measures: &[Measure]) -> Vec<(Value, Value)> {
        let mut samples = vec![(Vec::with_capacity(count), Vec::with_capacity(count)); measures.len()];
        for i in 0..WARM_UP + count {
            for (measure, (routes, records)) in measures.iter().zip(&mut samples) {
                let (route, record) = measure(self);
                if i >= WARM_UP {
                    routes.push(route);
                    records.push(record);
                }
            }
            if i % TICK_EVERY == 0 {
                self.state.tick().unwrap();
            }
        }
        samples.into_iter().map(|(routes, records)| (figures(routes), figures(records))).collect()
    }
}

fn figures(mut samples: Vec<f64>) -> Value {
    samples.sort_by(f64::total_cmp);
    let at = |hundredth: usize| (samples[samples.len() * hundredth / 100] * 10.0).round() / 10.0;
    json!({ "p50": at(50), "p99": at(99) })
}

fn main() -> remora::Result<()> {
    let directory = std::env::args().nth(1).unwrap_or_else(|| "remora-state".to_owned());
    let options = Options::new().states(1024).names(1024).flags(OpenFlags::NO_AUTO_TICK);
    let mut bench = Bench::new(options.open(directory)?)?;
    let singles = bench.sample(BLOCKS, &[Bench::block, Bench::c_block]);
    let batches = bench.sample(BATCHES, &[Bench::batch]);
    println!(
        "{}",
        json!({
            "host": "Rust",
            "route": singles[0].0, "record": singles[0].1,
            "route_batch": batches[0].0, "record_batch": batches[0].1,
            "c_route": singles[1].0, "c_record": singles[1].1,
        })
    );
    bench.state.close()
}
