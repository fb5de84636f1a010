//! Whose a file is that lies under the page's folder in a bucket that is somebody else's.

use std::collections::{BTreeMap, BTreeSet};

use super::{explained, ours};
use crate::ports::{ListedObject, ObjectHead};
use crate::site::{Manifest, PageFile};

/// Keys of a bucket that is somebody else's whose heads have to tell whose they are: recorded, not wanted, and not as they
/// were recorded. Sorted.
pub fn doubtful(wanted: &[PageFile], listed: &[ListedObject], recorded: &Manifest) -> Vec<String> {
    let wanted: BTreeSet<_> = wanted.iter().map(|file| file.key.as_str()).collect();
    let doubtful = ours(listed).into_iter().filter(|(key, object)| {
        let entry = recorded.objects.get(*key);
        !wanted.contains(key) && entry.is_some_and(|entry| entry.etag != object.etag)
    });
    doubtful.map(|(key, _)| key.to_owned()).collect()
}

/// Keys of a bucket that is somebody else's which were not put there from here: that are neither as they were recorded,
/// nor say in their heads what they are. A file of ours that somebody wrote over stays ours to mend while it is wanted; it
/// is not ours to remove. A retired file has the hash of its content in its name.
pub fn strangers(
    wanted: &[PageFile],
    listed: &[ListedObject],
    recorded: &Manifest,
    heads: &BTreeMap<String, ObjectHead>,
) -> BTreeSet<String> {
    let wanted: BTreeSet<_> = wanted.iter().map(|file| file.key.as_str()).collect();
    let is_ours = |key: &str, object: &ListedObject| {
        let head = heads.get(key);
        explained(object, recorded).is_some()
            || recorded.retired.contains_key(key)
            || head.is_some_and(|head| head.sha256.is_some())
            || wanted.contains(key)
                && (head.is_none() || recorded.objects.get(key).is_some_and(|entry| !entry.noted))
    };
    let strangers = ours(listed)
        .into_iter()
        .filter(|(key, object)| !is_ours(key, object));
    strangers.map(|(key, _)| key.to_owned()).collect()
}
