//! Cost of route and record through the Rust crate. See README.md.

use std::time::{Duration, Instant};

use remora::{AgentId, Decision, DecisionId, OpenFlags, Options, Outcome, Reward, State, Task, TaskTypeId};

const TYPES: usize = 64;
const BLOCK: usize = 16;
const BATCH: usize = 64;
const BLOCKS: usize = 20_000;
const BATCHES: usize = 4_000;
const WARM_UP: usize = 10;
const TICK_EVERY: usize = 256;
const DURATION: Duration = Duration::from_millis(1);

struct Bench {
    state: State,
    tasks: Vec<Task>,
    decisions: Vec<Decision>,
    rewards: Vec<Reward>,
}

impl Bench {
    fn open(directory: &str) -> remora::Result<Self> {
        let state = Options::new().flags(OpenFlags::EXISTING | OpenFlags::NO_AUTO_TICK).open(directory)?;
        let agent: AgentId = state.find("backend-architect")?;
        let types: Vec<TaskTypeId> =
            (0..TYPES).map(|i| state.intern(&format!("type-{i}"))).collect::<remora::Result<_>>()?;
        let tasks = types.into_iter().map(|each| Task::new(agent).task_type(each)).collect();
        Ok(Self {
            state,
            tasks,
            decisions: vec![Decision::default(); BATCH],
            rewards: vec![Reward::default(); BATCH],
        })
    }

    fn block(&mut self) -> remora::Result<(f64, f64)> {
        let mut ids = [DecisionId::NONE; BLOCK];
        let begin = Instant::now();
        for (id, task) in ids.iter_mut().zip(&self.tasks) {
            *id = self.state.route(task)?.decision_id;
        }
        let routed = begin.elapsed();
        let begin = Instant::now();
        for id in ids {
            self.state.record_result(id, true, DURATION)?;
        }
        Ok((each(routed, BLOCK), each(begin.elapsed(), BLOCK)))
    }

    fn batch(&mut self) -> remora::Result<(f64, f64)> {
        let begin = Instant::now();
        self.state.route_batch(&self.tasks, &mut self.decisions)?;
        let routed = begin.elapsed();
        let outcomes: Vec<Outcome> = self
            .decisions
            .iter()
            .map(|each| Outcome::success().decision_id(each.decision_id).duration(DURATION))
            .collect();
        let begin = Instant::now();
        self.state.record_outcome_batch(&outcomes, &mut self.rewards)?;
        Ok((each(routed, BATCH), each(begin.elapsed(), BATCH)))
    }

    /// So many samples, after a warm-up, with housekeeping between; as the two entries of the line of figures.
    fn sample(
        &mut self,
        count: usize,
        tick_every: usize,
        measure: fn(&mut Self) -> remora::Result<(f64, f64)>,
    ) -> remora::Result<[String; 2]> {
        for _ in 0..count / WARM_UP {
            measure(self)?;
        }
        let (mut route, mut record) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for i in 0..count {
            let (routed, recorded) = measure(self)?;
            route.push(routed);
            record.push(recorded);
            if i % tick_every == 0 {
                self.state.tick()?;
            }
        }
        Ok([figures(route), figures(record)])
    }
}

fn each(time: Duration, calls: usize) -> f64 {
    time.as_nanos() as f64 / calls as f64
}

fn figures(mut samples: Vec<f64>) -> String {
    samples.sort_by(f64::total_cmp);
    format!(
        r#"{{"p50": {:.1}, "p99": {:.1}}}"#,
        samples[samples.len() / 2],
        samples[samples.len() * 99 / 100]
    )
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut bench = Bench::open(&std::env::args().nth(1).ok_or("usage: bench DIRECTORY")?)?;
    let [route, record] = bench.sample(BLOCKS, TICK_EVERY, Bench::block)?;
    let [route_batch, record_batch] = bench.sample(BATCHES, TICK_EVERY / 4, Bench::batch)?;
    println!(
        r#"{{"host": "Rust", "route": {route}, "record": {record}, "route_batch": {route_batch}, "record_batch": {record_batch}}}"#
    );
    bench.state.close()?;
    Ok(())
}
