//! The input of one call: each key is taken once, and none may be left.

use std::str::FromStr;
use std::time::Duration;

use remora::{Id, LabelId};
use serde_json::{Map, Value};

use crate::Outcome;

#[derive(Default)]
pub struct Input(Map<String, Value>);

impl Input {
    pub fn new(with: Option<&Value>) -> Outcome<Self> {
        match with {
            None => Ok(Self(Map::new())),
            Some(Value::Object(fields)) => Ok(Self(fields.clone())),
            Some(other) => Err(format!("no input: {other}")),
        }
    }

    pub fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    pub fn take(&mut self, key: &str) -> Option<Value> {
        self.0.remove(key)
    }

    /// A whole number of any width; 0 when it is absent.
    pub fn number<N: FromStr + Default>(&mut self, key: &str) -> Outcome<N> {
        self.number_or(key, N::default())
    }

    pub fn number_or<N: FromStr>(&mut self, key: &str, otherwise: N) -> Outcome<N> {
        match self.take(key) {
            None => Ok(otherwise),
            Some(value) => value.to_string().parse().map_err(|_| format!("{key} is no such number: {value}")),
        }
    }

    pub fn decimal(&mut self, key: &str) -> Outcome<f64> {
        let value = self.take(key).unwrap_or_else(|| 0.0.into());
        value.as_f64().ok_or_else(|| format!("{key} is no number: {value}"))
    }

    /// True for true and for any number but 0.
    pub fn truth(&mut self, key: &str) -> Outcome<bool> {
        match self.take(key) {
            None => Ok(false),
            Some(Value::Bool(truth)) => Ok(truth),
            Some(value) => {
                value.as_u64().map(|number| number != 0).ok_or_else(|| format!("{key} is no truth: {value}"))
            }
        }
    }

    pub fn duration(&mut self, key: &str) -> Outcome<Duration> {
        Ok(Duration::from_nanos(self.number(key)?))
    }

    pub fn id<I: Id>(&mut self, key: &str) -> Outcome<I> {
        Ok(I::from_raw(self.number(key)?))
    }

    /// A text; empty when it is absent.
    pub fn text(&mut self, key: &str) -> Outcome<String> {
        match self.take(key) {
            None => Ok(String::new()),
            Some(Value::String(text)) => Ok(text),
            Some(other) => Err(format!("{key} is no text: {other}")),
        }
    }

    pub fn list(&mut self, key: &str) -> Outcome<Vec<Value>> {
        match self.take(key) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => Ok(items),
            Some(other) => Err(format!("{key} is no list: {other}")),
        }
    }

    pub fn texts(&mut self, key: &str) -> Outcome<Vec<String>> {
        let items = self.list(key)?;
        items
            .iter()
            .map(|item| item.as_str().map(str::to_owned).ok_or_else(|| format!("no text: {item}")))
            .collect()
    }

    pub fn labels(&mut self, key: &str) -> Outcome<Vec<LabelId>> {
        self.list(key)?.iter().map(|item| Ok(LabelId::from_raw(raw_id(item)?))).collect()
    }

    /// Fails when something was given that nobody asked for.
    pub fn finish(self) -> Outcome<()> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(key) => Err(format!("an input that is not known: {key}")),
        }
    }
}

pub fn raw_id(value: &Value) -> Outcome<u32> {
    value.as_u64().and_then(|number| u32::try_from(number).ok()).ok_or_else(|| format!("no id: {value}"))
}

pub fn borrowed(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}
