//! Rust's own part of a build: the standard library for the target, which the toolchain has or
//! rustup adds. Added explicitly, because automatic installation may be off.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::architecture::Architecture;
use super::environment::passed_on;
use super::process::{Failure, Tool};
use super::progress::{Progress, Stage};

/// Why the toolchain cannot build for a target.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `rustc` does not run, or does not know the target.
    #[error("rustc cannot be asked about {target}")]
    NoCompiler {
        /// The target.
        target: &'static str,
        /// What it said.
        source: Failure,
    },
    /// The target is missing and rustup did not add it.
    #[error("the Rust target {target} is not installed and could not be added")]
    NotAdded {
        /// The target.
        target: &'static str,
        /// What rustup said.
        source: Failure,
    },
    /// The target is missing and there is no rustup.
    #[error("the Rust target {target} is not installed, and there is no rustup to add it")]
    NoRustup {
        /// The target.
        target: &'static str,
    },
}

impl crate::hint::Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NoCompiler { .. } => Some(
                "install the toolchain of rust-toolchain.toml: `rustup toolchain install`"
                    .to_owned(),
            ),
            Self::NotAdded { target, .. } => Some(format!("run `rustup target add {target}` here")),
            Self::NoRustup { target } => Some(format!(
                "install rustup, or your distribution's standard library for {target}"
            )),
        }
    }
}

/// What a build needs to know of the toolchain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Toolchain {
    /// Where the source of the standard library lies, if that component is installed.
    pub(super) library_source: PathBuf,
    /// What a binary calls that folder: `/rustc/<commit>`, as in the shipped standard library.
    pub(super) library_name: String,
}

/// Makes sure that the toolchain of `workspace` can build for `target`.
pub(super) async fn ensure(
    workspace: &Path,
    target: &'static str,
    environment: &BTreeMap<OsString, OsString>,
    progress: &dyn Progress,
) -> Result<Toolchain, Error> {
    let tool = |program: &str, arguments: &[&str]| Tool {
        program: PathBuf::from(program),
        arguments: arguments.iter().map(Into::into).collect(),
        folder: workspace.to_owned(),
        environment: environment.clone(),
    };
    let rustc = async |arguments: &[&str]| {
        let said = tool("rustc", arguments).output().await;
        said.map_err(|source| Error::NoCompiler { target, source })
    };
    let library = rustc(&["--print", "target-libdir", "--target", target]).await?;
    if !has_standard_library(Path::new(library.trim_end())) {
        progress.say(Stage::AddingTarget { target });
        let added = tool("rustup", &["target", "add", target])
            .run(progress)
            .await;
        added.map_err(|source| {
            if source.is_not_found() {
                Error::NoRustup { target }
            } else {
                Error::NotAdded { target, source }
            }
        })?;
    }
    let sysroot = rustc(&["--print", "sysroot"]).await?;
    let version = rustc(&["--version", "--verbose"]).await?;
    let commit = version
        .lines()
        .find_map(|line| line.strip_prefix("commit-hash: "));
    Ok(Toolchain {
        library_source: Path::new(sysroot.trim_end()).join("lib/rustlib/src/rust"),
        library_name: format!("/rustc/{}", commit.unwrap_or("unknown")),
    })
}

/// Whether the toolchain of `workspace` has the standard library for an architecture. Adds nothing.
pub async fn has_target(workspace: &Path, architecture: Architecture) -> Result<bool, Error> {
    let target = architecture.target();
    let rustc = Tool {
        program: PathBuf::from("rustc"),
        arguments: ["--print", "target-libdir", "--target", target]
            .map(Into::into)
            .to_vec(),
        folder: workspace.to_owned(),
        environment: passed_on(std::env::vars_os()),
    };
    let library = rustc.output().await;
    let library = library.map_err(|source| Error::NoCompiler { target, source })?;
    Ok(has_standard_library(Path::new(library.trim_end())))
}

/// Whether the folder holds a compiled `std`; the folder alone may be a leftover.
fn has_standard_library(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    entries
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
}

#[cfg(test)]
#[path = "toolchain_tests.rs"]
mod tests;
