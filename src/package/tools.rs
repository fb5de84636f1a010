//! The cross compiler: zig and the cargo subcommand that calls it, from pinned wheels in a private
//! virtual environment. Installed once per set of pins; Rust's own part is in `toolchain`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::process::{Failure, Tool};
use super::progress::{Progress, Stage};

/// The pins, with a hash for every machine that can build.
const REQUIREMENTS: &str = include_str!("requirements.txt");

/// Oldest Python whose `venv` and `pip` do what is asked of them here.
const PYTHON_LEAST: (u32, u32) = (3, 10);

/// Names under which a suitable Python may be found, the usual one first.
const PYTHON_NAMES: [&str; 7] = [
    "python3",
    "python3.14",
    "python3.13",
    "python3.12",
    "python3.11",
    "python3.10",
    "python",
];

/// Written last, so that its presence means that the environment is complete; holds the path of zig.
const STAMP: &str = "zig-path";

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
    /// No Python, or too old.
    #[error("no Python {}.{} or newer in PATH (looked for {})", PYTHON_LEAST.0, PYTHON_LEAST.1, PYTHON_NAMES.join(", "))]
    NoPython,
    /// Python cannot make a virtual environment.
    #[error("a virtual environment for the cross compiler cannot be made")]
    NoVenv(#[source] Failure),
    /// pip could not fetch or check the wheels.
    #[error("the cross compiler cannot be installed")]
    NotInstalled(#[source] Failure),
    /// The installed wheels do not hold what they should.
    #[error("the installed cross compiler is incomplete: {} is missing", .missing.display())]
    Incomplete {
        /// The file.
        missing: PathBuf,
    },
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
            Self::NoPython => {
                Some("install Python 3.10 or newer, e.g. `apt install python3 python3-venv`".to_owned())
            }
            Self::NoVenv(_) => {
                Some("install Python's venv module, e.g. `apt install python3-venv`".to_owned())
            }
            Self::NotInstalled(_) => Some(
                "the wheels come from pip's index: check the network, or set PIP_INDEX_URL to a mirror".to_owned(),
            ),
            Self::Incomplete { missing } => {
                let folder = missing.ancestors().find(|folder| folder.join("pyvenv.cfg").is_file());
                Some(format!("remove {} and try again", folder.unwrap_or(missing).display()))
            }
            Self::Folder { .. } => None,
        }
    }
}

/// Installs the tools below `folder` unless they are there. Two processes may call this at once:
/// the second waits for the first.
pub(super) async fn ensure(
    folder: &Path,
    environment: &BTreeMap<OsString, OsString>,
    progress: &dyn Progress,
) -> Result<Tools, Error> {
    let unusable = |source| Error::Folder {
        folder: folder.to_owned(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(unusable)?;
    let folder = folder.canonicalize().map_err(unusable)?;
    let unusable = |source| Error::Folder {
        folder: folder.clone(),
        source,
    };
    let venv = folder.join(format!("zig-{}", pins_digest()));
    if let Some(tools) = installed(&folder, &venv) {
        return Ok(tools);
    }
    let lock = File::create(folder.join("zig.lock")).map_err(unusable)?;
    let _lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock))
        .await
        .map_err(|error| unusable(std::io::Error::other(error)))?
        .map_err(unusable)?;
    if let Some(tools) = installed(&folder, &venv) {
        return Ok(tools);
    }
    progress.say(Stage::InstallingTools);
    install(&folder, &venv, environment, progress).await?;
    installed(&folder, &venv).ok_or(Error::Incomplete {
        missing: venv.join(STAMP),
    })
}

/// First digits of the hash of the pins: new pins, new folder.
fn pins_digest() -> String {
    let digest: [u8; 32] = Sha256::digest(REQUIREMENTS.as_bytes()).into();
    qdn_shared::package::PackageDigest::from_bytes(digest)
        .to_string()
        .chars()
        .take(12)
        .collect()
}

/// The tools, if their installation was completed.
fn installed(folder: &Path, venv: &Path) -> Option<Tools> {
    let zig = PathBuf::from(std::fs::read_to_string(venv.join(STAMP)).ok()?);
    let cargo_zigbuild = venv.join("bin/cargo-zigbuild");
    let are_there = zig.is_file() && cargo_zigbuild.is_file();
    are_there.then(|| Tools {
        cargo_zigbuild,
        zig,
        cache: folder.join("cache"),
    })
}

async fn install(
    folder: &Path,
    venv: &Path,
    environment: &BTreeMap<OsString, OsString>,
    progress: &dyn Progress,
) -> Result<(), Error> {
    let unusable = |source| Error::Folder {
        folder: folder.to_owned(),
        source,
    };
    // What an interrupted installation left behind.
    if venv.exists() {
        std::fs::remove_dir_all(venv).map_err(unusable)?;
    }
    let tool = |program: &Path, arguments: &[&str]| Tool {
        program: program.to_owned(),
        arguments: arguments.iter().map(Into::into).collect(),
        folder: folder.to_owned(),
        environment: environment.clone(),
    };
    let python = find_python(&tool).await?;
    let mut make = tool(&python, &["-m", "venv"]);
    make.arguments.push(venv.into());
    make.run(progress).await.map_err(Error::NoVenv)?;

    let requirements = venv.join("requirements.txt");
    std::fs::write(&requirements, REQUIREMENTS).map_err(unusable)?;
    let python = venv.join("bin/python");
    let mut pip = tool(
        &python,
        &[
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
            "--no-deps",
            "--only-binary=:all:",
            "--require-hashes",
            "--requirement",
        ],
    );
    pip.arguments.push(requirements.into());
    pip.run(progress).await.map_err(Error::NotInstalled)?;

    let script =
        "import os, ziglang; print(os.path.join(os.path.dirname(ziglang.__file__), 'zig'))";
    let zig = tool(&python, &["-c", script])
        .output()
        .await
        .map_err(Error::NotInstalled)?;
    let zig = zig.trim_end();
    for missing in [Path::new(zig), &venv.join("bin/cargo-zigbuild")] {
        if !missing.is_file() {
            return Err(Error::Incomplete {
                missing: missing.to_owned(),
            });
        }
    }
    std::fs::write(venv.join(STAMP), zig).map_err(unusable)
}

/// The first Python in `PATH` that is new enough.
async fn find_python(tool: &impl Fn(&Path, &[&str]) -> Tool) -> Result<PathBuf, Error> {
    let script = "import sys; print(sys.version_info.major, sys.version_info.minor)";
    for name in PYTHON_NAMES {
        let said = tool(Path::new(name), &["-c", script])
            .output()
            .await
            .unwrap_or_default();
        if version(&said).is_some_and(|version| version >= PYTHON_LEAST) {
            return Ok(PathBuf::from(name));
        }
    }
    Err(Error::NoPython)
}

/// `3 11` as two numbers.
fn version(said: &str) -> Option<(u32, u32)> {
    let (major, minor) = said.trim().split_once(' ')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
#[path = "tools_tests.rs"]
mod tests;
