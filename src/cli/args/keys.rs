//! The command line of `keys`.

use clap::{Args, Subcommand, ValueHint};
use qdn_shared::operator::OperatorScope;

use super::ListArgs;

/// `keys`.
#[derive(Debug, Args)]
pub struct KeysArgs {
    /// Which keys.
    #[command(subcommand)]
    pub kind: KeysKind,
}

/// `keys …`.
#[derive(Debug, Subcommand)]
pub enum KeysKind {
    /// Keys that sign the tokens in tracking links
    #[command(
        subcommand,
        before_help = "Example:\n  qdn-infra keys token list --env staging"
    )]
    Token(TokenAction),
    /// Keys that operators call the API with
    #[command(
        subcommand,
        before_help = "Example:\n  qdn-infra keys operator list --env staging"
    )]
    Operator(OperatorAction),
}

/// `keys token …`.
#[derive(Debug, Subcommand)]
pub enum TokenAction {
    /// Show them
    #[command(before_help = "Example:\n  qdn-infra keys token list --env staging")]
    List(ListArgs),
    /// Publish a new key, wait two minutes until every edge knows it, then sign with it; goes on where the last
    /// rotation stopped
    #[command(before_help = "Example:\n  qdn-infra keys token rotate --env staging --no-wait")]
    Rotate(RotateArgs),
    /// Revoke one that leaked, at the edge as well: links that it signed end
    #[command(before_help = "Example:\n  qdn-infra keys token revoke --env staging 3")]
    Revoke(RevokeTokenArgs),
}

/// `keys token revoke`.
#[derive(Debug, Args)]
pub struct RevokeTokenArgs {
    /// Its id, 1 to 255; not that of the key that signs
    #[arg(value_hint = ValueHint::Other, value_parser = clap::value_parser!(u8).range(1..))]
    pub id: u8,
}

/// `keys token rotate`.
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// Publish only; the same command later lets the key sign
    #[arg(long)]
    pub no_wait: bool,
    /// How to print the keys afterwards
    #[command(flatten)]
    pub list: ListArgs,
}

/// `keys operator …`.
#[derive(Debug, Subcommand)]
pub enum OperatorAction {
    /// Make one; it is written to stdout, this once
    #[command(
        before_help = "Example:\n  qdn-infra keys operator new --name dashboard --scope jobs,messages"
    )]
    New(NewOperatorArgs),
    /// Show them
    #[command(before_help = "Example:\n  qdn-infra keys operator list --env staging")]
    List(ListArgs),
    /// Revoke one, at the edge as well
    #[command(before_help = "Example:\n  qdn-infra keys operator revoke --env staging 0k3x9q2a")]
    Revoke(RevokeArgs),
}

/// `keys operator new`.
#[derive(Debug, Args)]
pub struct NewOperatorArgs {
    /// Name, 1 to 40 of a-z, 0-9 and hyphen
    #[arg(long, value_hint = ValueHint::Other)]
    pub name: String,
    /// What it may be used for: jobs, messages, maintenance, admin
    #[arg(long, required = true, value_delimiter = ',', value_name = "SCOPES", value_hint = ValueHint::Other)]
    pub scope: Vec<OperatorScope>,
}

/// `keys operator revoke`.
#[derive(Debug, Args)]
pub struct RevokeArgs {
    /// Its id
    #[arg(value_hint = ValueHint::Other)]
    pub id: String,
}
