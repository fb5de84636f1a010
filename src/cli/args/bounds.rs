//! How far a plan may go, for every command that makes one: page files, what may be lost, secrets, layers left out.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use crate::plan::Allowed;
use crate::render::Extent;

/// Page objects that one run removes without being asked for more.
const MOST_REMOVALS: usize = 50;

/// How far the page may change, and how much of it is shown.
#[derive(Debug, Clone, Copy, Args)]
pub struct PageArgs {
    /// Remove at most so many page objects; when there are more, none is
    #[arg(long, value_name = "COUNT", value_hint = ValueHint::Other, default_value_t = MOST_REMOVALS)]
    pub prune: usize,
    /// Show every page file of the plan, however many there are
    #[arg(long)]
    pub full: bool,
}

impl PageArgs {
    /// How much of the page is shown.
    pub fn extent(self) -> Extent {
        if self.full {
            Extent::Full
        } else {
            Extent::Summed
        }
    }
}

impl Default for PageArgs {
    fn default() -> Self {
        Self {
            prune: MOST_REMOVALS,
            full: false,
        }
    }
}

/// What cannot be taken back, allowed by name.
#[derive(Debug, Clone, Default, Args)]
pub struct AllowArgs {
    /// Let a table, bucket or secret be replaced or removed (may be repeated): its logical id, as the plan names it
    #[arg(long, value_name = "LOGICAL_ID", value_hint = ValueHint::Other, value_delimiter = ',')]
    pub allow_data_loss: Vec<String>,
    /// Let a route of the API go (may be repeated), as the plan names it: 'GET /api/jobs'
    #[arg(long, value_name = "ROUTE", value_hint = ValueHint::Other, value_delimiter = ',')]
    pub allow_route_removal: Vec<String>,
}

impl AllowArgs {
    /// What was allowed.
    pub fn allowed(&self) -> Allowed {
        Allowed {
            data_loss: self.allow_data_loss.iter().cloned().collect(),
            route_removal: self.allow_route_removal.iter().cloned().collect(),
        }
    }
}

/// Where secrets come from, and what is left as it is.
#[derive(Debug, Clone, Default, Args)]
pub struct SecretsArgs {
    /// Secrets file, mode 600, outside the repository; without this flag `QDN_SECRETS_FILE` (not for the local cloud),
    /// then the stack file's `secrets_file`; the local cloud has one of its own
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub secrets_file: Option<PathBuf>,
    /// Leave a layer as it is, neither compared nor changed
    #[arg(
        long = "skip-layer",
        value_enum,
        value_name = "LAYER",
        value_delimiter = ','
    )]
    pub skip_layers: Vec<SkippableLayer>,
}

/// Layers that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SkippableLayer {
    /// Secrets Manager
    Secrets,
    /// Keys at the edge
    Edge,
    /// What is added to a distribution that is not ours
    Adopt,
    /// Maintenance data
    Seed,
    /// Where the carrier sends what customers write
    Carrier,
}
