//! One event as one piece of text. How it gets to the screen is `progress`.

mod manner;

use std::time::Duration;

use super::fit::{columns, printable, wrap};
use super::interruption;
use super::numbers::{about, bytes, count, duration, whole};
use super::object_key::object_key;
use super::resource_text;
use super::style::{Style, Tone};
use crate::engine::event::{Awaited, SecretChange, What};
use crate::plan::Mend;
use manner::{is_passing, tone};

/// What an event says, ready to be painted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// Lines that fit the width, but for a word that is longer than a line.
    pub(super) lines: Vec<String>,
    pub(super) tone: Tone,
    /// Whether a terminal shows it only while it lasts, in the running line.
    pub(super) passing: bool,
}

/// What an event says; none for one that says nothing new.
pub(super) fn said(what: &What, style: Style) -> Option<Said> {
    let width = style.columns();
    if let What::Resource {
        logical_id,
        resource_type,
        status,
        reason,
        took_ms,
        ..
    } = what
    {
        let (reason, took) = (reason.as_deref(), *took_ms);
        return resource_text::said(logical_id, resource_type, status, reason, took, width);
    }
    let (margin, text) = words(what);
    let room = width.saturating_sub(columns(margin));
    let lines = wrap(&printable(&text), room).into_iter().enumerate();
    let indent = if margin.is_empty() {
        2
    } else {
        columns(margin)
    };
    let lines = lines.map(|(index, line)| {
        if index == 0 {
            return format!("{margin}{line}");
        }
        // A long word, a bucket's name for one, is never cut: it begins further left.
        let indent = indent.min(width.saturating_sub(columns(&line)));
        format!("{:indent$}{line}", "")
    });
    Some(Said {
        lines: lines.collect(),
        tone: tone(what),
        passing: is_passing(what),
    })
}

/// The beginning of the first line, and the text that follows it. What a step did stands behind a margin that says
/// which kind of step it was.
fn words(what: &What) -> (&'static str, String) {
    match what {
        What::CommandStarted {
            command: "local", ..
        } => ("", "local cloud".to_owned()),
        What::CommandStarted {
            command,
            environment,
        } => ("", format!("{command} {environment}")),
        What::LocalCloud { stage } => ("", format!("local cloud: {stage}")),
        What::Building { stage } => ("", format!("packages: {stage}")),
        What::ToolOutput { line } => ("", format!("packages: {}", line.trim())),
        What::Observing => ("", "looking at every layer".to_owned()),
        What::Observed { took_ms } => ("", format!("looked at every layer in {}", took(*took_ms))),
        What::Planned { took_ms } => ("", format!("planned in {}", took(*took_ms))),
        What::ChangeSetRemoved { stack, .. } => {
            let text = "again; its template object stays";
            ("", format!("removed the change set for {stack} {text}"))
        }
        What::TemplatesStay { bucket, keys } => {
            let text = format!("in bucket {bucket} stay: {}", keys.join(", "));
            ("", text)
        }
        What::ChangeSetRequested { stack } => ("", format!("asking CloudFormation about {stack}")),
        What::Locked { id, taken_over } => ("", locked(id, taken_over.as_deref())),
        What::Unlocked { id, until } => ("", unlocked(id, *until)),
        What::Mending { stack, mend } => ("", mending(stack, *mend)),
        What::LayerStarted { layer, steps } => {
            ("", format!("{}: {}", layer.name(), count(*steps, "step")))
        }
        What::LayerFinished { layer, took_ms } => {
            ("", format!("{}: done in {}", layer.name(), took(*took_ms)))
        }
        What::LayerFailed { layer } => ("", format!("{}: FAILED", layer.name())),
        What::LayerStopped { layer } => ("", format!("{}: stopped", layer.name())),
        What::Stopping { finishing } => ("", interruption::stopping(finishing)),
        What::ChangeSetStays { change_set } => ("", interruption::stays(change_set)),
        What::Resource {
            logical_id, status, ..
        } => ("", format!("{logical_id} {status}")),
        What::Estimated { left_ms, .. } => {
            let left = about(Duration::from_millis(*left_ms));
            (
                "  ",
                format!("about {left} left, by what the same took before"),
            )
        }
        What::Uploaded { key, bytes: size } => {
            let text = format!("{} ({})", object_key(key, 44), bytes(*size));
            ("  + uploaded          ", text)
        }
        What::Deleted {
            count: number,
            place,
        } => {
            let text = format!("{} in {place}", count(*number, "object"));
            ("  - removed           ", text)
        }
        What::Secret { secret, change } => (done_with(*change), secret.clone()),
        What::EdgeKeys { written, removed } => {
            let (written, removed) = (count(*written, "key"), whole(*removed));
            let text = format!("{written} written, {removed} removed");
            ("  ~ edge              ", text)
        }
        What::WebhookSet { sender, fields } => {
            let text = format!("{sender}: {}", fields.join(", "));
            ("  ~ carrier           ", text)
        }
        What::SeedPut { ours, theirs } => put(*ours, *theirs),
        What::SeedOvertaken => overtaken(),
        What::EdgeTried { events, most } => {
            let events = count(*events, "event");
            let text = format!("tried on {events}, at most {most} of 100 taken");
            ("  ✓ edge function     ", text)
        }
        What::Invalidating { paths } => ("  > invalidating      ", paths.join(", ")),
        What::Invalidated { id, complete } => ("", invalidated(id, *complete)),
        What::Waiting { awaited, limit_ms } => {
            let (awaited, limit) = (name(*awaited), took(*limit_ms));
            ("  ", format!("waiting for {awaited}, at most {limit}"))
        }
        What::Proved { check, seen } => ("  ok      ", format!("{}: {seen}", check.name())),
        What::Disproved { check, seen } => ("  FAILED  ", format!("{}: {seen}", check.name())),
        What::ApiCalls {
            count: number,
            depth,
            at_once,
            changing,
            ..
        } => ("", api_calls(*number, *depth, *at_once, changing)),
        What::Released { id } => ("", format!("release {id} is kept")),
        What::Finished { changes, took_ms } => ("", finished(*changes, *took_ms)),
    }
}

fn locked(id: &str, taken_over: Option<&str>) -> String {
    match taken_over {
        None => format!("locked ({id})"),
        Some(expired) => format!("locked ({id}), in the place of {expired}, which had expired"),
    }
}

fn unlocked(id: &str, until: Option<jiff::Timestamp>) -> String {
    match until {
        None => "unlocked".to_owned(),
        Some(until) => format!(
            "the lock could not be freed; it ends at {until}, or by `qdn-infra unlock {id}`"
        ),
    }
}

fn mending(stack: &str, mend: Mend) -> String {
    match mend {
        Mend::Clear => format!("clearing stack {stack}, which was never made"),
        Mend::Attach => format!("following the operation that runs on stack {stack}"),
        Mend::ContinueRollback => format!("continuing the rollback of stack {stack}"),
        Mend::Recreate => format!("deleting stack {stack}, in which nothing holds data"),
    }
}

/// How far an invalidation has come.
fn invalidated(id: &str, complete: bool) -> String {
    if complete {
        format!("invalidation {id} is complete")
    } else {
        format!("invalidation {id} goes on; the last edges follow within minutes")
    }
}

/// That a command is done, and how much it changed.
fn finished(changes: usize, took_ms: u64) -> String {
    let time = took(took_ms);
    match changes {
        0 => format!("done in {time}, nothing was changed"),
        changes => format!("done in {time}, {} made", count(changes, "change")),
    }
}

/// What was put into the live maintenance data.
fn put(ours: usize, theirs: usize) -> (&'static str, String) {
    if ours == 0 {
        return ("  + maintenance data  ", "put there".to_owned());
    }
    let (ours, theirs) = (count(ours, "change"), count(theirs, "live edit"));
    let text = format!("{ours} put, {theirs} kept");
    ("  ~ maintenance data  ", text)
}

fn overtaken() -> (&'static str, String) {
    let text = "changed by somebody else meanwhile; merging again";
    ("  ! maintenance data  ", text.to_owned())
}

fn api_calls(number: usize, depth: usize, at_once: usize, changing: &[String]) -> String {
    let (calls, trips) = (
        count(number, "API call"),
        count(depth, "sequential round trip"),
    );
    let made = format!("{calls} in {trips}, at most {at_once} in flight");
    match changing {
        [] => format!("{made}, none that changes anything"),
        changing => format!("{made}, changing: {}", changing.join(", ")),
    }
}

/// What was done with a secret, as the beginning of its line.
fn done_with(change: SecretChange) -> &'static str {
    match change {
        SecretChange::Created => "  + secret made       ",
        SecretChange::NewVersion => "  ~ secret changed    ",
        SecretChange::Tagged => "  ~ secret tagged     ",
        SecretChange::Restored => "  + secret restored   ",
        SecretChange::Deleted => "  - secret deleted    ",
    }
}

fn took(millis: u64) -> String {
    duration(Duration::from_millis(millis))
}

fn name(awaited: Awaited) -> &'static str {
    match awaited {
        Awaited::ChangeSet => "the change set",
        Awaited::Stack => "the stack",
        Awaited::Operation => "the operation that runs on the stack",
        Awaited::Function => "the function",
        Awaited::Proof => "the proof",
        Awaited::KeyValueStore => "the key value store",
        Awaited::Publication => "every edge to know the new key",
        Awaited::Distribution => "every edge to have the new configuration",
        Awaited::BucketPolicy => "the bucket's policy",
        Awaited::Drift => "CloudFormation to compare the stack with what is there",
        Awaited::Table => "the table to be gone",
        Awaited::Api => "the API to answer with the deployer's key",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_proof_is_never_cut() {
        let seen = format!(
            "https://d111.cloudfront.net/track answers {}",
            "and more ".repeat(20)
        );
        let what = What::Disproved {
            check: crate::plan::Check::Page,
            seen: seen.clone(),
        };
        let said = said(&what, Style::default()).unwrap();
        assert!(
            said.lines.iter().all(|line| columns(line) <= 80),
            "{said:?}"
        );
        let words: Vec<_> = said
            .lines
            .iter()
            .flat_map(|line| line.split_whitespace())
            .collect();
        assert_eq!(words.join(" "), format!("FAILED page: {}", seen.trim()));
    }

    #[test]
    fn template_objects_that_stay_are_named() {
        let what = What::TemplatesStay {
            bucket: "qdn-staging-artifacts".into(),
            keys: vec!["templates/a".into(), "templates/b".into()],
        };
        let lines = said(&what, Style::default()).unwrap().lines;
        insta::assert_snapshot!(lines.join("\n"), @"in bucket qdn-staging-artifacts stay: templates/a, templates/b");
    }

    #[test]
    fn secrets_and_edge_keys_are_told_without_values() {
        let secret = |change| What::Secret {
            secret: "qdn-staging/carrier".into(),
            change,
        };
        let events = [
            secret(SecretChange::Created),
            secret(SecretChange::NewVersion),
            secret(SecretChange::Tagged),
            secret(SecretChange::Restored),
            secret(SecretChange::Deleted),
            What::EdgeKeys {
                written: 1,
                removed: 0,
            },
            What::SeedPut { ours: 0, theirs: 0 },
            What::SeedPut { ours: 2, theirs: 1 },
            What::SeedOvertaken,
            What::WebhookSet {
                sender: "number …0100".to_owned(),
                fields: vec!["SmsFallbackUrl".to_owned(), "SmsUrl".to_owned()],
            },
            What::EdgeTried {
                events: 13,
                most: 23,
            },
            What::Locked {
                id: "run-2".to_owned(),
                taken_over: None,
            },
            What::Locked {
                id: "run-2".to_owned(),
                taken_over: Some("run-1".to_owned()),
            },
            What::Unlocked {
                id: "run-2".to_owned(),
                until: None,
            },
            What::Unlocked {
                id: "run-2".to_owned(),
                until: Some(jiff::Timestamp::UNIX_EPOCH),
            },
            What::Waiting {
                awaited: Awaited::Publication,
                limit_ms: 120_000,
            },
            What::Waiting {
                awaited: Awaited::Api,
                limit_ms: 120_000,
            },
        ];
        let lines = events
            .iter()
            .flat_map(|what| said(what, Style::default()).unwrap().lines);
        insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
          + secret made       qdn-staging/carrier
          ~ secret changed    qdn-staging/carrier
          ~ secret tagged     qdn-staging/carrier
          + secret restored   qdn-staging/carrier
          - secret deleted    qdn-staging/carrier
          ~ edge              1 key written, 0 removed
          + maintenance data  put there
          ~ maintenance data  2 changes put, 1 live edit kept
          ! maintenance data  changed by somebody else meanwhile; merging again
          ~ carrier           number …0100: SmsFallbackUrl, SmsUrl
          ✓ edge function     tried on 13 events, at most 23 of 100 taken
        locked (run-2)
        locked (run-2), in the place of run-1, which had expired
        unlocked
        the lock could not be freed; it ends at 1970-01-01T00:00:00Z, or by
          `qdn-infra unlock run-2`
          waiting for every edge to know the new key, at most 2 min
          waiting for the API to answer with the deployer's key, at most 2 min
        ");
    }
}
