//! The file of a saved plan: written for its owner alone, whole or not at all.

use std::path::Path;

use crate::cli::args::{ApplyArgs, PageArgs, SecretsArgs, SkippableLayer};
use crate::cli::error::Error;
use crate::cli::file::replace;
use crate::plan::SavedPlan;

/// Writes a plan, mode 600; a file that is there is replaced at once or stays as it is.
pub fn write(file: &Path, plan: &SavedPlan) -> Result<(), Error> {
    replace(file, &plan.to_bytes(), 0o600)
}

/// Reads a plan.
pub fn read(file: &Path) -> Result<SavedPlan, Error> {
    let bytes = std::fs::read(file).map_err(|error| Error::Unreadable {
        file: file.to_owned(),
        error,
    })?;
    SavedPlan::parse(&bytes).map_err(|source| Error::Plan {
        file: file.to_owned(),
        source,
    })
}

/// How the plan was asked for, with the secrets file that this command names.
pub fn asked(saved: &SavedPlan, given: &ApplyArgs) -> (PageArgs, SecretsArgs) {
    let skipped = saved.options.skip.iter().copied();
    let secrets = SecretsArgs {
        secrets_file: given.secrets.secrets_file.clone(),
        skip_layers: skipped.filter_map(SkippableLayer::of).collect(),
    };
    let page = PageArgs {
        prune: saved.options.prune,
        full: given.page.full,
    };
    (page, secrets)
}
