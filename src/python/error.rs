//! Why there is no such Python or virtual environment, and what the user can do about it.

use std::io;
use std::path::PathBuf;

use super::lock;
use crate::hint::Hint;

/// Why an environment with pinned packages could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No Python on the path.
    #[error("no Python was found on PATH; looked for {}", tried.join(", "))]
    NoPython {
        /// The names looked for.
        tried: Vec<String>,
    },
    /// Every Python found is too old.
    #[error("{} is Python {version}; 3.10 or newer is needed", program.display())]
    OldPython {
        /// The first found.
        program: PathBuf,
        /// Its version, as `3.9`.
        version: String,
    },
    /// The Python found cannot make virtual environments.
    #[error("{} cannot make a virtual environment: it has no module venv or ensurepip", program.display())]
    NoVenv {
        /// The Python.
        program: PathBuf,
    },
    /// `QDN_PYTHON` names something that is no Python.
    #[error("QDN_PYTHON names {}, which does not run as Python", program.display())]
    NamedPython {
        /// What it names.
        program: PathBuf,
    },
    /// The virtual environment could not be made.
    #[error("making the virtual environment {} failed:\n{output}", folder.display())]
    Environment {
        /// The folder.
        folder: PathBuf,
        /// The last lines that were printed.
        output: String,
    },
    /// The packages could not be installed into it.
    #[error("installing {name} failed:\n{output}")]
    Install {
        /// What was wanted.
        name: String,
        /// The last lines that pip printed.
        output: String,
    },
    /// The packages do not hold what they should.
    #[error("the installation of {name} in {} is incomplete: it has no {missing}", folder.display())]
    Incomplete {
        /// What was wanted.
        name: String,
        /// The virtual environment.
        folder: PathBuf,
        /// The program or file.
        missing: String,
    },
    /// Another command is at it, or the lock cannot be used.
    #[error(transparent)]
    Lock(#[from] lock::Error),
    /// A file or folder could not be read or written, or a program not be started.
    #[error("{action} {} failed", path.display())]
    File {
        /// What was done, as `writing`.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl Error {
    /// Whether this machine has no Python that will do.
    pub fn is_missing_python(&self) -> bool {
        match self {
            Self::NoPython { .. }
            | Self::OldPython { .. }
            | Self::NoVenv { .. }
            | Self::NamedPython { .. } => true,
            Self::Environment { .. }
            | Self::Install { .. }
            | Self::Incomplete { .. }
            | Self::Lock(_)
            | Self::File { .. } => false,
        }
    }

    /// For `map_err`: what was done to which file.
    pub(super) fn file(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File {
            action,
            path,
            source,
        }
    }
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        const PYTHON: &str = "install Python 3.10 or newer (Debian: `apt install python3 python3-venv`, \
                              macOS: `brew install python`), or name one with QDN_PYTHON";
        match self {
            Self::NoPython { .. } | Self::OldPython { .. } => Some(PYTHON.into()),
            Self::NoVenv { .. } => Some(
                "install its venv module (Debian: `apt install python3-venv`), or name another Python with QDN_PYTHON"
                    .into(),
            ),
            Self::NamedPython { .. } => {
                Some("let QDN_PYTHON name the program of Python 3.10 or newer, or unset it".into())
            }
            Self::Environment { folder, .. } => Some(format!(
                "see that {} can be written and its disk has room, then run the command again",
                folder.display()
            )),
            Self::Install { .. } => Some(
                "the installation needs the network once: check it, or pip's own settings \
                 (PIP_INDEX_URL, HTTPS_PROXY), then run the command again"
                    .into(),
            ),
            Self::Incomplete { .. } => Some("run the command again: it is installed anew".into()),
            Self::Lock(error) => error.hint(),
            Self::File { path, .. } => Some(format!("see that {} belongs to you and can be written", path.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_say_what_is_wrong_and_what_to_do() {
        let python = || PathBuf::from("/usr/bin/python3");
        let folder = || PathBuf::from(".qdn/venv");
        let errors = [
            Error::NoPython {
                tried: vec!["python3".into(), "python".into()],
            },
            Error::OldPython {
                program: python(),
                version: "3.9".into(),
            },
            Error::NoVenv { program: python() },
            Error::NamedPython { program: python() },
            Error::Environment {
                folder: folder(),
                output: "OSError: disk full".into(),
            },
            Error::Install {
                name: "MiniStack 1.5.33".into(),
                output: "ERROR: no route to host".into(),
            },
            Error::Incomplete {
                name: "the cross compiler".into(),
                folder: folder(),
                missing: "ziglang/zig".into(),
            },
            Error::Lock(lock::Error::Busy {
                file: folder().with_added_extension("lock"),
                minutes: 30,
            }),
        ];
        let told = errors.map(|error| format!("{error}\nhint: {}", error.hint().unwrap()));
        insta::assert_snapshot!(told.join("\n\n"), @r"
        no Python was found on PATH; looked for python3, python
        hint: install Python 3.10 or newer (Debian: `apt install python3 python3-venv`, macOS: `brew install python`), or name one with QDN_PYTHON

        /usr/bin/python3 is Python 3.9; 3.10 or newer is needed
        hint: install Python 3.10 or newer (Debian: `apt install python3 python3-venv`, macOS: `brew install python`), or name one with QDN_PYTHON

        /usr/bin/python3 cannot make a virtual environment: it has no module venv or ensurepip
        hint: install its venv module (Debian: `apt install python3-venv`), or name another Python with QDN_PYTHON

        QDN_PYTHON names /usr/bin/python3, which does not run as Python
        hint: let QDN_PYTHON name the program of Python 3.10 or newer, or unset it

        making the virtual environment .qdn/venv failed:
        OSError: disk full
        hint: see that .qdn/venv can be written and its disk has room, then run the command again

        installing MiniStack 1.5.33 failed:
        ERROR: no route to host
        hint: the installation needs the network once: check it, or pip's own settings (PIP_INDEX_URL, HTTPS_PROXY), then run the command again

        the installation of the cross compiler in .qdn/venv is incomplete: it has no ziglang/zig
        hint: run the command again: it is installed anew

        another command holds .qdn/venv.lock since more than 30 min
        hint: wait for the other qdn-infra command, or end it
        ");
    }
}
