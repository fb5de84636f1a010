//! Finds the node that the emulator runs edge functions with. Installs nothing.

use std::ffi::OsStr;
use std::path::PathBuf;

use super::error::Error;
use crate::python::{answer, on_path};

const OLDEST: u32 = 20;

/// The real program behind `node` on the path, which may be a version manager's stand-in that needs
/// the user's environment; the emulator runs without that.
pub async fn find(path: &OsStr) -> Result<PathBuf, Error> {
    let mut old = None;
    for program in on_path("node", path) {
        let script = "console.log(process.versions.node); console.log(process.execPath)";
        let Some(said) = answer(&program, &["-e", script]).await else {
            continue;
        };
        let Some((version, real)) = said.trim().split_once('\n') else {
            continue;
        };
        let major: Option<u32> = version
            .split('.')
            .next()
            .and_then(|major| major.parse().ok());
        if major.is_some_and(|major| major >= OLDEST) {
            return Ok(PathBuf::from(real.trim()));
        }
        old = old.or(Some(Error::OldNode {
            program,
            version: version.trim().to_owned(),
        }));
    }
    Err(old.unwrap_or(Error::NoNode))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::python::program;

    fn node_that_prints(these: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        program(folder.path(), "node", &format!("printf '{these}'"));
        folder
    }

    #[tokio::test]
    async fn node_is_found_behind_its_stand_in() {
        let folder = node_that_prints("20.11.1\\n/real/bin/node\\n");
        assert_eq!(
            find(folder.path().as_os_str()).await.unwrap(),
            Path::new("/real/bin/node")
        );
    }

    #[tokio::test]
    async fn an_old_or_missing_node_is_refused() {
        let folder = node_that_prints("18.19.0\\n/usr/bin/node\\n");
        let error = find(folder.path().as_os_str()).await.unwrap_err();
        assert!(
            matches!(&error, Error::OldNode { version, .. } if version == "18.19.0"),
            "{error}"
        );
        assert!(matches!(find(OsStr::new("")).await, Err(Error::NoNode)));
    }
}
