//! A document as text: one layout, so that the same document is the same bytes and a change is a small diff.

use qdn_shared::maintenance::MaintenanceDocument;

/// JSON with two spaces a level, fields in the schema's order. Lists of plain values and periods stand on one line.
pub(super) fn laid_out(document: &MaintenanceDocument) -> String {
    let pretty = serde_json::to_string_pretty(document);
    let pretty = pretty.expect("a document is texts, numbers and dates");
    let lines: Vec<&str> = pretty.lines().collect();
    let mut text = String::new();
    let mut at = 0;
    while at < lines.len() {
        if let Some((line, taken)) = on_one_line(&lines[at..]) {
            text.push_str(&line);
            at += taken;
        } else {
            text.push_str(lines[at]);
            at += 1;
        }
        text.push('\n');
    }
    text
}

/// The list or period that the first line opens as one line, and how many lines it was. A text is never a line's end
/// alone: a quote or a comma follows.
fn on_one_line(lines: &[&str]) -> Option<(String, usize)> {
    let first = lines.first()?;
    let closing = match first.chars().last()? {
        '[' => ']',
        '{' => '}',
        _ => return None,
    };
    let inside = lines[1..]
        .iter()
        .position(|line| line.trim_start().starts_with(closing))?;
    let (parts, end) = (&lines[1..=inside], lines[inside + 1].trim_start());
    if parts.iter().any(|part| part.ends_with(['[', '{'])) {
        return None;
    }
    let parts: Vec<&str> = parts.iter().map(|part| part.trim_start()).collect();
    let joined = parts.join(" ");
    let is_period = || matches!(&parts[..], [value, unit] if value.starts_with("\"value\":") && unit.starts_with("\"unit\":"));
    match closing {
        ']' => Some((format!("{first}{joined}{end}"), inside + 2)),
        _ if is_period() => Some((format!("{first} {joined} {end}"), inside + 2)),
        _ => None,
    }
}
