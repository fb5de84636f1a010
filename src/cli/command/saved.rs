//! The file of a saved plan: written for its owner alone, whole or not at all.

use std::fs::Permissions;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::cli::args::{ApplyArgs, PageArgs, SecretsArgs, SkippableLayer};
use crate::cli::error::Error;
use crate::plan::SavedPlan;

/// Writes a plan, mode 600; a file that is there is replaced at once or stays as it is.
pub fn write(file: &Path, plan: &SavedPlan) -> Result<(), Error> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let written = || -> io::Result<()> {
        let mut beside = tempfile::Builder::new()
            .prefix(".plan-")
            .permissions(Permissions::from_mode(0o600))
            .tempfile_in(folder)?;
        beside.write_all(&plan.to_bytes())?;
        beside.as_file().sync_all()?;
        beside.persist(file)?;
        Ok(())
    };
    written().map_err(|error| Error::File {
        file: file.to_owned(),
        error,
    })
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
