//! What has to be done so that the site bucket holds exactly the page's files: uploads, removals
//! and one invalidation. Pure; reading files and manifests is `site`, talking to S3 is the engine's
//! part.

mod manifest;
mod names;
mod paths;
mod strangers;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Action, Finding, PropertyChange, Reason, Step, Target};
use crate::ports::{ListedObject, ObjectHead};
use crate::site::{IMMUTABLE, Manifest, ManifestEntry, PREFIX, PageFile, cache_control};

use manifest::manifest_of;

pub use manifest::{manifest_while_writing, next_manifest};
pub use names::{Missing, closure, missing};
pub use strangers::{doubtful, strangers};

/// What a comparison goes by beside what is wanted and what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules<'a> {
    /// How many objects one plan may remove; with more, it removes none and says so.
    pub most_removals: usize,
    /// How long an immutable object is kept once nothing names it, in seconds: whoever has an older page open may
    /// still ask for it.
    pub keep_seconds: i64,
    /// The time of day, in seconds since 1970.
    pub now: i64,
    /// Whether every file is uploaded.
    pub force: bool,
    /// Keys of [`strangers`], which are nobody's to remove but their owner's; none in a bucket of ours.
    pub strangers: &'a BTreeSet<String>,
}

/// Outcome of [`compare`].
#[derive(Debug, Clone, PartialEq)]
pub struct SiteComparison {
    /// Immutable files first, then the other files, HTML, removals, and at the end the
    /// invalidation.
    pub steps: Vec<Step>,
    /// Removals held back.
    pub findings: Vec<Finding>,
    /// Keys from [`unexplained`] for which no head was given (the object went away between listing
    /// and head); they are uploaded.
    pub unknown: Vec<String>,
    /// Whether the manifest differs from what it would say after these steps. With steps, carrying
    /// them out ends with a new manifest anyway; without, it was lost or cut short, and every plan
    /// pays one head for each object it does not explain until it is written anew
    /// ([`next_manifest`] with nothing written).
    pub manifest_stale: bool,
}

/// A manifest that was written at this time, in seconds since 1970: it explains nothing that was written after it, be that an
/// object's headers alone, which leaves its `ETag`. That viewers may have something else stays known.
pub fn as_of(mut manifest: Manifest, written: i64, listed: &[ListedObject]) -> Manifest {
    for object in listed.iter().filter(|object| object.modified > written) {
        if let Some(entry) = manifest.objects.get_mut(&object.key) {
            entry.etag.clear();
        }
    }
    manifest
}

/// Keys whose headers and content hash the manifest does not tell, so that the caller has to ask
/// for their heads before [`compare`]: wanted, listed, and without an entry of the listed `ETag`.
/// Sorted.
pub fn unexplained(
    wanted: &[PageFile],
    listed: &[ListedObject],
    manifest: &Manifest,
) -> Vec<String> {
    of_which(wanted, listed, |object| {
        explained(object, manifest).is_none()
    })
}

/// The same, whatever the manifest tells: what somebody changed in an object's headers alone leaves its `ETag`.
pub fn there(wanted: &[PageFile], listed: &[ListedObject]) -> Vec<String> {
    of_which(wanted, listed, |_| true)
}

fn of_which(
    wanted: &[PageFile],
    listed: &[ListedObject],
    is_meant: impl Fn(&ListedObject) -> bool,
) -> Vec<String> {
    let listed = ours(listed);
    let is_there = |key: &str| listed.get(key).is_some_and(|object| is_meant(object));
    let mut keys: Vec<_> = wanted
        .iter()
        .map(|file| file.key.clone())
        .filter(|key| is_there(key))
        .collect();
    keys.sort();
    keys
}

/// Compares the wanted files with the listing below [`PREFIX`]; whatever lies elsewhere is not
/// looked at.
///
/// An object is as it should be when size, content hash, `Content-Type` and `Cache-Control` are;
/// `heads` (by key) tell the last three, otherwise the manifest while its `ETag` is the listed one.
///
/// Viewers may hold an older copy of whatever is uploaded over an existing object, is removed, or
/// differs from what the manifest says the last completed run left (a run that was cut short before
/// its invalidation, or a change by hand); those are invalidated. A removed immutable file is not:
/// its name never comes back with another content.
///
/// An immutable object that is no longer wanted is removed only when it has been so for long enough, and when no wanted
/// file names it.
pub fn compare(
    wanted: &[PageFile],
    listed: &[ListedObject],
    manifest: &Manifest,
    heads: &BTreeMap<String, ObjectHead>,
    rules: Rules<'_>,
) -> SiteComparison {
    let there = ours(listed);
    let unknown: Vec<_> = unexplained(wanted, listed, manifest)
        .into_iter()
        .filter(|key| !heads.contains_key(key))
        .collect();
    let mut uploads = Vec::new();
    let mut outdated = BTreeSet::new();
    for file in wanted {
        let object = there.get(file.key.as_str()).copied();
        let known = object.and_then(|object| Known::of(object, manifest, heads));
        let verdict = verdict(file, object, known, rules.force);
        let left = manifest.objects.get(&file.key);
        let viewers_hold_older = match object {
            Some(object) => verdict.is_some() || left.is_some_and(|left| left.etag != object.etag),
            None => left.is_some_and(|left| !same(file, left)),
        };
        if viewers_hold_older {
            outdated.insert(file.key.as_str());
        }
        if let Some(upload) = verdict {
            uploads.push((file, upload));
        }
    }
    uploads.sort_by_key(|(file, _)| (UploadOrder::of(file), file.key.clone()));

    let names: BTreeSet<_> = wanted.iter().map(|file| file.key.as_str()).collect();
    let Undeclared {
        removals,
        findings,
        retired,
        held,
    } = undeclared(wanted, listed, manifest, rules);
    let gone =
        manifest.objects.keys().map(String::as_str).filter(|key| {
            key.starts_with(PREFIX) && !names.contains(key) && !there.contains_key(key)
        });
    outdated.extend(
        removals
            .iter()
            .copied()
            .chain(gone)
            .filter(|key| cache_control(key) != IMMUTABLE),
    );

    let unchanged = there.keys().copied();
    let unchanged = unchanged.filter(|key| !outdated.contains(key));
    let invalidation = paths::invalidation(&outdated, unchanged);
    let steps = uploads
        .into_iter()
        .map(|(file, upload)| upload.into_step(file))
        .chain(removals.into_iter().map(removal))
        .chain((!invalidation.is_empty()).then_some(Step {
            action: Action::Invalidate,
            reason: Reason::Deployed,
            target: Target::Paths {
                paths: invalidation,
            },
        }))
        .collect();
    let expected = Manifest {
        invalidations: manifest.invalidations,
        ..manifest_of(wanted, &there, &BTreeMap::new(), retired, held)
    };
    let manifest_stale = expected != *manifest;
    SiteComparison {
        steps,
        findings,
        unknown,
        manifest_stale,
    }
}

/// What becomes of objects that are not wanted.
struct Undeclared<'a> {
    removals: Vec<&'a str>,
    /// Removals held back.
    findings: Vec<Finding>,
    /// Immutable objects that stay, and since when they are not wanted.
    retired: BTreeMap<String, i64>,
    /// What the manifest says of those whose removal is held back: it is what makes them ours in a bucket that is not.
    held: BTreeMap<String, ManifestEntry>,
}

fn undeclared<'a>(
    wanted: &[PageFile],
    listed: &'a [ListedObject],
    manifest: &Manifest,
    rules: Rules<'_>,
) -> Undeclared<'a> {
    let names: BTreeSet<_> = wanted.iter().map(|file| file.key.as_str()).collect();
    let mut removals = Vec::new();
    let mut retired = BTreeMap::new();
    let mentioned: BTreeSet<_> = wanted
        .iter()
        .flat_map(|file| &file.names)
        .map(|named| named.key.as_str())
        .collect();
    let is_ours = |key: &str| !rules.strangers.contains(key);
    let undeclared = ours(listed).into_keys();
    for key in undeclared.filter(|key| !names.contains(key) && is_ours(key)) {
        if cache_control(key) != IMMUTABLE {
            removals.push(key);
            continue;
        }
        // Of one that the manifest does not know nobody can say for how long: its time begins now.
        let since = manifest.retired.get(key).copied().unwrap_or(rules.now);
        retired.insert(key.to_owned(), since);
        let is_named = mentioned.contains(key);
        if !is_named && rules.now.saturating_sub(since) >= rules.keep_seconds {
            removals.push(key);
        }
    }
    let count = removals.len();
    if count > rules.most_removals {
        let entry = |key: &&str| {
            let entry = manifest.objects.get(*key)?;
            Some(((*key).to_owned(), entry.clone()))
        };
        return Undeclared {
            held: removals.iter().filter_map(entry).collect(),
            removals: Vec::new(),
            findings: vec![Finding::DeletionsHeld {
                count,
                limit: rules.most_removals,
            }],
            retired,
        };
    }
    for key in &removals {
        retired.remove(*key);
    }
    Undeclared {
        removals,
        findings: Vec::new(),
        retired,
        held: BTreeMap::new(),
    }
}

/// The part of a listing that this layer owns.
fn ours(listed: &[ListedObject]) -> BTreeMap<&str, &ListedObject> {
    listed
        .iter()
        .filter(|object| object.key.starts_with(PREFIX))
        .map(|object| (object.key.as_str(), object))
        .collect()
}

/// The manifest's entry, when it speaks of this very object.
fn explained<'a>(object: &ListedObject, manifest: &'a Manifest) -> Option<&'a ManifestEntry> {
    manifest
        .objects
        .get(&object.key)
        .filter(|entry| entry.etag == object.etag)
}

fn same(file: &PageFile, left: &ManifestEntry) -> bool {
    (&file.sha256, &file.content_type, &file.cache_control)
        == (&left.sha256, &left.content_type, &left.cache_control)
}

/// What is known of an object beside its listing.
#[derive(Clone, Copy)]
struct Known<'a> {
    sha256: Option<&'a str>,
    content_type: Option<&'a str>,
    cache_control: Option<&'a str>,
}

impl<'a> Known<'a> {
    fn of(
        object: &ListedObject,
        manifest: &'a Manifest,
        heads: &'a BTreeMap<String, ObjectHead>,
    ) -> Option<Self> {
        let from_head = heads.get(&object.key).map(|head| Self {
            sha256: head.sha256.as_deref(),
            content_type: head.content_type.as_deref(),
            cache_control: head.cache_control.as_deref(),
        });
        from_head.or_else(|| {
            explained(object, manifest).map(|entry| Self {
                sha256: Some(&entry.sha256),
                content_type: Some(&entry.content_type),
                cache_control: Some(&entry.cache_control),
            })
        })
    }
}

/// Why a file is uploaded.
enum Upload {
    New,
    Content,
    Headers(Vec<PropertyChange>),
    Forced,
}

/// None when the object is as it should be.
fn verdict(
    file: &PageFile,
    object: Option<&ListedObject>,
    known: Option<Known<'_>>,
    force: bool,
) -> Option<Upload> {
    let Some(object) = object else {
        return Some(Upload::New);
    };
    let known = match known {
        Some(known) if object.size == file.bytes && known.sha256 == Some(&file.sha256) => known,
        // Also what nobody knows the hash of: written by hand, or gone since the listing.
        Some(_) | None => return Some(Upload::Content),
    };
    let header = |name: &str, before: Option<&str>, after: &str| {
        (before != Some(after)).then(|| PropertyChange {
            path: name.to_owned(),
            before: before.map(Value::from),
            after: Some(Value::from(after)),
        })
    };
    let changes: Vec<_> = [
        header("Cache-Control", known.cache_control, &file.cache_control),
        header("Content-Type", known.content_type, &file.content_type),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !changes.is_empty() {
        return Some(Upload::Headers(changes));
    }
    force.then_some(Upload::Forced)
}

impl Upload {
    fn into_step(self, file: &PageFile) -> Step {
        let (action, reason, changes) = match self {
            Self::New => (Action::Create, Reason::New, Vec::new()),
            Self::Content => (Action::Update, Reason::Content, Vec::new()),
            Self::Headers(changes) => (Action::Update, Reason::Headers, changes),
            Self::Forced => (Action::Update, Reason::Forced, Vec::new()),
        };
        Step {
            action,
            reason,
            target: Target::Object {
                key: file.key.clone(),
                bytes: file.bytes,
                changes,
            },
        }
    }
}

fn removal(key: &str) -> Step {
    let target = Target::Object {
        key: key.to_owned(),
        bytes: 0,
        changes: Vec::new(),
    };
    Step {
        action: Action::Remove,
        reason: Reason::Undeclared,
        target,
    }
}

/// What has to be there before what: a file must never be served before those that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum UploadOrder {
    Immutable,
    Other,
    Html,
}

impl UploadOrder {
    pub(crate) fn of(file: &PageFile) -> Self {
        if file.is_html() {
            Self::Html
        } else if file.is_immutable() {
            Self::Immutable
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
