//! One step of a plan in words: its name, its kind, and what is to be said about it. How they are laid out is
//! `plan_human` and `plan_markdown`.

use super::findings::short;
use super::fit::printable;
use super::groups::Rest;
use super::numbers::{bytes, whole};
use super::object_key::object_key;
use crate::plan::{Action, PropertyChange, Reason, Step, Target};
use crate::ports::Replacement;

/// The sign of an action; each also stands beside its word in the layer's counts.
pub(super) fn sign(action: Action) -> char {
    match action {
        Action::Create => '+',
        Action::Update => '~',
        Action::Replace => '±',
        Action::Remove => '-',
        Action::Invalidate => '>',
        Action::Check => '?',
    }
}

/// One step, taken apart for the columns.
pub(super) struct Row<'a> {
    pub(super) action: Action,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) note: String,
    pub(super) changes: &'a [PropertyChange],
    /// Whether what is added is shown whole: nobody else declares it.
    pub(super) whole: bool,
}

/// What a line tells; none for steps that share one line.
pub(super) fn row(step: &Step) -> Option<Row<'_>> {
    let why = |what: &str| format!("{}: {what}", reason(step.reason));
    let (name, kind, note, changes): (&str, String, String, &[PropertyChange]) = match &step.target
    {
        Target::Resource {
            logical_id,
            resource_type,
            replacement,
            changes,
        } => (
            logical_id,
            resource_type.clone(),
            resource_note(step, *replacement),
            changes,
        ),
        Target::Output { name, changes } => (name, "output".to_owned(), String::new(), changes),
        Target::StackTags { changes } => {
            ("tags", "of the stack".to_owned(), String::new(), changes)
        }
        Target::Package {
            function,
            key,
            bytes: size,
        } => (function, bytes(*size), why(&object_key(key, 36)), &[]),
        Target::EdgeCode {
            function, sha256, ..
        } => (function, "code".to_owned(), why(short(sha256)), &[]),
        Target::FunctionCode { function, key } => {
            (function, "code".to_owned(), why(&object_key(key, 36)), &[])
        }
        Target::Object {
            key,
            bytes: size,
            changes,
        } => {
            let size = moved(step.action, *size);
            (key, size, reason(step.reason).to_owned(), changes)
        }
        Target::Secret { name, changes } => (
            name,
            "secret".to_owned(),
            secret_note(step).to_owned(),
            changes,
        ),
        Target::EdgeKey { key } => (key, "key".to_owned(), reason(step.reason).to_owned(), &[]),
        Target::Manifest { .. } => (
            "record",
            "of the page's objects".to_owned(),
            "does not tell what lies there".to_owned(),
            &[],
        ),
        Target::Routes { routes } => (
            "served routes",
            String::new(),
            format!("no longer declared: {}", routes.join(", ")),
            &[],
        ),
        Target::Distribution { id, changes } => (
            id,
            "distribution".to_owned(),
            "not ours: nothing else is touched".to_owned(),
            changes,
        ),
        Target::BucketPolicy { bucket, changes } => (
            bucket,
            "bucket policy".to_owned(),
            "not ours: nothing else is touched".to_owned(),
            changes,
        ),
        Target::Document { name, changes } => {
            (name, String::new(), reason(step.reason).to_owned(), changes)
        }
        Target::Webhook { subject, changes } => {
            (subject, "webhook".to_owned(), String::new(), changes)
        }
        Target::Paths { .. } | Target::Check { .. } => return None,
    };
    // What is made anew or goes is told by its name; only what changes shows how.
    let changes = if matches!(step.action, Action::Update | Action::Replace) {
        changes
    } else {
        &[]
    };
    Some(Row {
        action: step.action,
        name: printable(name),
        kind: printable(&kind),
        note: printable(&note),
        changes,
        whole: matches!(
            step.target,
            Target::Distribution { .. } | Target::BucketPolicy { .. }
        ),
    })
}

/// Page files that are counted only.
pub(super) fn sum(rest: &Rest) -> Row<'static> {
    Row {
        action: rest.action,
        name: format!("… and {} more", whole(rest.count)),
        kind: moved(rest.action, rest.bytes),
        note: reason(rest.reason).to_owned(),
        changes: &[],
        whole: false,
    }
}

/// The size of what goes up; of what is removed nobody knows it.
fn moved(action: Action, size: u64) -> String {
    if action == Action::Remove {
        String::new()
    } else {
        bytes(size)
    }
}

fn resource_note(step: &Step, replacement: Replacement) -> String {
    let because = match step.reason {
        Reason::Dependency => "follows from another change",
        Reason::Drift => "changed outside the stack: put back",
        _ => "",
    };
    let verdict = match (step.action, replacement) {
        (Action::Replace, _) => "replaces: the old one is removed",
        (Action::Update, Replacement::Conditional) => "may be replaced: known only while it runs",
        (Action::Update, Replacement::Unknown) => "replaced or not: not known yet",
        (Action::Update, Replacement::Never | Replacement::Always)
        | (Action::Create | Action::Remove | Action::Invalidate | Action::Check, _) => "",
    };
    match (verdict, because) {
        ("", because) => because.to_owned(),
        (verdict, "") => verdict.to_owned(),
        (verdict, because) => format!("{verdict}; {because}"),
    }
}

/// How a secret stands; what it holds is never told.
fn secret_note(step: &Step) -> &'static str {
    match (step.action, step.reason) {
        (_, Reason::ScheduledForDeletion) => "missing: its deletion is taken back",
        (Action::Create, _) => "missing",
        (_, Reason::Declaration) => "changed: its tags",
        (_, Reason::Dependency) => "changed: follows the deployer's key",
        _ => "changed",
    }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::New => "new",
        Reason::Content => "content",
        Reason::Headers => "headers",
        Reason::Forced => "forced",
        Reason::Declaration => "declaration",
        Reason::Dependency => "dependency",
        Reason::Drift => "changed outside the stack",
        Reason::Undeclared => "no longer declared",
        Reason::ScheduledForDeletion => "scheduled for deletion",
        Reason::Deployed => "deployed",
    }
}
