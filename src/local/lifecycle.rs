//! Starting, stopping, asking and emptying the local cloud. Each holds the lock while it works.

use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::time::Duration;

use super::environment;
use super::error::{Error, Part};
use super::health::{Client, written_down};
use super::launcher;
use super::log::tail;
use super::node;
use super::ports;
use super::process::{self, End};
use super::settings::{Running, Settings};
use super::stage::{Progress, Stage, Why};
use super::started::{START, ended, until_it_answers};
use crate::python::Lock;

/// How long a running one may take to answer; it does one thing at a time.
const ANSWER: Duration = Duration::from_secs(5);
/// How long another command may hold the local cloud.
pub(super) const PATIENCE: Duration = Duration::from_mins(10);

/// Exit codes of the launcher.
const OTHER_EMULATOR: i32 = 3;
const NO_PORT: i32 = 4;

/// What the local cloud, or the carrier in it, does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status<R = Running> {
    /// It runs and answers.
    Running(R),
    /// Its process lives, but does not answer.
    Silent(R),
    /// It does not run; its state, if any, is kept.
    Stopped,
    /// It ended without having been asked to.
    Crashed {
        /// Its log.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
}

/// What stopping did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// It ran, wrote its state, and ended.
    Cleanly,
    /// It did not end when asked, and was killed; what changed in its last seconds may be lost.
    Killed,
    /// It did not run.
    NotRunning,
}

/// What emptying did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reset {
    /// It runs on, without anything in it.
    Running,
    /// It does not run; its state was deleted.
    Stopped,
}

/// Starts the local cloud, or finds the one that runs. Installs what it needs the first time.
pub async fn start(settings: &Settings, progress: &dyn Progress) -> Result<Running, Error> {
    let settings = settings.absolute()?;
    let _lock = Lock::take(&settings.lock_file(), PATIENCE, || {
        progress.say(Stage::Waiting);
    })
    .await?;
    let identity = launcher::identity();
    match observe(&settings).await {
        Status::Running(running) if running.identity == identity => {
            progress.say(Stage::Reusing {
                front: running.front.clone(),
            });
            return Ok(running);
        }
        Status::Running(running) => {
            progress.say(Stage::Restarting {
                why: Why::OtherVersion,
            });
            process::end(running.pid).await?;
        }
        Status::Silent(running) => {
            progress.say(Stage::Restarting { why: Why::NoAnswer });
            process::end(running.pid).await?;
        }
        Status::Stopped | Status::Crashed { .. } => {}
    }
    let node = node::find(&settings.search.path).await?;
    let python = environment::prepare(&settings, progress).await?;
    forget(&settings.running_file())?;
    let scratch = settings.scratch_folder();
    remove_folder(scratch).await?;
    let ports_file = settings.ports_file();
    let [endpoint_port, front_port] =
        ports::last_or(&ports_file, [settings.endpoint_port, settings.front_port]);
    let settings = Settings {
        endpoint_port,
        front_port,
        ..settings
    };
    progress.say(Stage::Starting {
        endpoint_port,
        front_port,
    });
    let child = launcher::launch(&settings, &python, &node, &identity)?;
    let running = first_answer(&settings, child).await?;
    let addresses = [&running.endpoint, &running.front];
    ports::remember(
        &ports_file,
        [endpoint_port, front_port],
        addresses,
        progress,
    )?;
    progress.say(Stage::Ready {
        front: running.front.clone(),
    });
    Ok(running)
}

/// Stops the local cloud and waits until it has ended. Its state is kept.
pub async fn stop(settings: &Settings) -> Result<Stopped, Error> {
    let settings = settings.absolute()?;
    if !settings.root.exists() {
        return Ok(Stopped::NotRunning);
    }
    let _lock = Lock::take(&settings.lock_file(), PATIENCE, || ()).await?;
    let stopped = match observe(&settings).await {
        Status::Running(running) | Status::Silent(running) => {
            match process::end(running.pid).await? {
                End::Before => Stopped::NotRunning,
                End::Asked => Stopped::Cleanly,
                End::Killed => Stopped::Killed,
            }
        }
        Status::Stopped | Status::Crashed { .. } => Stopped::NotRunning,
    };
    forget(&settings.running_file())?;
    Ok(stopped)
}

/// Says what the local cloud does, without changing anything.
pub async fn status(settings: &Settings) -> Result<Status, Error> {
    Ok(observe(&settings.absolute()?).await)
}

/// Empties the local cloud: no stack, no object, nothing is left in it. Runs on if it ran.
pub async fn reset(settings: &Settings) -> Result<Reset, Error> {
    let settings = settings.absolute()?;
    if !settings.root.exists() {
        return Ok(Reset::Stopped);
    }
    let _lock = Lock::take(&settings.lock_file(), PATIENCE, || ()).await?;
    match observe(&settings).await {
        Status::Running(running) => {
            Client::new(START)
                .reset(&running)
                .await
                .map_err(|reason| Error::Reset {
                    part: Part::Cloud,
                    reason,
                })?;
            Ok(Reset::Running)
        }
        Status::Silent(_) => Err(Error::Reset {
            part: Part::Cloud,
            reason: "it runs, but does not answer".into(),
        }),
        Status::Stopped | Status::Crashed { .. } => {
            forget(&settings.running_file())?;
            forget(&settings.ports_file())?;
            remove_folder(settings.state_folder()).await?;
            Ok(Reset::Stopped)
        }
    }
}

async fn observe(settings: &Settings) -> Status {
    let Some(running) = written_down(settings) else {
        return Status::Stopped;
    };
    // Process numbers are used again, so a number alone proves nothing.
    if !process::lives(running.pid) || !process::runs(running.pid, &settings.launcher_file()) {
        return Status::Crashed {
            tail: tail(&running.log),
            log: running.log,
        };
    }
    if Client::new(ANSWER).answers(&running).await {
        Status::Running(running)
    } else {
        Status::Silent(running)
    }
}

/// Waits for the child's own entry in `running.json` and for its answer.
async fn first_answer(settings: &Settings, child: Child) -> Result<Running, Error> {
    let client = Client::new(ANSWER);
    let pid = child.id();
    let answer = async || {
        let running = written_down(settings).filter(|running| running.pid == pid)?;
        client.answers(&running).await.then_some(running)
    };
    until_it_answers(Part::Cloud, child, &settings.log_file(), answer)
        .await?
        .map_err(|status| early_end(settings, status))
}

fn early_end(settings: &Settings, status: ExitStatus) -> Error {
    let log = settings.log_file();
    match status.code() {
        Some(OTHER_EMULATOR) => Error::OtherEmulator {
            folder: settings.environment_folder(),
            said: tail(&log),
        },
        Some(NO_PORT) => Error::NoPort { said: tail(&log) },
        _ => ended(Part::Cloud, status, &log),
    }
}

/// Removes a file that need not be there, as the entry of a process that has ended.
pub(super) fn forget(file: &Path) -> Result<(), Error> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::file("removing", file)(error))
        }
        _ => Ok(()),
    }
}

async fn remove_folder(folder: PathBuf) -> Result<(), Error> {
    match tokio::fs::remove_dir_all(&folder).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::file("removing", folder)(error))
        }
        _ => Ok(()),
    }
}
