//! The command line of `verify`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use crate::engine;

/// `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// How to print what was found
    #[arg(long, value_enum, default_value_t = VerifyFormat::Human, value_name = "FORMAT")]
    pub format: VerifyFormat,
    /// Write it to this file; stdout is for people then
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// How long an item may take to come right, in seconds; after a deploy give the edge a few minutes
    #[arg(long, value_name = "SECONDS", value_hint = ValueHint::Other, default_value_t = engine::LOOK_LIMIT.as_secs())]
    pub wait: u64,
    /// Compare with this checkout, whose packages are built, instead of the newest release
    #[arg(long)]
    pub checkout: bool,
    /// Do not look whether the environment's names lead here, which no deploy puts right
    #[arg(long)]
    pub skip_domain: bool,
    /// Secrets file, mode 600, outside the repository; found as `plan` finds it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub secrets_file: Option<PathBuf>,
}

/// Formats of what `verify` found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VerifyFormat {
    /// For people
    Human,
    /// For programs
    Json,
    /// A test report for a pipeline
    Junit,
}
