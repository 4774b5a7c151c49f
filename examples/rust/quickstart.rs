//! Learns which variant of an agent is better, then blocks one, goes back to a snapshot, and counts the metrics.
//!
//!     cd hosts/rust
//!     REMORA_LIBRARY=../../build/release/lib/libremora.so cargo run --release --example quickstart [FOLDER]
//!
//! "careful" succeeds at every task, "quick" at every second one that it gets.

use std::time::Duration;

use remora::{SafetyReason, Task, TaskTypeId};

fn main() -> remora::Result<()> {
    let state = remora::open(
        std::env::args()
            .nth(1)
            .unwrap_or_else(|| "remora-state".to_owned()),
    )?;
    let agent = state.agent_define("backend-architect", &["careful", "quick"])?;
    let task_type: TaskTypeId = state.intern("api-design")?;
    let mut chosen = [0, 0];
    for _ in 0..1000 {
        let decision = state.route(&Task::new(agent).task_type(task_type))?;
        chosen[decision.variant as usize] += 1;
        let success = decision.variant == 0 || chosen[1] % 2 == 0;
        state.record_result(decision.decision_id, success, Duration::from_millis(1200))?;
    }
    println!("careful was chosen for {} of 1000 tasks", chosen[0]);

    let quick = state.variant_index(agent, "quick")?;
    state.variant_block(agent, quick)?;
    let verdict = state.safety_check(agent, quick)?;
    let why = match verdict.reason {
        SafetyReason::OPERATOR => "blocked by an operator".to_owned(),
        other => format!("reason {other:?}"),
    };
    println!(
        "quick {}: {why}",
        if verdict.allowed() {
            "may run"
        } else {
            "may not run"
        }
    );
    state.variant_unblock(agent, quick)?;

    let taken = state.snapshot()?;
    let restored = state.restore(state.snapshot_path(taken.sequence)?)?;
    println!(
        "restored snapshot {} with {} outcomes",
        restored.sequence, restored.visits
    );
    println!("{} lines of metrics", state.metrics_text()?.lines().count());
    state.close()
}
