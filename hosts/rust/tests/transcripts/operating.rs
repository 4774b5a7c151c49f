//! Calls of snapshot.h, operate.h and observe.h.

use std::sync::Arc;

use remora::{Control, Event, EventKind, LogLevel, Mode, QCell, Severity, SnapshotInfo};
use serde_json::{json, Value};

use crate::answers::plain_list;
use crate::input::Input;
use crate::session::{answer, nothing, object, text, Called, Question, Session};
use crate::Outcome;

/// The answer; the question again when the function belongs elsewhere.
pub fn call<'a>(s: &mut Session, name: &str, question: Question<'a>) -> Result<Called, Question<'a>> {
    let function = match name {
        "snapshot" => snapshot,
        "snapshot_verify" => snapshot_verify,
        "snapshot_list" => snapshot_list,
        "snapshot_path" => snapshot_path,
        "restore" => restore,
        "tick" => tick,
        "control_set" => control_set,
        "control_get" => control_get,
        "configure" => configure,
        "q_cells" => q_cells,
        "events" => events,
        "event_text" => event_text,
        "stats_get" => stats_get,
        "metrics_text" => metrics_text,
        "log_drain" => log_drain,
        "log_callback" => log_callback,
        _ => return Err(question),
    };
    Ok(function(s, question))
}

fn snapshot(s: &mut Session, q: Question) -> Called {
    let state = q.ready(s)?;
    object(state.snapshot())
}

fn snapshot_verify(s: &mut Session, mut q: Question) -> Called {
    let path = q.with.text("path")?;
    let state = q.ready(s)?;
    object(state.snapshot_verify(path))
}

fn snapshot_list(s: &mut Session, mut q: Question) -> Called {
    let mut infos = vec![SnapshotInfo::default(); q.with.number_or("capacity", 10)?];
    let state = q.ready(s)?;
    let listed = state.snapshot_list_into(&mut infos);
    answer(listed, |count| json!({ "count": count, "infos": plain_list(&infos[..count.min(infos.len())]) }))
}

fn snapshot_path(s: &mut Session, mut q: Question) -> Called {
    let sequence = q.with.number("sequence")?;
    let state = q.ready(s)?;
    answer(state.snapshot_path(sequence), |path| json!({ "text": path }))
}

fn restore(s: &mut Session, mut q: Question) -> Called {
    let path = q.with.text("path")?;
    let state = q.ready(s)?;
    object(state.restore(path))
}

fn tick(s: &mut Session, mut q: Question) -> Called {
    let (now_ns, budget) = (q.with.number("now_ns")?, q.with.duration("budget_ns")?);
    let state = q.ready(s)?;
    object(state.tick_at(now_ns, budget))
}

fn control_set(s: &mut Session, mut q: Question) -> Called {
    let control = Control::normal()
        .enabled(q.with.truth("enabled")?)
        .learning(q.with.truth("learning")?)
        .mode(Mode(q.with.number("mode")?));
    let state = q.ready(s)?;
    nothing(state.control_set(&control))
}

fn control_get(s: &mut Session, q: Question) -> Called {
    let state = q.ready(s)?;
    object(state.control_get())
}

fn configure(s: &mut Session, mut q: Question) -> Called {
    let text = q.with.text("text")?;
    let state = q.ready(s)?;
    nothing(state.configure(&text))
}

fn q_cells(s: &mut Session, mut q: Question) -> Called {
    let mut cells = vec![QCell::default(); q.with.number_or("capacity", 10)?];
    let mut cursor = q.with.number("cursor")?;
    let state = q.ready(s)?;
    let listed = state.q_cells_into(&mut cursor, &mut cells);
    answer(listed, |count| json!({ "count": count, "cursor": cursor, "cells": plain_list(&cells[..count]) }))
}

fn events(s: &mut Session, mut q: Question) -> Called {
    let mut events = vec![Event::default(); q.with.number_or("capacity", 10)?];
    let mut cursor = q.with.number("cursor")?;
    let state = q.ready(s)?;
    let listed = state.events_into(&mut cursor, &mut events);
    answer(
        listed,
        |count| json!({ "count": count, "cursor": cursor, "events": plain_list(&events[..count]) }),
    )
}

fn event_of(mut with: Input) -> Outcome<Event> {
    let mut event = Event::default();
    event.kind = EventKind(with.number("kind")?);
    event.sequence = with.number("sequence")?;
    event.time_ns = with.number("time_ns")?;
    event.severity = Severity(with.number("severity")?);
    event.agent = with.id("agent")?;
    event.variant = with.number("variant")?;
    event.rollout = with.id("rollout")?;
    event.stage = with.number("stage")?;
    event.reason = with.number("reason")?;
    event.value = with.decimal("value")?;
    event.threshold = with.decimal("threshold")?;
    for (place, value) in event.detail.iter_mut().zip(with.list("detail")?) {
        *place = value.as_u64().ok_or_else(|| format!("no detail: {value}"))?;
    }
    with.finish()?;
    Ok(event)
}

fn event_text(s: &mut Session, mut q: Question) -> Called {
    let event = event_of(Input::new(q.with.take("event").as_ref())?)?;
    let room = q.capacity;
    let state = q.ready(s)?;
    let f = state.functions();
    text(room, || state.event_text(&event), &|buffer, capacity, needed| unsafe {
        (f.event_text)(state.raw_handle(), &event, buffer, capacity, needed, std::ptr::null_mut())
    })
}

fn stats_get(s: &mut Session, q: Question) -> Called {
    let state = q.ready(s)?;
    object(state.stats_get())
}

fn metrics_text(s: &mut Session, q: Question) -> Called {
    let room = q.capacity;
    let state = q.ready(s)?;
    let f = state.functions();
    text(room, || state.metrics_text(), &|buffer, capacity, needed| unsafe {
        (f.metrics_text)(state.raw_handle(), buffer, capacity, needed, std::ptr::null_mut())
    })
}

fn log_drain(s: &mut Session, mut q: Question) -> Called {
    let capacity = q.with.number_or("capacity", 16384)?;
    let state = q.ready(s)?;
    answer(state.log_drain(capacity), |text| json!({ "text": text }))
}

fn log_callback(s: &mut Session, mut q: Question) -> Called {
    let (level, off) = (LogLevel(q.with.number("level")?), q.with.truth("off")?);
    let state = q.ready(s)?;
    if off {
        return nothing(state.log_callback_off());
    }
    let log = Arc::clone(&s.log);
    nothing(state.log_callback(level, move |_level, line| log.lock().unwrap().push(line.to_owned())))
}

/// What log_callback has gathered; forgets it.
pub fn gathered_log(s: &Session) -> Value {
    let lines = std::mem::take(&mut *s.log.lock().unwrap());
    json!({ "count": lines.len(), "text": lines.iter().map(|line| format!("{line}\n")).collect::<String>() })
}
