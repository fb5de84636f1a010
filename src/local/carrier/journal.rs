//! The state on disk: one JSON object a line, appended with every change, the last one of a SID counts.
//! A line that was cut short by a crash is dropped; a start writes the file anew without what is outdated.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::model::{Message, OptOut, Resource};
use crate::local::Error;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(super) enum Entry {
    Message(Message),
    Number(Resource),
    Service(Resource),
    OptedOut(OptOut),
    OptedIn(OptOut),
}

/// The open file.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
}

/// Reads the entries of a journal; none when there is no file.
pub(super) fn read(path: &Path) -> Result<Vec<Entry>, Error> {
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.map_err(Error::file("reading", path))?,
    };
    let mut entries = Vec::new();
    // Without its end of line the last one was not written to its end.
    let whole = bytes
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |end| end + 1);
    for (index, line) in bytes[..whole].split(|byte| *byte == b'\n').enumerate() {
        if !line.is_empty() {
            entries.push(
                serde_json::from_slice(line).map_err(|source| Error::Journal {
                    file: path.to_owned(),
                    line: index + 1,
                    source,
                })?,
            );
        }
    }
    Ok(entries)
}

impl Journal {
    /// Replaces the file by one with these entries, and appends to it from now on.
    pub fn begin(path: &Path, entries: &[Entry]) -> io::Result<Self> {
        let beside = path.with_extension("new");
        let mut options = OpenOptions::new();
        // It holds phone numbers and tracking links.
        options.create(true).truncate(true).write(true).mode(0o600);
        let mut bytes = Vec::new();
        for entry in entries {
            bytes.extend(line(entry));
        }
        options.open(&beside)?.write_all(&bytes)?;
        fs::rename(&beside, path)?;
        let file = OpenOptions::new().append(true).open(path)?;
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }

    /// Adds an entry in one write.
    pub fn add(&mut self, entry: &Entry) -> io::Result<()> {
        self.file.write_all(&line(entry))
    }

    /// Begins again with these entries.
    pub fn replace(&mut self, entries: &[Entry]) -> io::Result<()> {
        *self = Self::begin(&self.path, entries)?;
        Ok(())
    }
}

fn line(entry: &Entry) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(entry).expect("an entry has only text keys");
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opt_out(phone: &str) -> Entry {
        Entry::OptedOut(OptOut {
            sender: "+15005550006".into(),
            phone: phone.into(),
        })
    }

    #[test]
    fn entries_come_back_and_a_torn_line_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.jsonl");
        assert_eq!(read(&path).unwrap(), []);
        let mut journal = Journal::begin(&path, &[opt_out("+15005550100")]).unwrap();
        journal.add(&opt_out("+15005550101")).unwrap();
        let both = [opt_out("+15005550100"), opt_out("+15005550101")];
        assert_eq!(read(&path).unwrap(), both);
        let whole = fs::read(&path).unwrap();
        for cut in 1..=line(&both[1]).len() {
            fs::write(&path, &whole[..whole.len() - cut]).unwrap();
            assert_eq!(read(&path).unwrap(), both[..1]);
        }
    }

    #[test]
    fn a_line_that_is_not_ours_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.jsonl");
        drop(Journal::begin(&path, &[opt_out("+15005550100")]).unwrap());
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}{{\"kind\": \"other\"}}\n")).unwrap();
        let error = read(&path).unwrap_err();
        assert!(matches!(error, Error::Journal { line: 2, .. }), "{error}");
    }
}
