//! The private virtual environment: made and filled once, and again when what is pinned changes.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use super::error::Error;
use super::launcher::{EMULATOR, REQUIREMENTS, last_lines, requirements_hash};
use super::lock::Lock;
use super::runtimes::{self, Python};
use super::settings::Settings;
use super::stage::{Progress, Stage};

/// Written last, so an interrupted installation is never taken for a complete one.
const STAMP: &str = "complete";

/// What would make another Python, or pip, act on another installation than ours.
const MISLEADING: [&str; 8] = [
    "PYTHONHOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "__PYVENV_LAUNCHER__",
    "PIP_PREFIX",
    "PIP_REQUIREMENT",
    "PIP_TARGET",
    "PIP_USER",
];

/// The Python of an environment that holds exactly what is pinned, made or remade if need be.
pub(super) async fn prepare(
    settings: &Settings,
    progress: &dyn Progress,
) -> Result<PathBuf, Error> {
    let folder = settings.environment_folder();
    let program = folder.join("bin").join("python");
    if is_complete(&folder, &program) {
        return Ok(program);
    }
    // The folder can be shared with other checkouts, so it has a lock of its own, beside it.
    let _lock = Lock::take(&folder.with_added_extension("lock"), || {
        progress.say(Stage::Waiting);
    })
    .await?;
    if is_complete(&folder, &program) {
        return Ok(program);
    }
    let python = runtimes::python(settings.python.as_deref(), &settings.path).await?;
    create(&folder, &python, progress).await?;
    install(&folder, &program, progress).await?;
    let stamp = folder.join(STAMP);
    std::fs::write(&stamp, requirements_hash()).map_err(Error::file("writing", stamp))?;
    Ok(program)
}

/// The Python is a link to the one it was made with; when that is gone the environment is useless.
fn is_complete(folder: &Path, program: &Path) -> bool {
    std::fs::read_to_string(folder.join(STAMP)).is_ok_and(|hash| hash == requirements_hash())
        && program.exists()
}

async fn create(folder: &Path, python: &Python, progress: &dyn Progress) -> Result<(), Error> {
    progress.say(Stage::CreatingEnvironment {
        folder: folder.to_owned(),
        python: python.version.clone(),
    });
    if folder.exists() {
        tokio::fs::remove_dir_all(folder)
            .await
            .map_err(Error::file("removing", folder))?;
    }
    let mut command = Command::new(&python.program);
    command.args(["-m", "venv"]).arg(folder);
    run(command, &python.program)
        .await?
        .map_err(|output| Error::Environment {
            folder: folder.to_owned(),
            output,
        })
}

async fn install(folder: &Path, program: &Path, progress: &dyn Progress) -> Result<(), Error> {
    progress.say(Stage::InstallingEmulator { version: EMULATOR });
    let list = folder.join("requirements.txt");
    std::fs::write(&list, REQUIREMENTS).map_err(Error::file("writing", &list))?;
    let mut command = Command::new(program);
    command
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
        ])
        .args([
            "--require-hashes",
            "--only-binary",
            ":all:",
            "--requirement",
        ])
        .arg(list);
    run(command, program)
        .await?
        .map_err(|output| Error::Install {
            version: EMULATOR,
            output,
        })
}

/// Runs to the end; the inner error holds the last lines of what was printed.
async fn run(mut command: Command, program: &Path) -> Result<Result<(), String>, Error> {
    for name in MISLEADING {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = command
        .output()
        .await
        .map_err(Error::file("starting", program))?;
    if output.status.success() {
        return Ok(Ok(()));
    }
    let printed = [output.stdout, output.stderr].concat();
    Ok(Err(last_lines(&String::from_utf8_lossy(&printed), 15)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_counts_only_with_stamp_and_python() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("python");
        assert!(!is_complete(folder.path(), &program), "empty");
        std::fs::write(folder.path().join(STAMP), requirements_hash()).unwrap();
        assert!(!is_complete(folder.path(), &program), "no python");
        std::os::unix::fs::symlink("/nowhere/at/all", &program).unwrap();
        assert!(!is_complete(folder.path(), &program), "its python is gone");
        std::fs::remove_file(&program).unwrap();
        std::fs::write(&program, "").unwrap();
        assert!(is_complete(folder.path(), &program));
        std::fs::write(folder.path().join(STAMP), "of another version").unwrap();
        assert!(!is_complete(folder.path(), &program), "other requirements");
    }
}
