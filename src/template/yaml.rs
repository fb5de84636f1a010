//! Writes a document as YAML that every reader understands alike. Crates write YAML 1.2, but CloudFormation and
//! its tools read YAML 1.1, where an unquoted `OFF` is false, `12:30` a number and `2012-10-17` a day.

use serde_yaml::Value;

/// The document in block style, with a newline at the end.
pub(super) fn write(document: &Value) -> String {
    let mut out = String::new();
    node(&mut out, document, 0);
    out.push('\n');
    out
}

/// Writes a value whose first line has been begun at column `indent`, without a newline at its end.
fn node(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Mapping(entries) if !entries.is_empty() => {
            for (index, (key, value)) in entries.iter().enumerate() {
                begin_line(out, index, indent);
                self::key(out, key);
                out.push(':');
                nested(out, value, indent);
            }
        }
        Value::Sequence(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                begin_line(out, index, indent);
                out.push_str("- ");
                node(out, item, indent + 2);
            }
        }
        other => scalar(out, other, indent),
    }
}

fn key(out: &mut String, key: &Value) {
    match key {
        Value::String(text) if !is_plain(text) => quoted(out, text),
        other => scalar(out, other, 0),
    }
}

fn begin_line(out: &mut String, index: usize, indent: usize) {
    if index > 0 {
        out.push('\n');
        out.push_str(&" ".repeat(indent));
    }
}

/// Writes the value of a key: on the same line if it has one line, else below.
fn nested(out: &mut String, value: &Value, indent: usize) {
    let below = match value {
        Value::Mapping(entries) => !entries.is_empty(),
        Value::Sequence(items) => !items.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Tagged(_) => {
            false
        }
    };
    if below {
        out.push('\n');
        out.push_str(&" ".repeat(indent + 2));
        node(out, value, indent + 2);
    } else {
        out.push(' ');
        scalar(out, value, indent);
    }
}

fn scalar(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(text) => string(out, text, indent),
        Value::Sequence(_) => out.push_str("[]"),
        Value::Mapping(_) => out.push_str("{}"),
        Value::Tagged(tagged) => scalar(out, &tagged.value, indent),
    }
}

fn string(out: &mut String, text: &str, indent: usize) {
    if is_plain(text) {
        out.push_str(text);
    } else if is_block(text) {
        block(out, text, indent + 2);
    } else {
        quoted(out, text);
    }
}

/// What no reader takes for anything but this string.
fn is_plain(text: &str) -> bool {
    const NOT_STRINGS: [&str; 10] = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan",
    ];
    let unambiguous =
        |character: char| character.is_ascii_alphanumeric() || " _./:+=@,()'-".contains(character);
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/')
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && text.chars().all(unambiguous)
        && !NOT_STRINGS.contains(&text.to_ascii_lowercase().as_str())
}

/// Text of several lines that can stand as it is.
fn is_block(text: &str) -> bool {
    let printable =
        |character: char| character == '\n' || character == ' ' || character.is_ascii_graphic();
    text.trim_end_matches('\n').contains('\n')
        && text.starts_with(|first: char| first.is_ascii_graphic())
        && text.chars().all(printable)
}

fn block(out: &mut String, text: &str, indent: usize) {
    let content = text.trim_end_matches('\n');
    out.push_str(match text.len() - content.len() {
        0 => "|-",
        1 => "|",
        _ => "|+",
    });
    for line in content
        .split('\n')
        .chain(text[content.len()..].split('\n').skip(2))
    {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(&" ".repeat(indent));
            out.push_str(line);
        }
    }
}

/// A JSON string, which YAML reads alike once all is ASCII.
fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            ' '..='~' => out.push(character),
            other => out.push_str(&escaped(u32::from(other))),
        }
    }
    out.push('"');
}

fn escaped(code: u32) -> String {
    if code <= 0xFFFF {
        format!("\\u{code:04X}")
    } else {
        format!("\\U{code:08X}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_yaml::{Mapping, Number};

    use super::*;

    fn document(text: &str) -> Value {
        serde_yaml::from_str(text).unwrap()
    }

    #[test]
    fn strings_that_an_older_reader_takes_for_something_else_are_quoted() {
        for text in [
            "OFF",
            "off",
            "On",
            "y",
            "N",
            "yes",
            "No",
            "true",
            "Null",
            "nan",
            "~",
            "",
            "012",
            "1e3",
            "0x1F",
            "12:30:45",
            "1_000",
            "2012-10-17",
            ".inf",
            "<<",
            "=",
            "- a",
            "a: b",
            "a:",
            "a #b",
            "#a",
            "&a",
            "*",
            "!a",
            "'a",
            " a",
            "a ",
            "{a",
            "@a",
        ] {
            let written = write(&Value::String(text.to_owned()));
            assert_eq!(written, format!("\"{text}\"\n"));
        }
        for text in [
            "AWS::S3::Bucket",
            "s3:GetObject",
            "/aws/lambda/qdn",
            "The api function's package",
            "none",
            "office",
        ] {
            assert_eq!(write(&Value::String(text.to_owned())), format!("{text}\n"));
        }
    }

    #[test]
    fn a_document_in_block_style() {
        let value = document(
            r#"{"A": {"Empty": {}, "None": [], "List": [1, {"B": "x\ny\n", "C": "OFF"}, ["a", "b"]]}, "D e": "1\n2"}"#,
        );
        insta::assert_snapshot!(write(&value), @r#"
        A:
          Empty: {}
          None: []
          List:
            - 1
            - B: |
                x
                y
              C: "OFF"
            - - a
              - b
        D e: |-
          1
          2
        "#);
    }

    fn value() -> impl Strategy<Value = Value> {
        let text = prop_oneof![
            "[a-z]{0,4}",
            "[ -~\n]{0,12}",
            "(\n|a| ){0,6}",
            any::<String>()
        ];
        let leaf = prop_oneof![
            any::<bool>().prop_map(Value::Bool),
            any::<u32>().prop_map(|number| Value::Number(Number::from(number))),
            text.clone().prop_map(Value::String),
        ];
        leaf.prop_recursive(4, 24, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Sequence),
                prop::collection::vec((text.clone(), inner), 0..4).prop_map(|entries| {
                    Value::Mapping(
                        entries
                            .into_iter()
                            .map(|(key, value)| (Value::String(key), value))
                            .collect::<Mapping>(),
                    )
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(value in value()) {
            let written = write(&value);
            prop_assert_eq!(serde_yaml::from_str::<Value>(&written).unwrap(), value, "{}", written);
        }
    }
}
