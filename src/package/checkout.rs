//! A target directory that checkouts share. What they depend on is compiled once for all of them, because no flag
//! names a checkout; their own crates have to be told apart here. cargo names the artifacts of those by version and
//! compares times, so it would take one checkout's for another's.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::error::Error;
use super::metadata::Metadata;

/// Whose crates the artifacts in a target directory were last built from: a folder, and what lay in its crates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Checkout {
    root: PathBuf,
    sources: String,
}

impl Checkout {
    /// The checkout as it is now.
    pub(super) fn read(metadata: &Metadata) -> Result<Self, Error> {
        let mut digest = Sha256::new();
        for folder in metadata.member_folders() {
            take_in(&mut digest, &metadata.workspace_root, folder)?;
        }
        Ok(Self {
            root: metadata.workspace_root.clone(),
            sources: format!("{:x}", digest.finalize()),
        })
    }

    /// The same folder, and nothing known of what its crates hold.
    pub(super) fn at_work(&self) -> Self {
        Self {
            root: self.root.clone(),
            sources: String::new(),
        }
    }

    /// Whether cargo may judge by itself what to build anew. It sees by time what changed in the folder that it
    /// built from last; and with the same sources, all that it can take is the same.
    pub(super) fn may_follow(&self, last: Option<&Self>) -> bool {
        last.is_some_and(|last| last.root == self.root || last.sources == self.sources)
    }

    /// The last one, if it is known.
    pub(super) fn last(record: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(record).ok()?;
        let (sources, root) = text.trim_end().split_once(' ')?;
        Some(Self {
            root: PathBuf::from(root),
            sources: sources.to_owned(),
        })
    }

    /// Writes down that the artifacts are this one's.
    pub(super) fn remember(&self, record: &Path) -> Result<(), Error> {
        let text = format!("{} {}\n", self.sources, self.root.display());
        record
            .parent()
            .map_or(Ok(()), std::fs::create_dir_all)
            .and_then(|()| std::fs::write(record, text))
            .map_err(|source| Error::io(record, source))
    }
}

/// Forgets whose the artifacts are.
pub(super) fn forget(record: &Path) -> Result<(), Error> {
    match std::fs::remove_file(record) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io(record, source))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Adds every file below `folder` to the digest, by its name in the checkout and its bytes.
fn take_in(digest: &mut Sha256, root: &Path, folder: &Path) -> Result<(), Error> {
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(folder).to_owned();
            Error::io(&path, error.into())
        })?;
        if !entry.file_type().is_file() {
            continue;
        }
        let path = entry.path();
        let bytes = std::fs::read(path).map_err(|source| Error::io(path, source))?;
        let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy();
        // Lengths go first, so that no two folders read the same.
        for field in [name.as_bytes(), &bytes] {
            digest.update((field.len() as u64).to_be_bytes());
            digest.update(field);
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "checkout_tests.rs"]
mod tests;
