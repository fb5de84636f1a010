//! Why no package could be built, and what to do about it.

use std::path::{Path, PathBuf};

use qdn_shared::package::FunctionName;

use super::process::Failure;
use super::{Architecture, archive, elf, metadata, toolchain, tools};
use crate::hint::Hint;

/// Why no package could be built.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The cross compiler is not there.
    #[error(transparent)]
    Tools(#[from] tools::Error),
    /// The Rust toolchain cannot build for the target.
    #[error(transparent)]
    Toolchain(#[from] toolchain::Error),
    /// The workspace is not as it should be.
    #[error(transparent)]
    Metadata(#[from] metadata::Error),
    /// No crate of the workspace has a binary of the function's name.
    #[error("no crate of the workspace has a binary named {function}")]
    NoCrate {
        /// The function.
        function: FunctionName,
    },
    /// One request names a function twice; its zip has one place.
    #[error("function {function} is asked for twice")]
    AskedTwice {
        /// The function.
        function: FunctionName,
    },
    /// cargo failed; the source shows its last lines.
    #[error("{} cannot be built for {architecture}", names(.functions))]
    NotBuilt {
        /// Built together.
        functions: Vec<FunctionName>,
        /// What for.
        architecture: Architecture,
        /// What cargo said.
        source: Failure,
    },
    /// The binary would not run.
    #[error("function {function} for {architecture} is refused: {refusal}")]
    Refused {
        /// The function.
        function: FunctionName,
        /// What it was built for.
        architecture: Architecture,
        /// Why.
        refusal: elf::Refusal,
    },
    /// The zip is above the function's limit.
    #[error("the zip of function {function} has {zip_bytes} bytes, more than its limit of {limit}")]
    TooLarge {
        /// The function.
        function: FunctionName,
        /// Its size.
        zip_bytes: u64,
        /// What it may have.
        limit: u64,
    },
    /// Another build has the target directory for too long.
    #[error(transparent)]
    Busy(#[from] crate::python::LockError),
    /// The zip could not be made.
    #[error(transparent)]
    Archive(#[from] archive::Error),
    /// Another build has replaced the zip since.
    #[error("the zip of function {function} was replaced by another build: {}", .zip.display())]
    Replaced {
        /// The function.
        function: FunctionName,
        /// The file.
        zip: PathBuf,
    },
    /// A file could not be read or written.
    #[error("{} cannot be used", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl Error {
    pub(super) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

fn names(functions: &[FunctionName]) -> String {
    functions
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

fn crates(functions: &[FunctionName]) -> String {
    let flag = |function: &FunctionName| format!(" --package qdn-{function}");
    functions.iter().map(flag).collect()
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Tools(error) => error.hint(),
            Self::Toolchain(error) => error.hint(),
            Self::Busy(error) => error.hint(),
            Self::Metadata(metadata::Error::Cargo(_)) => {
                Some("`cargo metadata --locked` shows the same in the checkout".to_owned())
            }
            Self::TooLarge { function, .. } => Some(format!(
                "`cargo tree -e normal --package qdn-{function}` shows what it brings along"
            )),
            Self::Replaced { .. } => {
                Some("run the command again, with no other build beside it".to_owned())
            }
            Self::Metadata(metadata::Error::Unreadable(_)) => Some(
                "install the toolchain of rust-toolchain.toml: `rustup toolchain install`"
                    .to_owned(),
            ),
            Self::NoCrate { function } => Some(format!(
                "restore functions/{function}, or name another checkout with `--project DIR`"
            )),
            Self::NotBuilt { functions, .. } => Some(format!(
                "mend what cargo names; `cargo check{}` shows it again, and sooner",
                crates(functions)
            )),
            Self::Refused { function, .. } => Some(format!(
                "unset what changes how cargo links (RUSTFLAGS, `.cargo/config.toml`); `cargo tree -e normal --package qdn-{function}` shows what it brings along"
            )),
            Self::Io { path, .. } => Some(format!(
                "see that {} belongs to you and can be written, and that its disk has room",
                path.display()
            )),
            Self::AskedTwice { .. } | Self::Archive(_) => None,
        }
    }
}
