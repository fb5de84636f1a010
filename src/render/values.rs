//! One property's change as lines: `path: before → after`, or a line diff where that is too long.

mod texts;

use serde_json::Value;
use similar::{DiffOp, TextDiff};

use super::fit::{around_difference, columns, printable, shorten};
use super::style::{Style, Tone};
use crate::plan::PropertyChange;
use texts::{both_as_lines, sorted, text_lines, value_text};

/// Unchanged lines shown around a difference.
const CONTEXT_LINES: usize = 2;

/// The lines of one change, each beginning with `indent` spaces.
pub(super) fn change_lines(change: &PropertyChange, indent: usize, style: Style) -> Vec<String> {
    let width = style.columns() - indent;
    let margin = " ".repeat(indent);
    let path = shorten(&printable(path(&change.path)), width - 1);
    let is_long = columns(&path) > width / 2;
    let alone = |tone: Tone, value: &Value, word: &str| {
        let value = value_text(value);
        let beside = columns(&path) + columns(word) + 5;
        if is_long && beside + columns(&value) > width {
            let value = shorten(&value, width.saturating_sub(columns(word) + 5));
            let value = style.paint(tone, &value);
            return vec![
                format!("{margin}{path}:"),
                format!("{margin}  {value} ({word})"),
            ];
        }
        let value = shorten(&value, width.saturating_sub(beside));
        vec![format!(
            "{margin}{path}: {} ({word})",
            style.paint(tone, &value)
        )]
    };
    let (before, after) = match (&change.before, &change.after) {
        (Some(before), Some(after)) => (&sorted(before), &sorted(after)),
        (None, Some(after)) => return alone(Tone::Added, after, "added"),
        (Some(before), None) => return alone(Tone::Removed, before, "removed"),
        (None, None) => return vec![format!("{margin}{path}")],
    };
    let (old, new) = (value_text(before), value_text(after));
    if columns(&path) + columns(&old) + columns(&new) + 5 <= width {
        let (old, new) = (
            style.paint(Tone::Removed, &old),
            style.paint(Tone::Added, &new),
        );
        return vec![format!("{margin}{path}: {old} → {new}")];
    }
    let mut lines = vec![format!("{margin}{path}:")];
    let inner = width.saturating_sub(4);
    if is_long && columns(&old) + columns(&new) + 3 <= inner {
        let (old, new) = (
            style.paint(Tone::Removed, &old),
            style.paint(Tone::Added, &new),
        );
        lines.push(format!("{margin}  {old} → {new}"));
        return lines;
    }
    let diff = if let Some((before, after)) = both_as_lines(before, after, inner) {
        line_diff(&before, &after, inner)
    } else {
        let (old, new) = around_difference(&old, &new, inner);
        vec![Line::Removed(old), Line::Added(new)]
    };
    lines.extend(
        diff.into_iter()
            .map(|line| format!("{margin}  {}", line.paint(style))),
    );
    lines
}

/// The same, but what is added or goes is shown whole, a line a value, where one line would cut it off.
pub(super) fn whole_change_lines(
    change: &PropertyChange,
    indent: usize,
    style: Style,
) -> Vec<String> {
    let (value, tone, sign) = match (&change.before, &change.after) {
        (None, Some(after)) => (sorted(after), Tone::Added, '+'),
        (Some(before), None) => (sorted(before), Tone::Removed, '-'),
        (Some(_), Some(_)) | (None, None) => return change_lines(change, indent, style),
    };
    let room = style.columns() - indent;
    if columns(&printable(path(&change.path))) + columns(&value_text(&value)) + 12 <= room {
        return change_lines(change, indent, style);
    }
    let lines = text_lines(&value).unwrap_or_else(|| vec![value_text(&value)]);
    let margin = " ".repeat(indent);
    let shown = lines.iter().map(|line| {
        let line = shorten(line, room.saturating_sub(4));
        format!("{margin}  {}", style.paint(tone, &format!("{sign} {line}")))
    });
    std::iter::once(format!("{margin}{}:", printable(path(&change.path))))
        .chain(shown)
        .collect()
}

/// `Properties.` is where nearly every change of a resource is; saying it each time helps nobody.
fn path(path: &str) -> &str {
    path.strip_prefix("Properties.").unwrap_or(path)
}

/// One line of a diff.
enum Line {
    Same(String),
    Removed(String),
    Added(String),
    Skipped,
}

impl Line {
    fn paint(self, style: Style) -> String {
        match self {
            Self::Same(text) => style.paint(Tone::Quiet, format!("  {text}").trim_end()),
            Self::Removed(text) => style.paint(Tone::Removed, format!("- {text}").trim_end()),
            Self::Added(text) => style.paint(Tone::Added, format!("+ {text}").trim_end()),
            Self::Skipped => style.paint(Tone::Quiet, "  …"),
        }
    }
}

fn line_diff(before: &[String], after: &[String], width: usize) -> Vec<Line> {
    let (old, new): (Vec<&str>, Vec<&str>) = (
        before.iter().map(String::as_str).collect(),
        after.iter().map(String::as_str).collect(),
    );
    let diff = TextDiff::from_slices(&old, &new);
    let mut lines = Vec::new();
    let mut shown_to = 0;
    for group in diff.grouped_ops(CONTEXT_LINES) {
        if group
            .first()
            .is_some_and(|op| op.old_range().start > shown_to)
        {
            lines.push(Line::Skipped);
        }
        for op in group {
            shown_to = op.old_range().end;
            lines.extend(op_lines(&op, &old, &new, width));
        }
    }
    if shown_to < old.len() {
        lines.push(Line::Skipped);
    }
    lines
}

/// Lines of one operation; replaced lines are cut in pairs, so that where a long line differs is
/// seen.
fn op_lines(op: &DiffOp, old: &[&str], new: &[&str], width: usize) -> Vec<Line> {
    let (old, new) = (&old[op.old_range()], &new[op.new_range()]);
    if matches!(op, DiffOp::Equal { .. }) {
        return old
            .iter()
            .map(|line| Line::Same(shorten(line, width)))
            .collect();
    }
    let pairs = old
        .iter()
        .zip(new)
        .map(|(before, after)| around_difference(before, after, width));
    let (mut removed, mut added): (Vec<_>, Vec<_>) = pairs.unzip();
    let paired = removed.len();
    removed.extend(old[paired..].iter().map(|line| shorten(line, width)));
    added.extend(new[paired..].iter().map(|line| shorten(line, width)));
    removed
        .into_iter()
        .map(Line::Removed)
        .chain(added.into_iter().map(Line::Added))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(path: &str, before: Option<Value>, after: Option<Value>) -> String {
        let lines = change_lines(
            &PropertyChange {
                path: path.into(),
                before,
                after,
            },
            4,
            Style::default(),
        );
        for line in &lines {
            assert!(columns(line) <= 80, "{line}");
        }
        lines.join("\n")
    }

    #[test]
    fn short_values_stand_on_one_line() {
        insta::assert_snapshot!(
            [
                shown("Properties.MemorySize", Some(json!(128)), Some(json!(256))),
                shown(
                    "Properties.Environment.Variables.QDN_PACKAGE",
                    Some(json!("a")),
                    Some(json!("b"))
                ),
                shown("Properties.Tags.owner", None, Some(json!("ops"))),
                shown("DeletionPolicy", Some(json!("Retain")), None),
                shown(
                    "Properties.Role",
                    Some(json!({"Fn::GetAtt": ["Old", "Arn"]})),
                    Some(json!({"Ref": "New"}))
                ),
                shown("Properties.Enabled", Some(json!(true)), Some(json!(false))),
            ]
            .join("\n")
        );
    }

    #[test]
    fn long_values_stand_below_each_other_cut_where_they_differ() {
        let key = |digit: &str| json!(format!("functions/api/{}.zip", digit.repeat(64)));
        let middle = |word: &str| {
            json!(format!(
                "{}{word}{}",
                "the same beginning ".repeat(5),
                " the same end".repeat(5)
            ))
        };
        insta::assert_snapshot!(
            [
                shown("Properties.Code.S3Key", Some(key("a")), Some(key("b"))),
                shown(
                    "Properties.Description",
                    Some(middle("one")),
                    Some(middle("two"))
                ),
                shown("Properties.Description", None, Some(middle("one"))),
            ]
            .join("\n")
        );
    }

    #[test]
    fn code_and_policies_are_line_diffs() {
        let code = |status: &str| {
            let before = (1..=9).map(|line| format!("    // line {line}"));
            let status = format!("\treturn {status};");
            let after = ["    // a", "    // b", "    // c", "}\n"].map(str::to_owned);
            json!(
                before
                    .chain([status])
                    .chain(after)
                    .collect::<Vec<_>>()
                    .join("\n")
            )
        };
        let policy =
            |actions: Value| json!({"Statement": [{"Effect": "Allow", "Action": actions}]});
        insta::assert_snapshot!(
            [
                shown(
                    "Properties.FunctionCode",
                    Some(code("404")),
                    Some(code("503"))
                ),
                shown(
                    "Properties.Policies.0.PolicyDocument",
                    Some(policy(json!(["logs:CreateLogStream", "logs:PutLogEvents"]))),
                    Some(policy(json!(["logs:PutLogEvents", "s3:GetObject"]))),
                ),
            ]
            .join("\n")
        );
    }

    #[test]
    fn json_inside_a_text_is_compared_as_json() {
        let policy = |action: &str| {
            let resource = "arn:aws:s3:::qdn-staging-site/*";
            let statement = json!({"Effect": "Allow", "Action": action, "Resource": resource});
            json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
        };
        let body = |value: i32| json!({"Fn::Sub": json!({"widgets": [{"height": value, "width": 6, "title": "Text messages of ${AWS::StackName}"}]}).to_string()});
        let nested = |action: &str| json!({"Policies": [{"PolicyText": policy(action)}]});
        insta::assert_snapshot!(
            [
                shown(
                    "Properties.PolicyText",
                    Some(json!(policy("s3:Get*"))),
                    Some(json!(policy("s3:GetObject")))
                ),
                shown("Properties.DashboardBody", Some(body(6)), Some(body(8))),
                shown(
                    "Properties.Document",
                    Some(nested("s3:Get*")),
                    Some(nested("s3:GetObject"))
                ),
            ]
            .join("\n")
        );
        let compact = policy("s3:GetObject");
        let spaced = compact.replace(',', ", ");
        let text = shown(
            "Properties.PolicyText",
            Some(json!(compact)),
            Some(json!(spaced)),
        );
        assert!(text.contains("- ") && text.contains("+ "), "{text}");
    }

    #[test]
    fn a_long_line_that_differs_in_several_places_is_compared_piece_by_piece() {
        let policy = |scripts: &str, images: &str| {
            json!(format!(
                "default-src 'none'; script-src {scripts}; style-src 'self'; connect-src 'self'; \
                 font-src 'self'; base-uri 'none'; form-action 'none'; img-src {images}"
            ))
        };
        insta::assert_snapshot!(shown(
            "Properties.ContentSecurityPolicy",
            Some(policy("'self'", "'self'")),
            Some(policy("'self' 'sha256-abc='", "'self' data:")),
        ));
    }

    #[test]
    fn a_long_line_inside_a_text_is_cut_where_it_differs() {
        let text = |word: &str| {
            json!(format!(
                "first\n{}{word}{}\n",
                "x".repeat(90),
                "y".repeat(90)
            ))
        };
        insta::assert_snapshot!(shown(
            "Properties.Text",
            Some(text("one")),
            Some(text("two"))
        ));
    }

    #[test]
    fn the_order_of_keys_is_no_difference() {
        let filler = "x".repeat(60);
        let before: Value = serde_json::from_str(&format!(
            r#"{{"b": "{filler}", "a": 1, "c": [{{"e": 1, "d": 2}}]}}"#
        ))
        .unwrap();
        let after: Value = serde_json::from_str(&format!(
            r#"{{"c": [{{"d": 2, "e": 3}}], "a": 1, "b": "{filler}"}}"#
        ))
        .unwrap();
        let text = shown("Properties.Config", Some(before), Some(after));
        let differing: Vec<_> = text
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with(['-', '+']))
            .collect();
        assert_eq!(differing, [r#"-       "e": 1"#, r#"+       "e": 3"#]);
    }

    #[test]
    fn control_characters_are_spelled_out() {
        let text = shown(
            "Tags.a",
            Some(json!("a\u{1b}[31m")),
            Some(json!("\u{9b}b\u{202e}")),
        );
        assert!(!text.chars().any(char::is_control), "{text:?}");
        assert!(text.contains("\\u001b[31m"), "{text}");
    }
}
