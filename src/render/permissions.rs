//! IAM policies, for people and for programs. Each comes with its name, as IAM takes it.

use serde_json::{Value, json};

use super::fit::wrap;
use super::hanging::hanging;
use super::numbers::whole;
use super::style::{Style, Tone};
use crate::permissions::LIMIT;

/// Policies as text that ends with a newline: what is allowed on what, and only when.
pub fn permissions_human(policies: &[(String, Value)], style: Style) -> String {
    let mut lines = Vec::new();
    for (name, document) in policies {
        let length = document.to_string().len();
        let head = format!("{name}: {} of {} characters", whole(length), whole(LIMIT));
        lines.push(style.paint(Tone::Strong, &head));
        let statements = document["Statement"].as_array();
        for statement in statements.into_iter().flatten() {
            lines.extend(statement_lines(statement, style));
        }
        lines.push(String::new());
    }
    if policies.len() > 1 {
        let said = format!(
            "IAM lets a policy have {} characters, so these are several: attach all of them.",
            whole(LIMIT)
        );
        lines.extend(wrap(&said, style.columns()));
        lines.push(String::new());
    }
    lines.join("\n")
}

/// The same for programs: `[{"name": …, "document": …}]`.
pub fn permissions_json(policies: &[(String, Value)]) -> String {
    let policies: Value = policies
        .iter()
        .map(|(name, document)| json!({"name": name, "document": document}))
        .collect();
    let mut text = format!("{policies:#}");
    text.push('\n');
    text
}

fn statement_lines(statement: &Value, style: Style) -> Vec<String> {
    let actions = texts(&statement["Action"]).join(", ");
    let wrapped = wrap(&actions, style.columns() - 4);
    let mut lines: Vec<String> = vec![format!(
        "  {}",
        style.paint(Tone::Added, statement["Sid"].as_str().unwrap_or_default())
    )];
    lines.extend(wrapped.into_iter().map(|line| format!("    {line}")));
    // Names are never broken: they are copied.
    let resources = texts(&statement["Resource"]).into_iter();
    lines.extend(resources.map(|name| format!("    on {name}")));
    let conditions = statement["Condition"].as_object().into_iter().flatten();
    for (operator, keys) in conditions {
        for (key, value) in keys.as_object().into_iter().flatten() {
            let values = texts(value).join(" or ");
            let text = format!("{key} {operator} {values}");
            lines.extend(hanging("    when ", Tone::Plain, &text, style));
        }
    }
    lines
}

/// One text, or each of a list.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        value => value.as_str().into_iter().collect(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::render) fn sample() -> Vec<(String, Value)> {
        let table = "arn:aws:dynamodb:us-east-1:111111111111:table/qdn-data";
        let read = json!({"Sid": "Table", "Effect": "Allow", "Action": ["dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:ListTagsOfResource"], "Resource": [table]});
        let make = json!({
            "Sid": "BoundedRoles", "Effect": "Allow", "Action": ["iam:CreateRole"],
            "Resource": ["arn:aws:iam::111111111111:role/qdn-ApiRole-*"],
            "Condition": {"StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::111111111111:policy/qdn-boundary"}},
        });
        let document = |statement| json!({"Version": "2012-10-17", "Statement": [statement]});
        vec![
            ("qdn-apply-1".to_owned(), document(read)),
            ("qdn-apply-2".to_owned(), document(make)),
        ]
    }

    #[test]
    fn people_read_what_is_allowed_on_what() {
        insta::assert_snapshot!(permissions_human(&sample(), Style::default()));
    }

    #[test]
    fn programs_read_documents_as_iam_takes_them() {
        let read: Value = serde_json::from_str(&permissions_json(&sample())).unwrap();
        assert_eq!(read[1]["name"], "qdn-apply-2");
        assert_eq!(read[1]["document"]["Version"], "2012-10-17");
    }
}
