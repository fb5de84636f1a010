//! The cross compiler: zig and the cargo subcommand that calls it, from pinned wheels in a private
//! virtual environment. Making that is `python`'s; Rust's own part is in `toolchain`.

use std::path::{Path, PathBuf};

use super::progress::{Progress, Stage};
use crate::python::{self, Search, Wanted, requirements_hash};

/// The pins, with a hash for every machine that can build.
const REQUIREMENTS: &str = include_str!("requirements.txt");

/// The program of the one wheel, and the file of the other, that a build needs.
const CARGO_ZIGBUILD: &str = "cargo-zigbuild";
const ZIG: &str = "ziglang/zig";

/// Where the tools are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tools {
    pub(super) cargo_zigbuild: PathBuf,
    pub(super) zig: PathBuf,
    /// A folder for what the tools keep from one build to the next.
    pub(super) cache: PathBuf,
}

/// Why the cross compiler is not there.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no Python for it, or its wheels could not be fetched or checked.
    #[error("the cross compiler cannot be installed")]
    NotInstalled(#[from] python::Error),
    /// The folder for the tools cannot be used.
    #[error("the tools folder {} cannot be used", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl crate::hint::Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NotInstalled(error) => error.hint(),
            Self::Folder { folder, .. } => Some(format!(
                "see that {} belongs to you and can be written, or name another with QDN_TOOLS",
                folder.display()
            )),
        }
    }
}

/// Installs the tools below `folder` unless they are there. Two processes may call this at once:
/// the second waits for the first.
pub(super) async fn ensure(
    folder: &Path,
    search: &Search,
    progress: &dyn Progress,
) -> Result<Tools, Error> {
    let unusable = |source| Error::Folder {
        folder: folder.to_owned(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(unusable)?;
    let folder = folder.canonicalize().map_err(unusable)?;
    let wanted = wanted(&folder);
    let tell = |stage| match stage {
        python::Stage::Waiting | python::Stage::Creating { .. } => {
            progress.say(Stage::InstallingTools);
        }
        // A person is told once.
        python::Stage::Installing => {}
    };
    let environment = python::prepare(&wanted, search, &tell).await?;
    let zig = environment
        .file(ZIG)
        .ok_or_else(|| python::Error::Incomplete {
            name: wanted.name,
            folder: wanted.folder,
            missing: ZIG.to_owned(),
        })?;
    Ok(Tools {
        cargo_zigbuild: environment.program(CARGO_ZIGBUILD),
        zig,
        cache: folder.join("cache"),
    })
}

/// The environment of the tools. New pins, new folder.
fn wanted(folder: &Path) -> Wanted {
    Wanted {
        name: "the cross compiler".to_owned(),
        folder: folder.join(format!("zig-{}", &requirements_hash(REQUIREMENTS)[..12])),
        requirements: REQUIREMENTS,
        programs: &[CARGO_ZIGBUILD],
        files: &[ZIG],
    }
}

#[cfg(test)]
#[path = "tools_tests.rs"]
mod tests;
