//! Logs of the processes that are started: begun afresh with every start, the one before kept beside it.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

use super::error::Error;
use crate::python::last_lines;

/// An empty log; the one before becomes `previous`.
pub(super) fn fresh(log: &Path, previous: &Path) -> Result<File, Error> {
    match std::fs::rename(log, previous) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Error::file("renaming", log)(error));
        }
        _ => {}
    }
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(log)
        .map_err(Error::file("opening", log))
}

/// The last lines of a text file; empty when it cannot be read.
pub(super) fn tail(file: &Path) -> String {
    const LINES: usize = 15;
    let text = std::fs::read(file).unwrap_or_default();
    last_lines(&String::from_utf8_lossy(&text), LINES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_is_not_there_has_no_last_lines() {
        assert_eq!(tail(Path::new("/nowhere/at/all")), "");
    }

    #[test]
    fn a_start_keeps_the_log_before() {
        let folder = tempfile::tempdir().unwrap();
        let (log, previous) = (folder.path().join("log"), folder.path().join("previous"));
        for text in ["one", "two"] {
            drop(fresh(&log, &previous).unwrap());
            std::fs::write(&log, text).unwrap();
        }
        assert_eq!((tail(&log), tail(&previous)), ("two".into(), "one".into()));
    }
}
