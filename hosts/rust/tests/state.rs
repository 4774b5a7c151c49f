//! Every function that takes a handle, through the surface that hosts use.

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use remora::{
    AgentId, CategoryId, Control, Decision, DecisionFlags, Id, Kind, LabelId, LogLevel, MetricId, Mode,
    Outcome, Plan, Reason, Reward, RolloutCommand, RolloutId, RolloutState, SafetyReason, Stage, Status,
    Task, TaskTypeId, Variant, VariantFlags,
};
use support::{small, Fixture};

#[test]
fn names_become_ids_and_ids_names() {
    let it = Fixture::new();
    let mut made: Vec<LabelId> = (0..150).map(|i| it.state.intern(&format!("label-{i}")).unwrap()).collect();
    let mut listed: Vec<_> =
        it.state.list_names(Kind::LABEL).map(|id| LabelId::from_raw(id.unwrap().raw())).collect();
    made.sort();
    listed.sort();
    assert_eq!(listed, made);
    let seventh: LabelId = it.state.find("label-7").unwrap();
    assert_eq!(it.state.name_of(seventh).unwrap(), "label-7");
    assert_eq!(seventh.any().kind(), Kind::LABEL);
    let error = it.state.find::<LabelId>("never").unwrap_err();
    assert_eq!(error.code(), Status::NOT_FOUND);
    assert!(error.text().contains("never"), "{error}");
}

#[test]
fn variants_have_tiers_costs_and_a_baseline() {
    let it = Fixture::new();
    let agent = it.state.agent_register("tester", it.state.intern::<CategoryId>("testing").unwrap()).unwrap();
    it.state.variant_register(agent, "large", &Variant::new().tier(3).cost_micros(60_000)).unwrap();
    let small = Variant::new().flags(VariantFlags::BASELINE);
    assert_eq!(it.state.variant_register(agent, "small", &small).unwrap().variant, 1);
    let baseline = it.state.agent_info(agent).unwrap().baseline_variant;
    assert_eq!(it.state.variant_name(agent, baseline).unwrap(), "small");
    assert_eq!(it.state.variant_info(agent, 0).unwrap().tier, 3);
    assert_eq!(it.state.variant_index(agent, "large").unwrap(), 0);
    let error = it.state.variant_index(agent, "huge").unwrap_err();
    assert_eq!(error.text(), "tester has no variant 'huge'. Register it with variant_register.");
}

#[test]
fn the_same_draw_gives_the_same_decision() {
    let it = Fixture::new();
    let task = Task::new(it.agent)
        .task_type(it.state.intern("api-design").unwrap())
        .labels(&[it.state.intern("lang=rust").unwrap()])
        .draw((1 << 63) + 5)
        .now_ns(1_000_000_000_000_000_000);
    let (mut first, second) = (it.state.route(&task).unwrap(), it.state.route(&task).unwrap());
    assert_ne!(first.decision_id, second.decision_id);
    assert!(first.decision_id.raw() < 1 << 53);
    first.decision_id = second.decision_id;
    assert_eq!(first, second);
}

#[test]
fn names_may_be_given_instead_of_ids_but_none_that_holds_a_nul() {
    let it = Fixture::new();
    let decision = it.state.route_named("backend-architect", "brand-new", 7).unwrap();
    assert_eq!(it.state.name_of(decision.task_type).unwrap(), "brand-new");
    assert_eq!(it.state.route_named("backend-architect", "", 0).unwrap().agent, it.agent);
    for (agent, task_type) in
        [("backend\0architect", "x"), ("backend-architect", "x\0y"), (&"x".repeat(300), "y")]
    {
        let error = it.state.route_named(agent, task_type, 0).unwrap_err();
        let safe = error.decision().unwrap();
        assert_eq!(
            (safe.reason, safe.variant, safe.decision_id.is_none()),
            (Reason::ERROR, 0, true),
            "{error}"
        );
    }
    assert_eq!(it.state.agent_define("a\0b", &["c"]).unwrap_err().code(), Status::INVALID);
}

#[test]
fn only_allowed_variants_are_chosen() {
    let it = Fixture::new();
    for _ in 0..50 {
        assert_eq!(it.state.route(&Task::new(it.agent).allowed_variants(2)).unwrap().variant, 1);
    }
}

#[test]
fn a_failed_route_names_the_baseline_to_go_on_with() {
    let it = Fixture::new();
    let no_type = TaskTypeId::from_raw(12);
    for task in [Task::new(it.agent).task_type(no_type), Task::new(it.agent).labels(&[LabelId::NONE; 9])] {
        let error = it.state.route(&task).unwrap_err();
        assert_eq!(error.code(), Status::INVALID);
        let safe = error.decision().unwrap();
        assert_eq!((safe.agent, safe.variant, safe.reason), (it.agent, 0, Reason::ERROR));
    }
    let error = it.state.rollout_gate(AgentId::from_raw(1), 1).unwrap_err();
    assert!(!error.gate().unwrap().inside());
    assert!(!it.state.safety_check(it.agent, 9).unwrap_err().verdict().unwrap().allowed());
}

#[test]
fn batches_answer_each_item_and_say_which_failed() {
    let it = Fixture::new();
    let mut decisions = [Decision::default(); 64];
    assert_eq!(it.state.route_batch(&[Task::new(it.agent); 64], &mut decisions).unwrap().done, 64);
    let bad = Task::new(it.agent).task_type(TaskTypeId::from_raw(12));
    let tasks = [Task::new(it.agent), bad, Task::new(it.agent)];
    let failed = it.state.route_batch(&tasks, &mut [Decision::default(); 3]).unwrap_err();
    let batch = failed.batch().unwrap();
    assert_eq!((batch.done, batch.first_failed), (2, 1));

    let mut outcomes = decisions.map(|decision| Outcome::success().decision_id(decision.decision_id));
    outcomes[5] = outcomes[5].quality(7.0);
    let failed = it.state.record_outcome_batch(&outcomes, &mut []).unwrap_err();
    assert_eq!((failed.batch().unwrap().done, failed.batch().unwrap().first_failed), (63, 5));
    let mut rewards = [Reward::default()];
    it.state.record_outcome_batch(&[outcomes[5].quality(1.0)], &mut rewards).unwrap();
    assert!(rewards[0].learned());
    assert_eq!(it.state.stats_get().unwrap().outcomes, 64);
}

#[test]
fn a_batch_without_room_for_its_results_is_refused() {
    let it = Fixture::new();
    let error = it.state.route_batch(&[Task::new(it.agent); 3], &mut [Decision::default(); 2]).unwrap_err();
    assert_eq!(error.text(), "there is room for 2 results of 3 items; give the results as many places");
}

#[test]
fn a_reward_is_explained_and_an_outcome_counts_once() {
    let it = Fixture::new();
    let decision = it.state.route(&Task::new(it.agent)).unwrap().decision_id;
    let outcome = Outcome::success()
        .decision_id(decision)
        .quality(0.8)
        .duration(Duration::from_secs(60))
        .error_count(3)
        .user_rating(9.0)
        .metric(it.state.intern::<MetricId>("lint").unwrap(), 4.0)
        .next(AgentId::NONE, it.state.intern("review").unwrap(), &[it.state.intern("lang=rust").unwrap()]);
    let reward = it.state.record_outcome(&outcome).unwrap();
    assert!((reward.reward - 1.0).abs() < 1e-5 && (reward.time_term + 0.15).abs() < 1e-5, "{reward:?}");
    assert!(reward.learned());
    let error = it.state.record_result(decision, false, Duration::ZERO).unwrap_err();
    assert_eq!(error.code(), Status::ALREADY_RECORDED);
    let metric: MetricId = it.state.find("lint").unwrap();
    let nine =
        (0..9).fold(Outcome::success().of(it.agent, 0, TaskTypeId::NONE, &[]), |o, _| o.metric(metric, 1.0));
    assert_eq!(it.state.record_outcome(&nine).unwrap_err().code(), Status::INVALID);
}

#[test]
fn text_is_classified_by_rules_that_can_be_added() {
    let it = Fixture::new();
    it.state.task_rule_add("billing", &["invoice"], &["*.inv"], 5.0).unwrap();
    let found = it.state.classify("Correct the invoice", &["a.inv"]).unwrap();
    assert_eq!(it.state.name_of(found.task_type).unwrap(), "billing");
    assert_eq!(it.state.name_of(it.state.classify("", &[]).unwrap().task_type).unwrap(), "general");
}

#[test]
fn a_failing_variant_is_kept_out_and_an_operator_lets_it_in() {
    let it = Fixture::new();
    it.record(1, 12, Outcome::failure());
    let verdict = it.state.safety_check(it.agent, 1).unwrap();
    assert_eq!((verdict.allowed(), verdict.reason), (false, SafetyReason::BELOW_MINIMUM));
    assert_eq!(it.state.agent_info(it.agent).unwrap().blocked_variants, 2);
    it.state.variant_unblock(it.agent, 1).unwrap();
    assert!(it.state.safety_check(it.agent, 1).unwrap().allowed());
    it.state.variant_block(it.agent, 1).unwrap();
    assert!(it.state.variant_info(it.agent, 1).unwrap().blocked());
}

#[test]
fn a_rollout_goes_through_its_stages_and_back() {
    let it = Fixture::new();
    let stages =
        [Stage::new(Mode::SHADOW, 10_000), Stage::new(Mode::CANARY, 5_000), Stage::new(Mode::FULL, 10_000)];
    let rollout = it.state.rollout_start("quick-first", &Plan::new(it.agent, 1).stages(&stages)).unwrap();
    assert_eq!(it.state.find::<RolloutId>("quick-first").unwrap(), rollout);
    assert!(it.state.route(&Task::new(it.agent).unit_key(5)).unwrap().wants_shadow());
    it.state.rollout_command(rollout, RolloutCommand::ADVANCE).unwrap();
    let gates =
        || (1..401).map(|unit| it.state.rollout_gate(it.agent, unit).unwrap().inside()).collect::<Vec<_>>();
    let inside = gates().iter().filter(|inside| **inside).count();
    assert!((100..300).contains(&inside), "{inside}");
    assert_eq!(gates(), gates());
    it.state.rollout_command(rollout, RolloutCommand::ROLL_BACK).unwrap();
    assert_eq!(it.state.rollout_status(rollout).unwrap().state, RolloutState::ROLLED_BACK);
}

#[test]
fn a_snapshot_brings_the_values_back_and_a_damaged_one_is_refused() {
    let it = Fixture::new();
    let values = || {
        it.state.q_cells().map(|c| c.map(|c| (c.variant, c.visits, c.q_value))).collect::<Result<Vec<_>, _>>()
    };
    it.record(1, 5, Outcome::success());
    let before = values().unwrap();
    let taken = it.state.snapshot().unwrap();
    it.record(1, 5, Outcome::failure());
    let file = it.state.snapshot_path(taken.sequence).unwrap();
    assert_eq!(it.state.snapshot_verify(&file).unwrap().visits, 5);
    assert_eq!(it.state.restore(&file).unwrap().sequence, taken.sequence);
    assert_eq!(values().unwrap(), before);
    assert!(it.state.snapshot_list().unwrap().iter().any(|info| info.sequence == taken.sequence));
    let mut content = std::fs::read(it.state.directory().join(file)).unwrap();
    let middle = content.len() / 2;
    content[middle] ^= 0xff;
    let bad = it.folder.path().join("bad.rsnap");
    std::fs::write(&bad, content).unwrap();
    assert_eq!(it.state.restore(bad).unwrap_err().code(), Status::DAMAGED);
}

#[test]
fn the_kill_switch_and_the_monitor_mode_hold_for_every_handle() {
    let it = Fixture::new();
    let other = small().open(it.state.directory()).unwrap();
    it.state.control_set(&Control::normal().enabled(false)).unwrap();
    assert!(other.route(&Task::new(it.agent)).unwrap().flags.contains(DecisionFlags::CONTROL_OFF));
    it.state.control_set(&Control::normal().mode(Mode::MONITOR)).unwrap();
    assert!(other.route(&Task::new(it.agent)).unwrap().monitored());
    assert!(other.control_get().unwrap().is_enabled());
}

#[test]
fn configuration_events_figures_and_metrics_are_there() {
    let it = Fixture::new();
    it.state.configure(r#"{"learning": {"epsilon": 0.5}}"#).unwrap();
    assert_eq!(it.state.route(&Task::new(it.agent)).unwrap().epsilon, 0.5);
    let error = it.state.configure("{\n\"learnin\": {}}").unwrap_err();
    assert_eq!(error.code(), Status::CONFIG);
    assert!(error.text().contains(":2"), "{error}");
    let last = it.state.events(0).last().unwrap().unwrap().sequence;
    it.state.variant_block(it.agent, 1).unwrap();
    let blocked = it.state.events(last + 1).next().unwrap().unwrap();
    let text = it.state.event_text(&blocked).unwrap();
    assert!(
        text.contains(r#""kind":"variant_blocked""#) && text.contains(r#""agent":"backend-architect""#),
        "{text}"
    );
    assert!(!it.state.tick().unwrap().busy());
    assert!(it.state.metrics_text().unwrap().contains("# TYPE remora_"));
    assert_eq!(it.state.stats_get().unwrap().processes, 1);
}

#[test]
fn log_lines_are_told_to_a_listener_even_if_it_panics_and_can_be_drained() {
    let it = Fixture::new();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&lines);
    it.state
        .log_callback(LogLevel::TRACE, move |_, line| {
            heard.lock().unwrap().push(line.to_owned());
            panic!("a listener may be wrong");
        })
        .unwrap();
    log_something(&it, "[", 1);
    it.state.log_callback_off().unwrap();
    assert_eq!(Arc::strong_count(&lines), 1, "the listener is kept after its end");
    assert!(lines.lock().unwrap().iter().any(|line| line.contains("remora.json")), "{lines:?}");
    assert!(it.state.log_drain(16384).unwrap().contains("remora.json"));
}

#[test]
fn a_listener_cannot_close_the_state() {
    let it = Fixture::new();
    let codes = Arc::new(Mutex::new(Vec::new()));
    let answered = Arc::clone(&codes);
    let state = it.state.clone();
    it.state
        .log_callback(LogLevel::ERROR, move |_, _| {
            answered.lock().unwrap().push(state.close().unwrap_err().code());
        })
        .unwrap();
    log_something(&it, "[", 1);
    log_something(&it, "]]", 2);
    assert!(codes.lock().unwrap().len() >= 2, "it is still open, and heard");
    assert!(codes.lock().unwrap().iter().all(|code| *code == Status::STATE), "{codes:?}");
    it.state.log_callback_off().unwrap();
    it.state.close().unwrap();
    assert_eq!(it.state.snapshot().unwrap_err().code(), Status::HANDLE);
}

/// Has the library log something, within a call on the state.
fn log_something(it: &Fixture, text: &str, seconds: i64) {
    std::fs::write(it.state.directory().join("remora.json"), text).unwrap();
    let _ = it.state.tick_at(1_900_000_000_000_000_000 + seconds * 1_000_000_000, Duration::ZERO);
}

#[test]
fn a_listener_that_takes_the_place_of_one_that_is_still_running_is_heard() {
    let it = Fixture::new();
    let (entered, has_entered) = std::sync::mpsc::sync_channel(16);
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = Mutex::new(released);
    let waiting = move |_: LogLevel, _: &str| {
        entered.send(()).unwrap();
        let _ = released.lock().unwrap().recv(); // ends when the sender is gone, too
    };
    it.state.log_callback(LogLevel::TRACE, waiting).unwrap();
    let lines = Arc::new(Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        scope.spawn(|| log_something(&it, "[", 1));
        has_entered.recv_timeout(Duration::from_secs(60)).unwrap();
        let heard = Arc::clone(&lines);
        let told = it
            .state
            .log_callback(LogLevel::TRACE, move |_, line| heard.lock().unwrap().push(line.to_owned()));
        assert_eq!(told.unwrap_err().code(), Status::BUSY);
        drop(release);
    });
    log_something(&it, "]]", 2);
    assert!(lines.lock().unwrap().iter().any(|line| line.contains("remora.json")), "{lines:?}");
}

#[test]
fn a_closed_state_answers_with_an_error_and_closing_twice_is_harmless() {
    let it = Fixture::new();
    let clone = it.state.clone();
    it.state.close().unwrap();
    clone.close().unwrap();
    assert_eq!(clone.snapshot().unwrap_err().code(), Status::HANDLE);
    assert_eq!(clone.q_cells().next().unwrap().unwrap_err().code(), Status::HANDLE);
    assert_eq!(clone.log_callback(LogLevel::INFO, |_, _| ()).unwrap_err().code(), Status::HANDLE);
}

#[test]
fn threads_work_on_one_state_and_no_outcome_is_lost() {
    let it = Fixture::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..500 {
                    let decision = it.state.route(&Task::new(it.agent)).unwrap().decision_id;
                    it.state.record_result(decision, true, Duration::ZERO).unwrap();
                }
            });
        }
    });
    let stats = it.state.stats_get().unwrap();
    assert_eq!((stats.outcomes, stats.visits), (2000, 2000));
}
