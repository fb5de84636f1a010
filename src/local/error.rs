//! Why the local cloud could not do what was asked, and what the user can do about it.

use std::io;
use std::path::PathBuf;

use crate::hint::Hint;

/// Why the local cloud could not be started, stopped, asked or emptied.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No Python on the path.
    #[error("no Python was found on PATH; looked for {}", tried.join(", "))]
    NoPython {
        /// The names looked for.
        tried: Vec<String>,
    },
    /// Every Python found is too old.
    #[error("{} is Python {version}; the local cloud needs 3.10 or newer", program.display())]
    OldPython {
        /// The newest found.
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
    /// No node on the path.
    #[error("node was not found on PATH; the local cloud runs edge functions with it")]
    NoNode,
    /// The node found is too old, or does not run.
    #[error("{} is node {version}; the local cloud needs 20 or newer", program.display())]
    OldNode {
        /// The node.
        program: PathBuf,
        /// Its version, as `18.19.0`.
        version: String,
    },
    /// The virtual environment could not be made.
    #[error("making the virtual environment {} failed:\n{output}", folder.display())]
    Environment {
        /// The folder.
        folder: PathBuf,
        /// The last lines that were printed.
        output: String,
    },
    /// The emulator could not be installed into it.
    #[error("installing MiniStack {version} failed:\n{output}")]
    Install {
        /// The version wanted.
        version: &'static str,
        /// The last lines that pip printed.
        output: String,
    },
    /// The emulator ended before it answered.
    #[error("the local cloud ended while starting ({ended}); the end of {}:\n{tail}", log.display())]
    Ended {
        /// Exit code or signal.
        ended: String,
        /// Its log.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
    /// The emulator in the virtual environment has another version.
    #[error("the virtual environment {} holds another MiniStack: {said}", folder.display())]
    OtherEmulator {
        /// The virtual environment.
        folder: PathBuf,
        /// What the launcher said, with both versions.
        said: String,
    },
    /// No port could be bound at all.
    #[error("the local cloud found no port to listen on: {said}")]
    NoPort {
        /// What the launcher said.
        said: String,
    },
    /// The emulator did not answer in time.
    #[error("the local cloud did not answer within {seconds} s; the end of {}:\n{tail}", log.display())]
    Silent {
        /// How long it was given.
        seconds: u64,
        /// Its log.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
    /// The process did not end, not even when killed.
    #[error("the local cloud's process {pid} does not end")]
    Undying {
        /// The process.
        pid: u32,
    },
    /// Another command holds the local cloud for too long.
    #[error("another command holds {} since more than {minutes} min", file.display())]
    Busy {
        /// The lock's file.
        file: PathBuf,
        /// How long this one waited.
        minutes: u64,
    },
    /// A running local cloud refused to be emptied.
    #[error("the local cloud could not be emptied: {reason}")]
    Reset {
        /// What it answered.
        reason: String,
    },
    /// A file or folder of the local cloud could not be read or written.
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
        const NODE: &str = "install Node.js 20 or newer and see that `node --version` shows it";
        match self {
            Self::NoPython { .. } | Self::OldPython { .. } => Some(PYTHON.into()),
            Self::NoVenv { .. } => Some(
                "install its venv module (Debian: `apt install python3-venv`), or name another Python with QDN_PYTHON"
                    .into(),
            ),
            Self::NamedPython { .. } => {
                Some("let QDN_PYTHON name the program of Python 3.10 or newer, or unset it".into())
            }
            Self::NoNode | Self::OldNode { .. } => Some(NODE.into()),
            Self::Environment { folder, .. } => Some(format!(
                "see that {} can be written and has 100 MB free, then run the command again",
                folder.display()
            )),
            Self::Install { .. } => Some(
                "the installation needs the network once: check it, or pip's own settings \
                 (PIP_INDEX_URL, HTTPS_PROXY), then run the command again"
                    .into(),
            ),
            Self::Ended { log, .. } | Self::Silent { log, .. } => Some(format!(
                "read {}; `qdn-infra local reset` clears a state that cannot be loaded, \
                 then run the command again",
                log.display()
            )),
            Self::OtherEmulator { folder, .. } => {
                Some(format!("delete {}, then run the command again: it is made anew", folder.display()))
            }
            Self::NoPort { .. } => Some("see that programs may listen on 127.0.0.1".into()),
            Self::Undying { pid } => Some(format!("look at the process with `ps -p {pid}`, and end it yourself")),
            Self::Busy { .. } => Some("wait for the other qdn-infra command, or end it".into()),
            Self::Reset { .. } => Some("run `qdn-infra local stop`, then `qdn-infra local reset`".into()),
            Self::File { path, .. } => Some(format!("see that {} belongs to you and can be written", path.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(error: &Error) -> String {
        format!(
            "{error}\nhint: {}",
            error
                .hint()
                .expect("every error here can be fixed by a user")
        )
    }

    #[test]
    fn errors_say_what_is_wrong_and_what_to_do() {
        let python = PathBuf::from("/usr/bin/python3");
        let log = PathBuf::from(".qdn/local/emulator.log");
        let errors = [
            Error::NoPython {
                tried: vec!["python3".into(), "python".into()],
            },
            Error::NoVenv { program: python },
            Error::NoNode,
            Error::Install {
                version: "1.5.33",
                output: "ERROR: no route to host".into(),
            },
            Error::Ended {
                ended: "exit code 1".into(),
                log,
                tail: "OSError: disk full".into(),
            },
        ];
        insta::assert_snapshot!(errors.iter().map(told).collect::<Vec<_>>().join("\n\n"), @"");
    }
}
