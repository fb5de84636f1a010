//! A private virtual environment: made and filled once, and again when what is pinned changes or an
//! installation was interrupted.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tokio::process::Command;

use super::error::Error;
use super::interpreter::{self, Python};
use super::lock::Lock;
use super::search::{Search, command, last_lines};

/// Written last, so an interrupted installation is never taken for a complete one.
const STAMP: &str = "complete";

/// How long another command may take to install the same: packages can weigh hundreds of megabytes.
const PATIENCE: Duration = Duration::from_mins(30);

/// Lines kept of what a failing program printed.
const TAIL: usize = 30;

/// An environment that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What is installed, for a person: `MiniStack 1.5.33`.
    pub name: String,
    /// Its folder, absolute. Checkouts can share it. Its lock lies beside it, named `<folder>.lock`.
    pub folder: PathBuf,
    /// The text of a `requirements.txt` that pins every package exactly, with hashes.
    pub requirements: &'static str,
    /// Programs that it must have in the end, by name.
    pub programs: &'static [&'static str],
    /// Files of packages that it must have in the end, as `package/file`.
    pub files: &'static [&'static str],
}

/// What goes on while an environment is prepared; nothing when it is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Another command is preparing it.
    Waiting,
    /// It is made.
    Creating {
        /// Where.
        folder: PathBuf,
        /// With which Python, as `3.11`.
        python: String,
    },
    /// The packages are installed into it.
    Installing,
}

/// An environment that holds exactly what is pinned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    folder: PathBuf,
}

impl Environment {
    /// Its Python.
    pub fn python(&self) -> PathBuf {
        self.program("python")
    }

    /// Where a program of that name is, or would be.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join("bin").join(name)
    }

    /// A file of a package, named as `package/file`, if it is there.
    pub fn file(&self, name: &str) -> Option<PathBuf> {
        let versions = std::fs::read_dir(self.folder.join("lib")).ok()?;
        versions
            .flatten()
            .map(|version| version.path().join("site-packages").join(name))
            .find(|file| file.is_file())
    }

    /// The Python is a link to the one it was made with; when that is gone the environment is useless.
    fn is_complete(&self, wanted: &Wanted) -> bool {
        let stamp = std::fs::read_to_string(self.folder.join(STAMP));
        stamp.is_ok_and(|hash| hash == requirements_hash(wanted.requirements))
            && self.missing(wanted).is_none()
    }

    fn missing(&self, wanted: &Wanted) -> Option<&'static str> {
        let programs = ["python"]
            .into_iter()
            .chain(wanted.programs.iter().copied());
        let files = wanted.files.iter().copied();
        programs
            .filter(|name| !self.program(name).is_file())
            .chain(files.filter(|name| self.file(name).is_none()))
            .next()
    }
}

/// SHA-256 of pinned requirements, 64 lower-case hexadecimal digits: other pins, other hash.
pub fn requirements_hash(requirements: &str) -> String {
    format!("{:x}", Sha256::digest(requirements))
}

/// The environment that is wanted, made or remade if need be. Commands may want the same at once:
/// one installs, the others wait.
pub async fn prepare(
    wanted: &Wanted,
    search: &Search,
    tell: &(dyn Fn(Stage) + Sync),
) -> Result<Environment, Error> {
    let folder = &wanted.folder;
    let environment = Environment {
        folder: folder.clone(),
    };
    if environment.is_complete(wanted) {
        return Ok(environment);
    }
    let _lock = Lock::take(&folder.with_added_extension("lock"), PATIENCE, || {
        tell(Stage::Waiting);
    })
    .await?;
    if environment.is_complete(wanted) {
        return Ok(environment);
    }
    let python = interpreter::find(search).await?;
    tell(Stage::Creating {
        folder: folder.clone(),
        python: python.version.clone(),
    });
    create(folder, &python).await?;
    tell(Stage::Installing);
    install(wanted, &environment).await?;
    if let Some(missing) = environment.missing(wanted) {
        return Err(Error::Incomplete {
            name: wanted.name.clone(),
            folder: folder.clone(),
            missing: missing.to_owned(),
        });
    }
    write(folder.join(STAMP), &requirements_hash(wanted.requirements))?;
    Ok(environment)
}

async fn create(folder: &Path, python: &Python) -> Result<(), Error> {
    // Of other pins, or what an interrupted installation left behind.
    if folder.exists() {
        tokio::fs::remove_dir_all(folder)
            .await
            .map_err(Error::file("removing", folder))?;
    }
    let mut command = command(&python.program);
    // Isolated: modules in the current folder, or in the user's own, are not Python's.
    command.args(["-I", "-m", "venv"]).arg(folder);
    run(command, &python.program)
        .await?
        .map_err(|output| Error::Environment {
            folder: folder.to_owned(),
            output,
        })
}

async fn install(wanted: &Wanted, environment: &Environment) -> Result<(), Error> {
    let list = wanted.folder.join("requirements.txt");
    write(list.clone(), wanted.requirements)?;
    let python = environment.python();
    let mut command = command(&python);
    command
        .args([
            "-I",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
        ])
        .args([
            "--require-hashes",
            "--only-binary",
            ":all:",
            "--requirement",
        ])
        .arg(list);
    run(command, &python)
        .await?
        .map_err(|output| Error::Install {
            name: wanted.name.clone(),
            output,
        })
}

fn write(file: PathBuf, text: &str) -> Result<(), Error> {
    std::fs::write(&file, text).map_err(Error::file("writing", file))
}

/// Runs to the end; the inner error holds the last lines of what was printed.
async fn run(mut command: Command, program: &Path) -> Result<Result<(), String>, Error> {
    let output = command
        .output()
        .await
        .map_err(Error::file("starting", program))?;
    if output.status.success() {
        return Ok(Ok(()));
    }
    let printed = [output.stdout, output.stderr].concat();
    Ok(Err(last_lines(&String::from_utf8_lossy(&printed), TAIL)))
}

#[cfg(test)]
#[path = "environment_tests.rs"]
mod tests;
