//! A value as text: on one line, or as the lines by which it is compared with another.

use std::borrow::Cow;

use serde_json::Value;

use crate::render::fit::{columns, printable};

/// What the pieces of a long line end with, the coarsest first.
const ENDS: [&str; 6] = ["; ", ", ", ";", ",", " ", "/"];
/// So many pieces are worth being compared one by one.
const PIECES: usize = 4;

/// The value with the keys of its mappings sorted: their order means nothing and must not look like
/// a difference.
pub(super) fn sorted(value: &Value) -> Value {
    let mut value = value.clone();
    value.sort_all_objects();
    value
}

/// A value on one line: JSON, references in CloudFormation's short form.
pub(super) fn value_text(value: &Value) -> String {
    let text = match value {
        Value::Object(map) if map.len() == 1 => match map.iter().next() {
            Some((function, Value::String(target))) if function == "Ref" => {
                format!("!Ref {target}")
            }
            Some((function, Value::Array(parts))) if function == "Fn::GetAtt" => {
                let parts: Option<Vec<_>> = parts.iter().map(Value::as_str).collect();
                parts.map_or_else(
                    || value.to_string(),
                    |parts| format!("!GetAtt {}", parts.join(".")),
                )
            }
            _ => value.to_string(),
        },
        _ => value.to_string(),
    };
    printable(&text)
}

/// A value as lines, when it is one that has them: a text of several lines, a text that holds JSON, a list, a mapping.
pub(super) fn text_lines(value: &Value) -> Option<Vec<String>> {
    let text: Cow<'_, str> = match value {
        Value::String(text) => match inner_json(text) {
            Some(inner) => format!("{inner:#}").into(),
            None if text.contains('\n') => text.into(),
            None => return None,
        },
        // References stay on their one line.
        Value::Object(_) if value_text(value).starts_with('!') => return None,
        Value::Object(map) if map.len() == 1 => match map.get("Fn::Sub") {
            Some(text @ Value::String(_)) => return text_lines(text),
            _ => format!("{:#}", opened(value)).into(),
        },
        Value::Array(_) | Value::Object(_) => format!("{:#}", opened(value)).into(),
        Value::Number(_) | Value::Bool(_) | Value::Null => return None,
    };
    Some(text.lines().map(printable).collect())
}

/// Both values as lines, when both have them and the lines tell them apart; long lines that differ in more places than
/// `width` columns can show are taken to pieces.
pub(super) fn both_as_lines(
    before: &Value,
    after: &Value,
    width: usize,
) -> Option<(Vec<String>, Vec<String>)> {
    if let (Some(before), Some(after)) = (text_lines(before), text_lines(after)) {
        // JSON in a text can differ in its spaces alone.
        return (before != after).then_some((before, after));
    }
    let (before, after) = (one_line(before)?, one_line(after)?);
    if differing(before, after) <= width {
        return None;
    }
    let pieces = |end: &str| -> (Vec<String>, Vec<String>) {
        let pieces = |text: &str| text.split_inclusive(end).map(printable).collect();
        (pieces(before), pieces(after))
    };
    let mut all = ENDS.iter().map(|end| pieces(end));
    all.find(|(before, after)| before.len().min(after.len()) >= PIECES)
}

/// The JSON mapping or list that a text holds, in the order that means nothing.
fn inner_json(text: &str) -> Option<Value> {
    let is_candidate = text.trim_start().starts_with(['{', '[']);
    let value: Value = serde_json::from_str(text).ok().filter(|_| is_candidate)?;
    Some(opened(&sorted(&value)))
}

/// The value, where texts that hold JSON stand as what they hold.
fn opened(value: &Value) -> Value {
    match value {
        Value::String(text) => inner_json(text).unwrap_or_else(|| value.clone()),
        Value::Array(items) => items.iter().map(opened).collect(),
        Value::Object(map) => {
            let entries = map.iter();
            Value::Object(
                entries
                    .map(|(key, value)| (key.clone(), opened(value)))
                    .collect(),
            )
        }
        Value::Number(_) | Value::Bool(_) | Value::Null => value.clone(),
    }
}

/// A text of one line.
fn one_line(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Object(map) if map.len() == 1 => map.get("Fn::Sub")?.as_str(),
        _ => None,
    }
}

/// Columns between the first and the last place in which two texts differ.
fn differing(before: &str, after: &str) -> usize {
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| {
        pairs.take_while(|(left, right)| left == right).count()
    };
    let start = same(&mut before.chars().zip(after.chars()));
    let rest = |text: &str| text.chars().skip(start).collect::<String>();
    let (before, after) = (rest(before), rest(after));
    let end = same(&mut before.chars().rev().zip(after.chars().rev()));
    let middle = |text: &str| {
        let kept = text.chars().count() - end;
        columns(&text.chars().take(kept).collect::<String>())
    };
    middle(&before).max(middle(&after))
}
