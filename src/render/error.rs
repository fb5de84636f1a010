//! An error and its causes as people read them.

use std::error::Error;

use super::fit::printable;
use super::style::{Style, Tone};

/// `error: …`, one `caused by: …` for each cause that says something new, and `hint: …`. Ends
/// with a newline. Nothing is cut or wrapped: messages and commands are there to be copied.
pub fn error_text(error: &dyn Error, hint: Option<&str>, style: Style) -> String {
    let mut text = String::new();
    let mut said = error.to_string();
    part(&mut text, "error: ", &said, Tone::Failed, style);
    let mut cause = error.source();
    while let Some(inner) = cause {
        let message = inner.to_string();
        // Many errors already end with their cause's own words.
        if !said.ends_with(&message) {
            part(&mut text, "  caused by: ", &message, Tone::Strong, style);
            said = message;
        }
        cause = inner.source();
    }
    if let Some(hint) = hint {
        part(&mut text, "  hint: ", hint, Tone::Added, style);
    }
    text
}

fn part(text: &mut String, label: &str, message: &str, tone: Tone, style: Style) {
    let mut lines = message.trim_end().lines();
    text.push_str(&style.paint(tone, label));
    text.push_str(&printable(lines.next().unwrap_or_default()));
    for line in lines {
        text.push_str("\n    ");
        text.push_str(&printable(line));
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("stack qdn-staging: create of ApiFunction failed: the role cannot be assumed")]
    struct Outer(#[source] Middle);

    #[derive(Debug, thiserror::Error)]
    #[error("CloudFormation DescribeStackEvents of qdn-staging: {0}")]
    struct Middle(#[source] Inner);

    #[derive(Debug, thiserror::Error)]
    #[error("connection refused\nby 127.0.0.1:4566\u{1b}[2J")]
    struct Inner;

    #[test]
    fn causes_follow_once_and_the_hint_comes_last() {
        let text = error_text(
            &Outer(Middle(Inner)),
            Some("see `qdn-infra local status`"),
            Style::default(),
        );
        insta::assert_snapshot!(text, @r"
        error: stack qdn-staging: create of ApiFunction failed: the role cannot be assumed
          caused by: CloudFormation DescribeStackEvents of qdn-staging: connection refused
            by 127.0.0.1:4566\u{1b}[2J
          hint: see `qdn-infra local status`
        ");
    }

    #[test]
    fn without_cause_and_hint_it_is_one_line() {
        let error = std::io::Error::other("disk full");
        assert_eq!(
            error_text(&error, None, Style::default()),
            "error: disk full\n"
        );
        let color = Style {
            color: true,
            width: 80,
        };
        assert_eq!(
            error_text(&error, None, color),
            "\u{1b}[31;1merror: \u{1b}[0mdisk full\n"
        );
    }
}
