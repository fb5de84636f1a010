//! `permissions …` and `ci-role …`.

use clap::{Args, ValueEnum, ValueHint};

use super::{ListFormat, TemplateFormat};
use crate::permissions::{Purpose, Repository, UnknownRepository, is_plain_name};

/// `permissions`.
#[derive(Debug, Clone, Copy, Args)]
pub struct PermissionsArgs {
    /// What somebody is to be allowed; each includes those before it
    #[arg(long = "for", value_enum, default_value_t = Allowance::Apply, value_name = "PURPOSE")]
    pub purpose: Allowance,
    /// How to print them
    #[arg(long, value_enum, default_value_t = ListFormat::Human, value_name = "FORMAT")]
    pub format: ListFormat,
}

/// What somebody is allowed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Allowance {
    /// `plan` and `drift` with `--skip-layer secrets,edge`: no secret's value is read
    Preview,
    /// `plan`, `drift`, and whatever else only looks
    Plan,
    /// `apply` with `--skip-layer secrets,edge`, as a pipeline does, `rollback` and `verify`: no secret is written
    Deploy,
    /// `apply`, `rollback`, `import`, `keys`, `seed`, `unlock`, `verify`; the bootstrap stack stays as it is
    Apply,
    /// `bootstrap` and `destroy` as well
    Administer,
}

impl Allowance {
    /// The purpose that this is.
    pub const fn plain(self) -> Purpose {
        match self {
            Self::Preview => Purpose::Preview,
            Self::Plan => Purpose::Plan,
            Self::Deploy => Purpose::Deploy,
            Self::Apply => Purpose::Apply,
            Self::Administer => Purpose::Administer,
        }
    }
}

/// `ci-role`.
#[derive(Debug, Clone, Args)]
pub struct CiRoleArgs {
    /// The repository on GitHub, as its tokens name it: OWNER/NAME, or OWNER@ID/NAME@ID where they carry the numbers
    #[arg(long, value_name = "OWNER/NAME", value_hint = ValueHint::Other, value_parser = repository)]
    pub repository: Repository,
    /// The repository's environment whose approval lets a job apply
    #[arg(long = "environment", value_name = "NAME", value_hint = ValueHint::Other, value_parser = plain)]
    pub approval: String,
    /// The branch whose runs may plan
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other, default_value = "main", value_parser = plain)]
    pub branch: String,
    /// Runs of pull requests may plan as well: whoever can push a branch may then do what a plan may
    #[arg(long)]
    pub pull_requests: bool,
    /// The account has GitHub's identity provider already: use it, do not declare it
    #[arg(long)]
    pub existing_provider: bool,
    /// Template language
    #[arg(long, value_enum, default_value_t = TemplateFormat::Yaml, value_name = "FORMAT")]
    pub format: TemplateFormat,
}

fn repository(text: &str) -> Result<Repository, UnknownRepository> {
    text.parse()
}

fn plain(text: &str) -> Result<String, &'static str> {
    if is_plain_name(text) {
        Ok(text.to_owned())
    } else {
        Err("expected letters, digits, `-`, `_`, `.` and `/`: a policy holds it literally")
    }
}
