//! Why the local cloud could not do what was asked, and what the user can do about it.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::hint::Hint;
use crate::python;

/// A process of the local environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The emulator.
    Cloud,
    /// The stand-in for the carrier.
    Carrier,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cloud => "the local cloud",
            Self::Carrier => "the local carrier",
        })
    }
}

/// Why the local cloud could not be started, stopped, asked or emptied.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The emulator cannot be installed into a virtual environment of its own.
    #[error("the local cloud's emulator cannot be installed")]
    Python(#[from] python::Error),
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
    /// A process ended before it answered.
    #[error("{part} ended while starting ({ended}); the end of {}:\n{tail}", log.display())]
    Ended {
        /// Which.
        part: Part,
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
    /// A process did not answer in time.
    #[error("{part} did not answer within {seconds} s; the end of {}:\n{tail}", log.display())]
    Silent {
        /// Which.
        part: Part,
        /// How long it was given.
        seconds: u64,
        /// Its log.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
    /// A process did not end, not even when killed.
    #[error("process {pid} of the local cloud does not end")]
    Undying {
        /// The process.
        pid: u32,
    },
    /// Another command holds the local cloud for too long, or its lock cannot be used.
    #[error(transparent)]
    Lock(#[from] python::LockError),
    /// The stand-in credentials are not as they were made.
    #[error("{} has no {name}, or not as it was made", file.display())]
    Credentials {
        /// The file.
        file: PathBuf,
        /// The value.
        name: &'static str,
    },
    /// The carrier's state was written by another version, or spoilt.
    #[error("{}:{line} cannot be read", file.display())]
    Journal {
        /// The file.
        file: PathBuf,
        /// The line.
        line: usize,
        /// Why not.
        source: serde_json::Error,
    },
    /// A running process refused to be emptied.
    #[error("{part} could not be emptied: {reason}")]
    Reset {
        /// Which.
        part: Part,
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
        const NODE: &str = "install Node.js 20 or newer and see that `node --version` shows it";
        match self {
            Self::Python(error) => error.hint(),
            Self::NoNode | Self::OldNode { .. } => Some(NODE.into()),
            Self::Ended { log, .. } | Self::Silent { log, .. } => Some(format!(
                "read {}; `qdn-infra local reset` clears a state that cannot be loaded, \
                 then run the command again",
                log.display()
            )),
            Self::OtherEmulator { folder, .. } => Some(format!(
                "delete {}, then run the command again: it is made anew",
                folder.display()
            )),
            Self::NoPort { .. } => Some("see that programs may listen on 127.0.0.1".into()),
            Self::Credentials { file, .. } => Some(format!(
                "delete {}; it is made anew by `qdn-infra local start`, and `qdn-infra apply` puts it in force",
                file.display()
            )),
            Self::Journal { .. } => {
                Some("throw the local state away with `qdn-infra local reset`".into())
            }
            Self::Undying { pid } => Some(format!(
                "look at the process with `ps -p {pid}`, and end it yourself"
            )),
            Self::Lock(error) => error.hint(),
            Self::Reset { .. } => {
                Some("run `qdn-infra local stop`, then `qdn-infra local reset`".into())
            }
            Self::File { path, .. } => Some(format!(
                "see that {} belongs to you and can be written",
                path.display()
            )),
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
        let log = PathBuf::from(".qdn/local/emulator.log");
        let errors = [
            Error::Python(python::Error::NoPython {
                tried: vec!["python3".into(), "python".into()],
            }),
            Error::NoNode,
            Error::Ended {
                part: Part::Cloud,
                ended: "exit code 1".into(),
                log,
                tail: "OSError: disk full".into(),
            },
        ];
        insta::assert_snapshot!(errors.iter().map(told).collect::<Vec<_>>().join("\n\n"), @r"
        the local cloud's emulator cannot be installed
        hint: install Python 3.10 or newer (Debian: `apt install python3 python3-venv`, macOS: `brew install python`), or name one with QDN_PYTHON

        node was not found on PATH; the local cloud runs edge functions with it
        hint: install Node.js 20 or newer and see that `node --version` shows it

        the local cloud ended while starting (exit code 1); the end of .qdn/local/emulator.log:
        OSError: disk full
        hint: read .qdn/local/emulator.log; `qdn-infra local reset` clears a state that cannot be loaded, then run the command again
        ");
    }
}
