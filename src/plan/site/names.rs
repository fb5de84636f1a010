//! Which files name which: what leads nowhere, and what a page needs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::{Rules, undeclared};
use crate::ports::ListedObject;
use crate::site::{Manifest, PageFile};

/// A file that another one names and that nobody would be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The file that names it.
    pub by: PathBuf,
    /// The line that does, from 1.
    pub line: usize,
    /// Its object key.
    pub key: String,
}

/// Every name in the wanted files that leads nowhere: neither to one of them nor to an object that stays.
pub fn missing(
    wanted: &[PageFile],
    listed: &[ListedObject],
    manifest: &Manifest,
    rules: Rules<'_>,
) -> Vec<Missing> {
    let undeclared = undeclared(wanted, listed, manifest, rules);
    let mut there: BTreeSet<&str> = wanted.iter().map(|file| file.key.as_str()).collect();
    // Whatever the bucket's owner has put there stays.
    there.extend(rules.strangers.iter().map(String::as_str));
    let is_there = |key: &str| there.contains(key) || undeclared.retired.contains_key(key);
    let names = wanted
        .iter()
        .flat_map(|file| file.names.iter().map(move |named| (file, named)));
    names
        .filter(|(_, named)| !is_there(&named.key))
        .map(|(file, named)| Missing {
            by: file.path.clone(),
            line: named.line,
            key: named.key.clone(),
        })
        .collect()
}

/// A wanted file and every wanted file that it names, or that one of those names; sorted by key.
pub fn closure<'a>(wanted: &'a [PageFile], key: &'a str) -> Vec<&'a PageFile> {
    let by_key: BTreeMap<&str, &PageFile> = wanted
        .iter()
        .map(|file| (file.key.as_str(), file))
        .collect();
    let mut found: BTreeMap<&str, &PageFile> = BTreeMap::new();
    let mut open = vec![key];
    while let Some(key) = open.pop() {
        if let Some(file) = by_key.get(key)
            && found.insert(&file.key, file).is_none()
        {
            open.extend(file.names.iter().map(|named| named.key.as_str()));
        }
    }
    found.into_values().collect()
}
