//! What starting the local cloud tells while it goes on. The words are here, the terminal is not.

use std::fmt;
use std::path::PathBuf;

use url::Url;

/// Hears how far a start has come.
pub trait Progress: Send + Sync {
    /// One stage begins, or has been reached.
    fn say(&self, stage: Stage);
}

/// A stage of starting the local cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Another command holds the local cloud.
    Waiting,
    /// The virtual environment is made.
    CreatingEnvironment {
        /// Where.
        folder: PathBuf,
        /// With which Python, as `3.11`.
        python: String,
    },
    /// The emulator is installed into it.
    InstallingEmulator {
        /// Its version.
        version: &'static str,
    },
    /// The one that runs is stopped, to be started again.
    Restarting {
        /// The reason.
        why: Why,
    },
    /// The emulator's process is started.
    Starting {
        /// The port wanted for SDKs.
        endpoint_port: u16,
        /// The port wanted for people.
        front_port: u16,
    },
    /// A wanted port has another owner.
    OtherPort {
        /// The port wanted.
        wanted: u16,
        /// The port used.
        used: u16,
    },
    /// One runs already, and is used.
    Reusing {
        /// Its address for people.
        front: Url,
    },
    /// It answers.
    Ready {
        /// Its address for people.
        front: Url,
    },
    /// The carrier's stand-in was started and answers.
    CarrierReady {
        /// Where its texts are shown.
        inbox: Url,
    },
}

/// Why a running local cloud is started anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It was started by another version of this program.
    OtherVersion,
    /// Its process lives, but does not answer.
    NoAnswer,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting => write!(f, "waiting for another command that uses the local cloud"),
            Self::CreatingEnvironment { folder, python } => {
                write!(
                    f,
                    "creating a virtual environment of Python {python} in {}",
                    folder.display()
                )
            }
            Self::InstallingEmulator { version } => {
                write!(f, "installing MiniStack {version} (once)")
            }
            Self::Restarting { why } => write!(f, "restarting the local cloud: {why}"),
            Self::Starting {
                endpoint_port,
                front_port,
            } => {
                write!(
                    f,
                    "starting the local cloud on ports {endpoint_port} and {front_port}"
                )
            }
            Self::OtherPort { wanted, used } => write!(f, "port {wanted} is taken; using {used}"),
            Self::Reusing { front } => write!(f, "using the local cloud that runs at {front}"),
            Self::Ready { front } => write!(f, "the local cloud runs at {front}"),
            Self::CarrierReady { inbox } => {
                write!(f, "texts are shown at {inbox}")
            }
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherVersion => "another version of this program started it",
            Self::NoAnswer => "it does not answer",
        })
    }
}
