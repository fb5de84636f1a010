//! The command line of `local`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

/// `local`.
#[derive(Debug, Args)]
pub struct LocalArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub action: LocalAction,
}

/// `local …`.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum LocalAction {
    /// Start it, or say where it runs
    #[command(before_help = "Example:\n  qdn-infra local start")]
    Start,
    /// Stop it; its state is kept
    #[command(before_help = "Example:\n  qdn-infra local stop")]
    Stop,
    /// Say whether and where it runs
    #[command(before_help = "Example:\n  qdn-infra local status")]
    Status,
    /// Throw its state away
    #[command(before_help = "Example:\n  qdn-infra local reset")]
    Reset,
    /// Play a whole job, and show its texts and where to look at them
    #[command(before_help = "Example:\n  qdn-infra local demo --rate 5")]
    Demo(DemoArgs),
    /// The carrier's own process; `start` starts it
    #[command(hide = true)]
    CarrierServe(CarrierServeArgs),
}

/// `local demo`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub struct DemoArgs {
    /// Rate the job as the customer, 1 to 5
    #[arg(long, value_name = "STARS", value_hint = ValueHint::Other, value_parser = clap::value_parser!(u8).range(1..=5))]
    pub rate: Option<u8>,
}

/// `local carrier-serve`.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct CarrierServeArgs {
    /// Where its state lies
    #[arg(long, value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    /// Where its credentials are
    #[arg(long, value_hint = ValueHint::FilePath)]
    pub secrets_file: PathBuf,
    /// Preferred port
    #[arg(long, value_hint = ValueHint::Other)]
    pub port: u16,
    /// Which program it is
    #[arg(long, value_hint = ValueHint::Other)]
    pub identity: String,
}
