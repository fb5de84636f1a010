//! What the emulator's virtual environment holds, and where it lies. Making it is `python`'s.

use std::path::PathBuf;

use super::error::Error;
use super::launcher::{EMULATOR, REQUIREMENTS};
use super::settings::Settings;
use super::stage::{Progress, Stage};
use crate::python::{self, Wanted};

/// The Python of an environment that holds exactly what is pinned, made or remade if need be.
pub(super) async fn prepare(
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<PathBuf, Error> {
    let wanted = Wanted {
        name: format!("MiniStack {EMULATOR}"),
        folder: settings.environment_folder(),
        requirements: REQUIREMENTS,
        programs: &[],
        files: &[],
    };
    let tell = |stage| {
        progress.say(match stage {
            python::Stage::Waiting => Stage::Waiting,
            python::Stage::Creating { folder, python } => {
                Stage::CreatingEnvironment { folder, python }
            }
            python::Stage::Installing => Stage::InstallingEmulator { version: EMULATOR },
        });
    };
    Ok(python::prepare(&wanted, &settings.search, &tell)
        .await?
        .python())
}
