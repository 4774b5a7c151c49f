//! Replays every transcript of tests/conformance through the surface that hosts use; its README says how.
#![recursion_limit = "256"] // a result of thirty fields is one `json!`

mod actions;
mod answers;
mod deciding;
mod input;
mod matching;
mod naming;
mod operating;
mod session;
mod words;

use std::path::{Path, PathBuf};

use serde_json::Value;

use session::Session;
use words::{read_json, Words};

/// Why a transcript failed.
type Failed = String;
type Outcome<T> = Result<T, Failed>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance")
}

fn transcripts() -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for header in std::fs::read_dir(folder().join("transcripts")).unwrap() {
        paths.extend(std::fs::read_dir(header.unwrap().path()).unwrap().map(|file| file.unwrap().path()));
    }
    paths.sort();
    paths
}

fn play(session: &mut Session, words: &mut Words, transcript: &Value) -> Outcome<()> {
    for prelude in transcript["before"].as_array().into_iter().flatten() {
        let name = format!("preludes/{}.json", prelude.as_str().ok_or("a prelude without a name")?);
        play(session, words, &read_json(&folder().join(name))?)?;
    }
    for (number, step) in transcript["steps"].as_array().ok_or("no steps")?.iter().enumerate() {
        for i in 0..step["repeat"].as_u64().unwrap_or(1) {
            words.keep("i", i.into());
            play_step(session, words, step).map_err(|why| format!("step {}: {step}: {why}", number + 1))?;
        }
    }
    Ok(())
}

const KEYS_OF_A_STEP: &[&str] = &[
    "call", "do", "on", "code", "with", "expect", "capacity", "repeat", "keep", "path", "text", "from", "to",
    "at", "xor", "mode", "is",
];

fn play_step(session: &mut Session, words: &mut Words, step: &Value) -> Outcome<()> {
    let mut named = step.as_object().ok_or("a step that is no object")?.clone();
    if let Some(key) = named.keys().find(|key| !KEYS_OF_A_STEP.contains(&key.as_str())) {
        return Err(format!("a key of a step that is not known: {key}"));
    }
    let keep = named.remove("keep").unwrap_or_default();
    let step = words.resolve(&Value::Object(named))?;
    let answer = match step["do"].as_str() {
        Some(action) => actions::act(session, action, &step)?,
        None => called(session, &step)?,
    };
    if let Some(expected) = step.get("expect") {
        matching::difference(expected, &answer, "")?;
    }
    for (name, path) in keep.as_object().into_iter().flatten() {
        let kept = matching::at_path(&answer, path.as_str().ok_or("a path that is no text")?)?;
        words.keep(name, kept.clone());
    }
    Ok(())
}

fn called(session: &mut Session, step: &Value) -> Outcome<Value> {
    let call = step["call"].as_str().ok_or("a step that neither calls nor does anything")?;
    let (answer, given) = session.call(call, step)?;
    let expected = step["code"].as_i64().unwrap_or(0);
    if let Some(error) = &given {
        if error.text().is_empty() {
            return Err("an error without a text".to_owned());
        }
    }
    let code = given.as_ref().map_or(answer.code, |error| error.code().0);
    match i64::from(code) == expected {
        true => Ok(answer.value),
        false => Err(format!(
            "code {code}, expected {expected} {}",
            given.map_or_else(String::new, |e| e.to_string())
        )),
    }
}

#[test]
fn every_transcript_gives_the_recorded_answers() {
    let library = std::env::var_os("REMORA_LIBRARY").expect("REMORA_LIBRARY names the library under test");
    let ours: Vec<_> = std::env::vars_os().map(|(name, _)| name).collect();
    for name in ours.iter().filter(|name| name.to_string_lossy().starts_with("REMORA_")) {
        std::env::remove_var(name);
    }
    let library = remora::Library::load_from(library).unwrap();
    let constants = read_json(&folder().join("../../abi/baseline/v1.json")).unwrap()["constants"].clone();
    let paths = transcripts();
    assert!(paths.len() >= 60, "only {} transcripts were found", paths.len());
    let mut failures = Vec::new();
    for path in &paths {
        let mut session = Session::new(&library);
        let mut words = Words::new(constants.clone());
        let played = read_json(path).and_then(|transcript| play(&mut session, &mut words, &transcript));
        if let Err(why) = played {
            failures.push(format!("{}\n    {why}", path.display()));
        }
    }
    assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), paths.len(), failures.join("\n"));
    println!("{} transcripts", paths.len());
}
