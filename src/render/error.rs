//! An error and its causes as people read them.

use std::error::Error;

use super::hanging::hanging;
use super::style::{Style, Tone};

/// `error: …`, one `caused by: …` for each cause that says something new, and `hint: …`. Ends
/// with a newline. Nothing is cut: messages and commands are there to be copied. A line that is too long goes on in the
/// next, and never within a command or a name.
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
    let first = lines.next().unwrap_or_default();
    let mut told = hanging(label, tone, first, style);
    told.extend(lines.flat_map(|line| {
        let words = line.trim_start();
        let margin = format!("    {}", &line[..line.len() - words.len()]);
        hanging(&margin, Tone::Plain, words, style)
    }));
    text.push_str(&told.join("\n"));
    text.push('\n');
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An error with two causes and a hint.
    pub(in crate::render) fn told(style: Style) -> String {
        let hint = "run `qdn-infra plan --env staging --refresh` and read what moved";
        error_text(&Outer(Middle(Inner)), Some(hint), style)
    }

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
        error: stack qdn-staging: create of ApiFunction failed: the role cannot be
               assumed
          caused by: CloudFormation DescribeStackEvents of qdn-staging: connection
                     refused
            by 127.0.0.1:4566\u{1b}[2J
          hint: see `qdn-infra local status`
        ");
    }

    #[test]
    fn what_is_too_long_goes_on_below_and_commands_stay_whole() {
        let narrow = Style {
            width: 40,
            ..Style::default()
        };
        insta::assert_snapshot!(told(narrow), @r"
        error: stack qdn-staging: create of
               ApiFunction failed: the role
               cannot be assumed
          caused by: CloudFormation
                     DescribeStackEvents of
                     qdn-staging: connection
                     refused
            by 127.0.0.1:4566\u{1b}[2J
          hint: run
                `qdn-infra plan --env staging --refresh`
                and read what moved
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
