//! Lines of the functions' logs: readable for people, one object a line for programs. Nobody's terminal is steered,
//! and no line is broken: it can be searched.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::fit::printable;
use super::style::{Style, Tone};
use crate::engine::{LogLine, Origin};

/// Keys that are shown in a place of their own, or say nothing to a person.
const PLACED: [&str; 11] = [
    "level",
    "message",
    "target",
    "span",
    "requestId",
    "gatewayRequestId",
    "method",
    "route",
    "status",
    "milliseconds",
    "cause",
];
/// Characters of an invocation's id that tell it apart from its neighbours.
const SHORT: usize = 8;

/// Turns lines into text, in their order.
#[derive(Debug)]
pub struct LogPrinter {
    style: Style,
    day: Option<Date>,
    left_out: usize,
}

impl LogPrinter {
    /// Nothing is printed yet.
    pub fn new(style: Style) -> Self {
        Self {
            style,
            day: None,
            left_out: 0,
        }
    }

    /// The line as text that ends with a newline, below its date where a day begins. Empty for what Lambda says of
    /// invocations that went well, and for metrics.
    pub fn human(&mut self, line: &LogLine) -> String {
        let (level, tone, said) = match line.origin() {
            Origin::Metrics | Origin::Platform => {
                self.left_out += 1;
                return String::new();
            }
            Origin::Failure => ("FAILED", Tone::Failed, failure(line)),
            Origin::Function => self.of_function(line),
        };
        let utc = line.at.to_zoned(jiff::tz::TimeZone::UTC);
        let mut text = String::new();
        if self.day != Some(utc.date()) {
            self.day = Some(utc.date());
            let date = format!("{} UTC", utc.date());
            text = self.style.paint(Tone::Strong, &date) + "\n";
        }
        let request = line.request().map_or_else(String::new, |id| {
            let short = id.get(..SHORT).unwrap_or(&id);
            format!("  {}", self.style.paint(Tone::Quiet, &printable(short)))
        });
        text + &format!(
            "{}  {:6}  {}  {said}{request}\n",
            self.style.paint(Tone::Quiet, &time(line.at)),
            line.function.as_str(),
            self.style.paint(tone, &format!("{level:6}")),
        )
    }

    /// How many lines were left out.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    fn of_function(&self, line: &LogLine) -> (&'static str, Tone, String) {
        let Some(object) = &line.object else {
            return ("", Tone::Plain, printable(&line.text));
        };
        let text = |key: &str| object.get(key).map(shown);
        let (level, tone) = match object.get("level").and_then(Value::as_str) {
            Some("ERROR") => ("ERROR", Tone::Failed),
            Some("WARN") => ("WARN", Tone::Changed),
            Some("INFO") => ("INFO", Tone::Added),
            _ => ("", Tone::Plain),
        };
        let mut said = vec![text("message").unwrap_or_default()];
        if let (Some(method), Some(route), Some(status)) =
            (text("method"), text("route"), text("status"))
        {
            let took = text("milliseconds").map_or_else(String::new, |ms| format!(" in {ms} ms"));
            said.push(format!("{method} {route} {status}{took}"));
        }
        said.extend(text("cause"));
        // By name, whichever order the parser keeps.
        let more: BTreeMap<&String, &Value> = object
            .iter()
            .filter(|(key, _)| !PLACED.contains(&key.as_str()))
            .collect();
        said.extend(more.into_iter().map(|(key, value)| {
            let key = format!("{}=", printable(key));
            self.style.paint(Tone::Quiet, &key) + &shown(value)
        }));
        said.retain(|part| !part.is_empty());
        (level, tone, said.join("  "))
    }
}

/// The line as one JSON object and a newline: `at`, `function`, `id`, and `line`, which is an object where the line is
/// one and text where it is not.
pub fn log_json(line: &LogLine) -> String {
    let said = match &line.object {
        Some(object) => Value::Object(object.clone()),
        None => Value::String(line.text.clone()),
    };
    let whole = json!({
        "at": line.at,
        "function": line.function,
        "id": line.id,
        "line": said,
    });
    format!("{whole}\n")
}

/// What Lambda says of an invocation that failed.
fn failure(line: &LogLine) -> String {
    let record = line.object.as_ref().and_then(|object| object.get("record"));
    let Some(record) = record.and_then(Value::as_object) else {
        return printable(&line.text);
    };
    let text = |fields: &Map<String, Value>, key: &str| fields.get(key).map(shown);
    let mut said = vec!["invocation".to_owned()];
    said.extend(text(record, "status"));
    said.extend(text(record, "errorType"));
    let metrics = record.get("metrics").and_then(Value::as_object);
    if let Some(took) = metrics.and_then(|metrics| text(metrics, "durationMs")) {
        said.push(format!("after {took} ms"));
    }
    said.join(" ")
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => printable(text),
        other => printable(&other.to_string()),
    }
}

fn time(at: Timestamp) -> String {
    at.strftime("%H:%M:%S%.3f").to_string()
}

#[cfg(test)]
#[path = "logs_tests.rs"]
mod tests;
