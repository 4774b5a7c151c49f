//! Tasks that report themselves.

mod support;

use remora::{Mode, OnDrop, Outcome, Plan, Reason, Stage, Task, TaskTypeId};
use support::Fixture;

/// Outcomes that taught something, and decisions without an outcome.
fn taught_and_pending(it: &Fixture) -> (u64, u64) {
    let stats = it.state.stats_get().unwrap();
    (stats.visits, stats.pending)
}

#[test]
fn a_task_is_recorded_with_the_time_that_it_took() {
    let it = Fixture::new();
    let pending = it.state.task(&Task::new(it.agent));
    let variant = pending.variant();
    assert_eq!(pending.variant_name(), it.state.variant_name(it.agent, variant).unwrap());
    assert!(pending.report(Outcome::success().quality(0.5)).unwrap().learned());
    it.state.tick().unwrap();
    assert!(it.state.variant_info(it.agent, variant).unwrap().mean_duration_ns > 0.0);
}

#[test]
fn a_task_that_is_dropped_is_abandoned() {
    let it = Fixture::new();
    drop(it.state.task(&Task::new(it.agent)));
    assert_eq!(taught_and_pending(&it), (0, 0));
}

#[test]
fn a_dropped_task_fails_or_stays_when_it_is_told_to() {
    let it = Fixture::new();
    drop(it.state.task(&Task::new(it.agent)).on_drop(OnDrop::Fail));
    assert_eq!(taught_and_pending(&it), (1, 0));
    drop(it.state.task(&Task::new(it.agent)).on_drop(OnDrop::Leave));
    assert_eq!(taught_and_pending(&it), (1, 1));
}

#[test]
fn a_task_may_be_reported_by_another_thread_after_the_state_s_owner_is_gone() {
    let it = Fixture::new();
    let other = support::small().open(it.state.directory()).unwrap();
    let pending = other.task(&Task::new(it.agent));
    drop(other);
    let reward = std::thread::spawn(move || pending.report(Outcome::success())).join().unwrap().unwrap();
    assert!(reward.learned());
}

#[test]
fn a_task_that_cannot_be_routed_runs_as_the_baseline_and_says_why() {
    let it = Fixture::new();
    let pending =
        it.state.task(&Task::new(it.agent).task_type(TaskTypeId::default()).labels(&[Default::default(); 9]));
    assert_eq!((pending.variant_name().as_str(), pending.decision().reason), ("careful", Reason::ERROR));
    assert!(pending.error().unwrap().text().contains("label"), "{:?}", pending.error());
    assert!(!pending.report(Outcome::success()).unwrap().learned());
}

#[test]
fn a_shadow_run_is_a_task_of_its_own_and_is_abandoned_when_nobody_takes_it() {
    let it = Fixture::new();
    let plan =
        Plan::new(it.agent, 1).stages(&[Stage::new(Mode::SHADOW, 10_000), Stage::new(Mode::FULL, 10_000)]);
    it.state.rollout_start("quick-first", &plan).unwrap();
    let task = Task::new(it.agent).unit_key(5);
    it.state.task(&task).report(Outcome::success()).unwrap();
    assert_eq!(taught_and_pending(&it), (1, 0));
    let mut pending = it.state.task(&task);
    let shadow = pending.take_shadow().unwrap();
    assert_eq!((pending.variant_name().as_str(), shadow.variant_name().as_str()), ("careful", "quick"));
    assert!(pending.take_shadow().is_none());
    pending.report(Outcome::success()).unwrap();
    shadow.report(Outcome::failure()).unwrap();
    assert_eq!(taught_and_pending(&it), (3, 0));
}

#[test]
fn an_agent_that_panics_has_failed() {
    let it = Fixture::new();
    let run = || it.state.run(&Task::new(it.agent), |_| -> Result<(), ()> { panic!("no ink") });
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err());
    assert_eq!(taught_and_pending(&it), (1, 0));
    let cell = it.state.q_cells().next().unwrap().unwrap();
    assert!(cell.q_value < 0.0, "{cell:?}");
}
