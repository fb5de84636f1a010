//! What a build tells while it runs. How it looks is decided by whoever listens.

use qdn_shared::package::FunctionName;

use super::Architecture;

/// One thing that happened during a build, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// The cross compiler is being fetched; happens once per version.
    InstallingTools,
    /// A Rust target is being added to the toolchain; happens once per toolchain.
    AddingTarget {
        /// E.g. `aarch64-unknown-linux-musl`.
        target: &'static str,
    },
    /// Another build uses the target directory; this one begins when that one is done.
    Waiting,
    /// cargo builds these functions.
    Building {
        /// Sorted, at least one.
        functions: Vec<FunctionName>,
        /// What they are built for.
        architecture: Architecture,
    },
    /// One line that a tool wrote: cargo or rustup.
    Output {
        /// Without its newline.
        line: String,
    },
    /// A package was made.
    Packed {
        /// Whose.
        function: FunctionName,
        /// What for.
        architecture: Architecture,
        /// Size of the zip in bytes.
        zip_bytes: u64,
    },
}

/// Listens to a build.
pub trait Progress: Send + Sync {
    /// Called for every stage, from one task at a time; must not block.
    fn say(&self, stage: Stage);
}

/// Listens to nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn say(&self, _stage: Stage) {}
}
