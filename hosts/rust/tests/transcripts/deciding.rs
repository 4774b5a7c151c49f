//! Calls of route.h, outcome.h, safety.h and rollout.h.

use remora::{
    AgentId, Decision, DecisionId, EvaluationOptions, Id, MetricId, Mode, Outcome as Seen, Plan, ReplayMode,
    ReplayRequest, Reward, RolloutCommand, RolloutId, Stage, Task,
};
use serde_json::{json, Value};

use crate::answers::{plain_list, Plain};
use crate::input::{borrowed, raw_id, Input};
use crate::session::{answer, nothing, object, Called, Question, Session};
use crate::Outcome;

/// The answer; the question again when the function belongs elsewhere.
pub fn call<'a>(s: &mut Session, name: &str, question: Question<'a>) -> Result<Called, Question<'a>> {
    let function = match name {
        "route" => route,
        "route_batch" => route_batch,
        "route_named" => route_named,
        "classify" => classify,
        "task_rule_add" => task_rule_add,
        "record_outcome" => record_outcome,
        "record_outcome_batch" => record_outcome_batch,
        "record_result" => record_result,
        "convergence_get" => convergence_get,
        "explain" => explain,
        "replay" => replay,
        "evaluate" => evaluate,
        "safety_check" => safety_check,
        "variant_block" => variant_block,
        "variant_unblock" => variant_unblock,
        "rollout_start" => rollout_start,
        "rollout_gate" => rollout_gate,
        "rollout_command" => rollout_command,
        "rollout_status" => rollout_status,
        _ => return Err(question),
    };
    Ok(function(s, question))
}

fn task_of(mut with: Input) -> Outcome<Task> {
    let (agent, category): (AgentId, _) = (with.id("agent")?, with.id("category")?);
    let task = if agent.is_none() { Task::of_category(category) } else { Task::new(agent) };
    let task = task
        .task_type(with.id("task_type")?)
        .unit_key(with.number("unit_key")?)
        .allowed_variants(with.number("allowed_variants")?)
        .now_ns(with.number("now_ns")?)
        .draw(with.number("draw")?)
        .previous_decision(DecisionId::from_raw(with.number("previous_decision")?))
        .labels(&with.labels("labels")?);
    with.finish()?;
    Ok(task)
}

fn route(s: &mut Session, mut q: Question) -> Called {
    let task = task_of(std::mem::take(&mut q.with))?;
    object(q.ready(s)?.route(&task))
}

fn inputs<T>(items: &[Value], of: impl Fn(Input) -> Outcome<T>) -> Outcome<Vec<T>> {
    items.iter().map(|with| of(Input::new(Some(with))?)).collect()
}

/// A batch's answer, with its results whether it failed or not.
fn batch<T: Plain>(result: remora::Result<remora::Batch>, key: &str, results: &[T]) -> Called {
    let (mut answer, error) = object(result)?;
    answer.value[key] = plain_list(results);
    Ok((answer, error))
}

fn route_batch(s: &mut Session, mut q: Question) -> Called {
    let tasks = inputs(&q.with.list("tasks")?, task_of)?;
    let mut decisions = vec![Decision::default(); tasks.len()];
    let state = q.ready(s)?;
    let result = state.route_batch(&tasks, &mut decisions);
    batch(result, "decisions", &decisions)
}

fn route_named(s: &mut Session, mut q: Question) -> Called {
    let (agent, task_type, unit_key) =
        (q.with.text("agent")?, q.with.text("task_type")?, q.with.number("unit_key")?);
    let state = q.ready(s)?;
    object(state.route_named(&agent, &task_type, unit_key))
}

fn classify(s: &mut Session, mut q: Question) -> Called {
    let (text, files) = (q.with.text("text")?, q.with.texts("files")?);
    let state = q.ready(s)?;
    object(state.classify(&text, &borrowed(&files)))
}

fn task_rule_add(s: &mut Session, mut q: Question) -> Called {
    let (name, keywords, patterns) =
        (q.with.text("name")?, q.with.texts("keywords")?, q.with.texts("patterns")?);
    let weight = q.with.decimal("weight")?;
    let state = q.ready(s)?;
    let added = state.task_rule_add(&name, &borrowed(&keywords), &borrowed(&patterns), weight);
    answer(added, |id| json!({ "id": id.raw() }))
}

fn outcome_of(mut with: Input) -> Outcome<Seen> {
    let mut seen = match (with.truth("abandoned")?, with.truth("success")?) {
        (true, _) => Seen::abandoned(),
        (_, true) => Seen::success(),
        _ => Seen::failure(),
    };
    seen = seen
        .decision_id(DecisionId::from_raw(with.number("decision_id")?))
        .now_ns(with.number("now_ns")?)
        .critical_error(with.truth("critical_error")?)
        .safety_violation(with.truth("safety_violation")?)
        .complaint(with.truth("complaint")?)
        .duration_ns(with.number("duration_ns")?)
        .cost_micros(with.number("cost_micros")?)
        .error_count(with.number("error_count")?)
        .user_corrections(with.number("user_corrections")?)
        .tokens(with.number("tokens_in")?, with.number("tokens_out")?)
        .tool_calls(with.number("tool_calls_correct")?, with.number("tool_calls_total")?)
        .of(with.id("agent")?, with.number("variant")?, with.id("task_type")?, &with.labels("labels")?);
    if with.has("report") {
        seen = seen.report(with.number("report")?);
    }
    if with.has("quality") {
        seen = seen.quality(with.decimal("quality")?);
    }
    if with.has("user_rating") {
        seen = seen.user_rating(with.decimal("user_rating")?);
    }
    if with.has("next_agent") || with.has("next_task_type") || with.has("next_labels") {
        seen = seen.next(with.id("next_agent")?, with.id("next_task_type")?, &with.labels("next_labels")?);
    }
    if with.has("next_decision") {
        seen = seen.next_decision(DecisionId::from_raw(with.number("next_decision")?));
    }
    let (ids, values) = (with.list("metric_ids")?, with.list("metrics")?);
    if ids.len() != values.len() {
        return Err("as many metrics as ids are given through this surface".to_owned());
    }
    for (id, value) in ids.iter().zip(&values) {
        let value = value.as_f64().ok_or_else(|| format!("no number: {value}"))?;
        seen = seen.metric(MetricId::from_raw(raw_id(id)?), value);
    }
    with.finish()?;
    Ok(seen)
}

fn record_outcome(s: &mut Session, mut q: Question) -> Called {
    let outcome = outcome_of(std::mem::take(&mut q.with))?;
    object(q.ready(s)?.record_outcome(&outcome))
}

fn record_outcome_batch(s: &mut Session, mut q: Question) -> Called {
    let outcomes = inputs(&q.with.list("outcomes")?, outcome_of)?;
    let rewarded = !q.with.has("rewards") || q.with.truth("rewards")?;
    let mut rewards = vec![Reward::default(); if rewarded { outcomes.len() } else { 0 }];
    let state = q.ready(s)?;
    let result = state.record_outcome_batch(&outcomes, &mut rewards);
    batch(result, "rewards", &rewards)
}

fn record_result(s: &mut Session, mut q: Question) -> Called {
    let decision = DecisionId::from_raw(q.with.number("decision_id")?);
    let (success, duration) = (q.with.truth("success")?, q.with.duration("duration_ns")?);
    let state = q.ready(s)?;
    nothing(state.record_result(decision, success, duration))
}

fn explain(s: &mut Session, mut q: Question) -> Called {
    let (agent, variant, task_type) =
        (q.with.id("agent")?, q.with.number("variant")?, q.with.id("task_type")?);
    let labels = q.with.labels("labels")?;
    let (attempts, tried) = (q.with.number("attempts")?, q.with.number("tried_variants")?);
    let state = q.ready(s)?;
    object(state.explain_attempt(agent, variant, task_type, &labels, attempts, tried))
}

fn convergence_get(s: &mut Session, mut q: Question) -> Called {
    let (agent, variant, task_type) =
        (q.with.id("agent")?, q.with.number("variant")?, q.with.id("task_type")?);
    let labels = q.with.labels("labels")?;
    let state = q.ready(s)?;
    object(state.convergence_get(agent, variant, task_type, &labels))
}

fn replay(s: &mut Session, mut q: Question) -> Called {
    let request = ReplayRequest::default()
        .mode(ReplayMode(q.with.number("mode")?))
        .agent(q.with.id("agent")?)
        .batches(q.with.number::<u32>("batches")?)
        .batch_size(q.with.number::<u32>("batch_size")?)
        .pool(q.with.number::<u32>("pool")?)
        .seed(q.with.number::<u64>("seed")?)
        .alpha(q.with.decimal("alpha")?)
        .beta(q.with.decimal("beta")?);
    let state = q.ready(s)?;
    object(state.replay(&request))
}

fn evaluate(s: &mut Session, mut q: Question) -> Called {
    let configuration = q.with.text("configuration")?;
    let options = EvaluationOptions {
        agent: q.with.id("agent")?,
        resamples: q.with.number("resamples")?,
        seed: q.with.number("seed")?,
        least_effective: q.with.decimal("least_effective")?,
        warm_up: q.with.decimal("warm_up")?,
    };
    let state = q.ready(s)?;
    object(state.evaluate(&configuration, options))
}

fn safety_check(s: &mut Session, mut q: Question) -> Called {
    let (agent, variant, now_ns) = (q.with.id("agent")?, q.with.number("variant")?, q.with.number("now_ns")?);
    let state = q.ready(s)?;
    object(state.safety_check_at(agent, variant, now_ns))
}

fn variant_block(s: &mut Session, mut q: Question) -> Called {
    let (agent, variant) = (q.with.id("agent")?, q.with.number("variant")?);
    let state = q.ready(s)?;
    nothing(state.variant_block(agent, variant))
}

fn variant_unblock(s: &mut Session, mut q: Question) -> Called {
    let (agent, variant) = (q.with.id("agent")?, q.with.number("variant")?);
    let state = q.ready(s)?;
    nothing(state.variant_unblock(agent, variant))
}

fn stage_of(mut with: Input) -> Outcome<Stage> {
    let stage = Stage::new(Mode(with.number("mode")?), with.number("share_basis_points")?)
        .minimum_samples(with.number("minimum_samples")?)
        .minimum_ns(with.number("minimum_ns")?)
        .margin(with.decimal("margin")?)
        .maximum_drop(with.decimal("maximum_drop")?);
    with.finish()?;
    Ok(stage)
}

fn rollout_start(s: &mut Session, mut q: Question) -> Called {
    let name = q.with.text("name")?;
    let plan = Plan::new(q.with.id("agent")?, q.with.number("treatment")?)
        .now_ns(q.with.number("now_ns")?)
        .stages(&inputs(&q.with.list("stages")?, stage_of)?);
    let state = q.ready(s)?;
    answer(state.rollout_start(&name, &plan), |id| json!({ "id": id.raw() }))
}

fn rollout_gate(s: &mut Session, mut q: Question) -> Called {
    let (agent, unit_key) = (q.with.id("agent")?, q.with.number("unit_key")?);
    let state = q.ready(s)?;
    object(state.rollout_gate(agent, unit_key))
}

fn rollout_command(s: &mut Session, mut q: Question) -> Called {
    let (rollout, command): (RolloutId, _) =
        (q.with.id("rollout")?, RolloutCommand(q.with.number("command")?));
    let now_ns = q.with.number("now_ns")?;
    let state = q.ready(s)?;
    nothing(state.rollout_command_at(rollout, command, now_ns))
}

fn rollout_status(s: &mut Session, mut q: Question) -> Called {
    let rollout = q.with.id("rollout")?;
    let state = q.ready(s)?;
    object(state.rollout_status(rollout))
}
