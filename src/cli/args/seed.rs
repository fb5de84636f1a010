//! The command line of `seed`.

use clap::{Args, Subcommand, ValueEnum};

use super::ListFormat;

/// `seed`.
#[derive(Debug, Args)]
pub struct SeedArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub action: SeedAction,
}

/// `seed …`.
#[derive(Debug, Subcommand)]
pub enum SeedAction {
    /// Show what is ours to put live, what people changed there, and what has to be decided
    #[command(before_help = "Example:\n  qdn-infra seed diff --env staging --detailed-exitcode")]
    Diff(DiffArgs),
    /// Put what is ours into the live document; what people changed there stays
    #[command(before_help = "Example:\n  qdn-infra seed push --env staging --take ours")]
    Push(PushArgs),
    /// Bring what people changed into the seed file
    #[command(before_help = "Example:\n  qdn-infra seed pull --env staging --take theirs")]
    Pull(PullArgs),
}

/// `seed diff`.
#[derive(Debug, Clone, Copy, Args)]
pub struct DiffArgs {
    /// How to print it
    #[arg(long, value_enum, default_value_t = ListFormat::Human, value_name = "FORMAT")]
    pub format: ListFormat,
    /// Exit with 2 when there is something to put live or to decide
    #[arg(long)]
    pub detailed_exitcode: bool,
}

/// `seed push`.
#[derive(Debug, Clone, Copy, Args)]
pub struct PushArgs {
    /// Whose side to take in every conflict
    #[arg(long, value_enum, value_name = "SIDE")]
    pub take: Option<Side>,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

/// `seed pull`.
#[derive(Debug, Clone, Copy, Args)]
pub struct PullArgs {
    /// Whose side to take in every conflict
    #[arg(long, value_enum, value_name = "SIDE")]
    pub take: Option<Side>,
}

/// A side of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Side {
    /// The seed file's
    Ours,
    /// The live document's
    Theirs,
}
