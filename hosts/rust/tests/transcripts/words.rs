//! What stands for something else in a transcript: variables, constants, times, durations.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;

use crate::Outcome;

const SECOND: i64 = 1_000_000_000;
const START: i64 = 1_800_000_000 * SECOND;

pub fn read_json(path: &Path) -> Outcome<Value> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

pub struct Words {
    constants: Value,
    variables: HashMap<String, Value>,
}

impl Words {
    pub fn new(constants: Value) -> Self {
        Self { constants, variables: HashMap::new() }
    }

    pub fn keep(&mut self, name: &str, value: Value) {
        self.variables.insert(name.to_owned(), value);
    }

    pub fn resolve(&self, value: &Value) -> Outcome<Value> {
        match value {
            Value::String(text) => self.resolve_text(text),
            Value::Array(items) => items.iter().map(|item| self.resolve(item)).collect(),
            Value::Object(fields) => fields
                .iter()
                .map(|(key, item)| Ok((key.clone(), self.resolve(item)?)))
                .collect::<Outcome<_>>()
                .map(Value::Object),
            _ => Ok(value.clone()),
        }
    }

    fn resolve_text(&self, given: &str) -> Outcome<Value> {
        match given.strip_prefix('$') {
            Some(name) if !name.is_empty() && !name.starts_with('{') => return self.variable(name).cloned(),
            _ => (),
        }
        let text = self.with_variables(given)?;
        if text.starts_with("REMORA_") {
            return self.constant(&text);
        }
        if let Some(digits) = text.strip_prefix("0x") {
            return u64::from_str_radix(digits, 16)
                .map(Value::from)
                .map_err(|error| format!("{text}: {error}"));
        }
        match (text.strip_prefix('@'), text.strip_prefix('%')) {
            (Some(seconds), _) if !seconds.is_empty() => Ok((START + number(seconds)? * SECOND).into()),
            (_, Some(duration)) if !duration.is_empty() => Ok(nanoseconds(duration)?.into()),
            _ => Ok(text.into()),
        }
    }

    fn with_variables(&self, given: &str) -> Outcome<String> {
        let (mut text, mut rest) = (String::new(), given);
        while let Some((before, behind)) = rest.split_once("${") {
            let (name, after) =
                behind.split_once('}').ok_or_else(|| format!("no }} behind ${{ in {given}"))?;
            text.push_str(before);
            match self.variable(name)? {
                Value::String(value) => text.push_str(value),
                value => text.push_str(&value.to_string()),
            }
            rest = after;
        }
        text.push_str(rest);
        Ok(text)
    }

    fn constant(&self, names: &str) -> Outcome<Value> {
        let mut sum = 0;
        for name in names.split('|') {
            sum |= self.constants[name].as_i64().ok_or_else(|| format!("no constant is named {name}"))?;
        }
        Ok(sum.into())
    }

    fn variable(&self, name: &str) -> Outcome<&Value> {
        self.variables.get(name).ok_or_else(|| format!("nothing was kept as ${name}"))
    }
}

fn number(digits: &str) -> Outcome<i64> {
    digits.parse().map_err(|error| format!("{digits}: {error}"))
}

fn nanoseconds(text: &str) -> Outcome<i64> {
    match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(digits), _) => Ok(number(digits)? * SECOND / 1000),
        (_, Some(digits)) => Ok(number(digits)? * SECOND),
        _ => Err(format!("no duration: %{text}")),
    }
}
