//! Route and record allocate nothing.

mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use remora::{Decision, Outcome, Reward, Task};
use support::Fixture;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: the system's allocator, beside a counter of the thread that needs no memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        System.alloc(layout)
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        System.dealloc(place, layout)
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.with(Cell::get);
    work();
    ALLOCATIONS.with(Cell::get) - before
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(Box::new(5))), 1);
}

#[test]
fn route_record_and_the_checks_allocate_nothing() {
    let it = Fixture::new();
    let task = Task::new(it.agent).task_type(it.state.intern("api-design").unwrap());
    let one_of_each = || {
        let decision = it.state.route(&task).unwrap();
        it.state.record_outcome(&Outcome::success().decision_id(decision.decision_id)).unwrap();
        let decision = it.state.route_named("backend-architect", "api-design", 5).unwrap();
        it.state.record_result(decision.decision_id, true, Duration::from_millis(5)).unwrap();
        it.state.safety_check(it.agent, 1).unwrap();
        it.state.rollout_gate(it.agent, 5).unwrap();
    };
    one_of_each(); // names are interned at their first use
    assert_eq!(allocations(|| (0..1000).for_each(|_| one_of_each())), 0);
}

#[test]
fn batches_and_pending_tasks_allocate_nothing() {
    let it = Fixture::new();
    let tasks = [Task::new(it.agent); 64];
    let mut decisions = [Decision::default(); 64];
    let mut rewards = [Reward::default(); 64];
    let counted = allocations(|| {
        for _ in 0..100 {
            it.state.route_batch(&tasks, &mut decisions).unwrap();
            let outcomes = decisions.map(|decision| Outcome::success().decision_id(decision.decision_id));
            it.state.record_outcome_batch(&outcomes, &mut rewards).unwrap();
            it.state.task(&tasks[0]).report(Outcome::success()).unwrap();
        }
    });
    assert_eq!(counted, 0);
}
