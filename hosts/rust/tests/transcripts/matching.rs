//! Whether an answer is what a transcript expects.

use serde_json::{Map, Value};

use crate::Outcome;

const TOLERANCE: f64 = 1e-6;

/// Fails with what differs.
pub fn difference(expected: &Value, answer: &Value, place: &str) -> Outcome<()> {
    match expected {
        Value::Array(items) => {
            let answered = answer.as_array().filter(|answered| answered.len() == items.len());
            let answered = answered.ok_or_else(|| differs(place, expected, answer))?;
            items
                .iter()
                .zip(answered)
                .enumerate()
                .try_for_each(|(i, (item, given))| difference(item, given, &format!("{place}.{i}")))
        }
        Value::Object(fields) => match special(fields, answer, place)? {
            Some(true) => Ok(()),
            Some(false) => Err(differs(place, expected, answer)),
            None => fields.iter().try_for_each(|(key, value)| {
                let given = answer.get(key).ok_or_else(|| format!("{place} has no {key}: {answer}"))?;
                difference(value, given, &format!("{place}.{key}"))
            }),
        },
        _ if same(expected, answer) => Ok(()),
        _ => Err(differs(place, expected, answer)),
    }
}

pub fn at_path<'a>(answer: &'a Value, path: &str) -> Outcome<&'a Value> {
    path.split('.').try_fold(answer, |part, key| {
        let found = match key.parse::<usize>() {
            Ok(place) if part.is_array() => part.get(place),
            _ => part.get(key),
        };
        found.ok_or_else(|| format!("no {path} in {answer}"))
    })
}

fn differs(place: &str, expected: &Value, answer: &Value) -> String {
    format!("the answer's {place} is {answer}, expected {expected}")
}

fn same(expected: &Value, answer: &Value) -> bool {
    match (expected.as_f64(), answer.as_f64()) {
        (Some(a), Some(b)) if expected.is_f64() || answer.is_f64() => (a - b).abs() <= TOLERANCE,
        _ => expected == answer,
    }
}

/// Whether the answer is as the object of one special key says; none when it has no such key.
fn special(e: &Map<String, Value>, answer: &Value, place: &str) -> Outcome<Option<bool>> {
    let has = |key: &str| e.get(key);
    let given = || number(answer, place);
    if let Some(near) = has("near") {
        return Ok(Some((given()? - number(near, place)?).abs() <= number(&e["within"], place)?));
    }
    if let Some(least) = has("at_least") {
        return Ok(Some(given()? >= number(least, place)?));
    }
    if let Some(most) = has("at_most") {
        return Ok(Some(given()? <= number(most, place)?));
    }
    if let Some(other) = has("not") {
        return Ok(Some(difference(other, answer, place).is_err()));
    }
    if let Some(flags) = has("has").and_then(Value::as_u64) {
        return Ok(Some(bits(answer, place)? & flags == flags));
    }
    if let Some(flags) = has("lacks").and_then(Value::as_u64) {
        return Ok(Some(bits(answer, place)? & flags == 0));
    }
    if let Some(part) = has("contains").and_then(Value::as_str) {
        return Ok(Some(answer.as_str().map_or(false, |text| text.contains(part))));
    }
    if let Some(choices) = has("one_of").and_then(Value::as_array) {
        return Ok(Some(choices.iter().any(|choice| difference(choice, answer, place).is_ok())));
    }
    if let Some(length) = has("length").and_then(Value::as_u64) {
        let given = answer.as_str().map(str::len).or_else(|| answer.as_array().map(Vec::len));
        return Ok(Some(given == Some(length as usize)));
    }
    if let Some(item) = has("some") {
        return Ok(Some(matching(item, answer, place)? > 0));
    }
    if let Some(item) = has("each") {
        return Ok(Some(Some(matching(item, answer, place)?) == answer.as_array().map(Vec::len)));
    }
    Ok(None)
}

fn number(value: &Value, place: &str) -> Outcome<f64> {
    value.as_f64().ok_or_else(|| format!("{place} is no number: {value}"))
}

fn bits(value: &Value, place: &str) -> Outcome<u64> {
    value.as_u64().ok_or_else(|| format!("{place} has no bits: {value}"))
}

/// How many items of an array match.
fn matching(expected: &Value, array: &Value, place: &str) -> Outcome<usize> {
    let items = array.as_array().ok_or_else(|| format!("{place} is no array: {array}"))?;
    Ok(items.iter().filter(|item| difference(expected, item, place).is_ok()).count())
}
