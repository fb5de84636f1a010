//! What CloudFormation says of a resource, in words. Every other event is `event_text`.

use super::event_text::Said;
use super::fit::{columns, pad, printable, shorten, wrap};
use super::numbers::millis;
use super::style::Tone;

/// What CloudFormation did to a resource, from its status.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Running,
    Done(char),
    Failed,
}

/// Words for a resource's status. Every status that CloudFormation documents has its own; a new one
/// is shown as it is.
fn status_words(status: &str) -> (Phase, String) {
    let (phase, words) = match status {
        "CREATE_IN_PROGRESS" => (Phase::Running, "creating"),
        "CREATE_COMPLETE" => (Phase::Done('+'), "created"),
        "CREATE_FAILED" => (Phase::Failed, "create FAILED"),
        "UPDATE_IN_PROGRESS" => (Phase::Running, "changing"),
        "UPDATE_COMPLETE" => (Phase::Done('~'), "changed"),
        "UPDATE_FAILED" => (Phase::Failed, "change FAILED"),
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" => (Phase::Running, "removing old"),
        "DELETE_IN_PROGRESS" => (Phase::Running, "removing"),
        "DELETE_COMPLETE" => (Phase::Done('-'), "removed"),
        "DELETE_SKIPPED" => (Phase::Done(' '), "kept"),
        "DELETE_FAILED" => (Phase::Failed, "remove FAILED"),
        "IMPORT_IN_PROGRESS" => (Phase::Running, "taking in"),
        "IMPORT_COMPLETE" => (Phase::Done('+'), "taken in"),
        "IMPORT_FAILED" => (Phase::Failed, "import FAILED"),
        "ROLLBACK_IN_PROGRESS"
        | "UPDATE_ROLLBACK_IN_PROGRESS"
        | "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
        | "IMPORT_ROLLBACK_IN_PROGRESS" => (Phase::Running, "rolling back"),
        "ROLLBACK_COMPLETE" | "UPDATE_ROLLBACK_COMPLETE" | "IMPORT_ROLLBACK_COMPLETE" => {
            (Phase::Done('<'), "rolled back")
        }
        "ROLLBACK_FAILED" | "UPDATE_ROLLBACK_FAILED" | "IMPORT_ROLLBACK_FAILED" => {
            (Phase::Failed, "rollback FAILED")
        }
        other => {
            let phase = if other.ends_with("_FAILED") {
                Phase::Failed
            } else {
                Phase::Running
            };
            return (phase, other.to_ascii_lowercase().replace('_', " "));
        }
    };
    (phase, words.to_owned())
}

/// What an event of a resource says; none when CloudFormation only repeats itself.
pub(super) fn said(
    logical_id: &str,
    kind: &str,
    status: &str,
    reason: Option<&str>,
    took_ms: Option<u64>,
    width: usize,
) -> Option<Said> {
    let (phase, words) = status_words(status);
    // CloudFormation tells twice that it began: once before the request and once after.
    if phase == Phase::Running && reason.is_some_and(|reason| reason.ends_with("nitiated")) {
        return None;
    }
    let (sign, tone) = match phase {
        Phase::Running => (' ', Tone::Quiet),
        Phase::Done(sign @ '+') => (sign, Tone::Added),
        Phase::Done(sign @ '-') => (sign, Tone::Removed),
        Phase::Done(sign) => (sign, Tone::Changed),
        Phase::Failed => ('!', Tone::Failed),
    };
    let kind = kind.strip_prefix("AWS::").unwrap_or(kind);
    let kind = printable(kind);
    let took = took_ms.map_or_else(String::new, |took| format!("  {}", millis(took)));
    let beside = 24 + columns(&kind) + columns(&took);
    let name = shorten(&printable(logical_id), width.saturating_sub(beside).max(16));
    let line = format!("  {sign} {words:<16}  {}  {kind}{took}", pad(&name, 24));
    let mut lines = vec![shorten(line.trim_end(), width)];
    if let Some(reason) = reason {
        let reason = wrap(&printable(reason), width.saturating_sub(6));
        lines.extend(reason.into_iter().map(|line| format!("      {line}")));
    }
    Some(Said {
        lines,
        tone,
        passing: phase == Phase::Running,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::StackStatus;

    #[test]
    fn every_documented_status_has_words_of_its_own() {
        for status in StackStatus::ALL
            .iter()
            .filter(|status| **status != StackStatus::ReviewInProgress)
        {
            let (phase, words) = status_words(status.name());
            assert_ne!(
                words,
                status.name().to_ascii_lowercase().replace('_', " "),
                "{}",
                status.name()
            );
            assert_eq!(
                phase == Phase::Failed,
                status.name().ends_with("_FAILED"),
                "{}",
                status.name()
            );
            assert_eq!(
                phase == Phase::Running,
                status.in_progress(),
                "{}",
                status.name()
            );
            assert!(columns(&words) <= 16, "{words}");
        }
    }

    #[test]
    fn an_unknown_status_is_shown_as_it_is() {
        let (phase, words) = status_words("EXPORT_FAILED");
        assert!(phase == Phase::Failed);
        assert_eq!(words, "export failed");
    }
}
