//! The smallest host in Rust.
//!
//!     cd hosts/rust
//!     REMORA_LIBRARY=../../build/release/lib/libremora.so cargo run --release --example minimal

use remora::{Outcome, Task};

fn main() -> remora::Result<()> {
    let state = remora::open("remora-state")?;
    let agent = state.agent_define("backend-architect", &["careful", "quick"])?;
    let task = Task::new(agent).task_type(state.intern("api-design")?);
    let pending = state.task(&task);
    println!("run as {}", pending.variant_name()); // here the agent works
    pending.report(Outcome::success())?;
    state.close()
}
