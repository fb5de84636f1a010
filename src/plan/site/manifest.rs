//! What the manifest says after a plan, and while it is carried out.

use std::collections::{BTreeMap, BTreeSet};

use super::{Rules, Undeclared, ours, undeclared};
use crate::plan::{Action, Reason, Step, Target};
use crate::ports::ListedObject;
use crate::site::{Manifest, ManifestEntry, PageFile};

/// The manifest after the steps of a plan were carried out: `written` holds the `ETag` that each
/// upload gave, by key; everything else wanted is as listed. Store it only after the invalidation
/// was accepted: the next plan invalidates what differs from it.
pub fn next_manifest(
    wanted: &[PageFile],
    listed: &[ListedObject],
    manifest: &Manifest,
    written: &BTreeMap<String, String>,
    rules: Rules<'_>,
) -> Manifest {
    let Undeclared { retired, held, .. } = undeclared(wanted, listed, manifest, rules);
    Manifest {
        invalidations: manifest.invalidations,
        ..manifest_of(wanted, &ours(listed), written, retired, held)
    }
}

pub(super) fn manifest_of(
    wanted: &[PageFile],
    listed: &BTreeMap<&str, &ListedObject>,
    written: &BTreeMap<String, String>,
    retired: BTreeMap<String, i64>,
    held: BTreeMap<String, ManifestEntry>,
) -> Manifest {
    let left = |file: &PageFile| {
        let etag = match written.get(&file.key) {
            Some(etag) => etag.clone(),
            None => listed.get(file.key.as_str())?.etag.clone(),
        };
        Some((file.key.clone(), entry(file, etag)))
    };
    Manifest {
        objects: wanted.iter().filter_map(left).chain(held).collect(),
        retired,
        ..Manifest::default()
    }
}

fn entry(file: &PageFile, etag: String) -> ManifestEntry {
    ManifestEntry {
        sha256: file.sha256.clone(),
        content_type: file.content_type.clone(),
        cache_control: file.cache_control.clone(),
        etag,
        noted: false,
    }
}

/// The manifest to store before the steps of a plan are begun; none when the one that is stored
/// will do.
///
/// New headers on the same content leave the `ETag` as it was. Were the run cut short after such an
/// upload and the headers then declared as before, the old entry would call the object unchanged.
/// So its entry loses its `ETag` first: whoever comes next has to look at the object itself.
///
/// Those of `named`, in a bucket that is not ours, are noted before they are written: what a cut-short run leaves there
/// is taken away by what the record says.
pub fn manifest_while_writing(
    manifest: &Manifest,
    steps: &[Step],
    named: &[PageFile],
) -> Option<Manifest> {
    let mut marked = manifest.clone();
    for step in steps.iter().filter(|step| step.reason == Reason::Headers) {
        if let Target::Object { key, .. } = &step.target
            && let Some(entry) = marked.objects.get_mut(key)
        {
            entry.etag.clear();
        }
    }
    let uploads = steps
        .iter()
        .filter_map(|step| match (&step.target, step.action) {
            (Target::Object { key, .. }, Action::Create | Action::Update) => Some(key),
            _ => None,
        });
    let uploads: BTreeSet<&String> = uploads.collect();
    for file in named.iter().filter(|file| uploads.contains(&file.key)) {
        let noted = marked.objects.entry(file.key.clone());
        noted.or_insert_with(|| ManifestEntry {
            noted: true,
            ..entry(file, String::new())
        });
    }
    (marked != *manifest).then_some(marked)
}
