//! Starting, stopping, asking and emptying the stand-in's process. Each holds the lock while it works.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, UNIX_EPOCH};

use url::Url;

use super::about::{About, HEALTH};
use super::credentials;
use crate::local::error::{Error, Part};
use crate::local::lifecycle::{self, PATIENCE, Reset, Stopped, forget};
use crate::local::log::{self, tail};
use crate::local::ports;
use crate::local::process::{self, End};
use crate::local::settings::Settings;
use crate::local::stage::{Progress, Stage};
use crate::local::started::{ended, until_it_answers};
use crate::python::Lock;

/// How long a running one may take to answer.
const ANSWER: Duration = Duration::from_secs(5);

/// A running stand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Its process, which leads a process group of its own.
    pub pid: u32,
    /// Where Twilio's interface is, and the inbox: `http://127.0.0.1:PORT/`.
    pub url: Url,
    /// What it writes while it runs.
    pub log: PathBuf,
    /// Which program it is.
    pub identity: String,
}

/// What the stand-in does.
pub type Status = lifecycle::Status<Running>;

/// Starts the stand-in, or finds the one that runs. Makes its credentials the first time.
pub async fn start(settings: &Settings, progress: &dyn Progress) -> Result<Running, Error> {
    let settings = settings.absolute()?;
    let _lock = lock(&settings, || progress.say(Stage::Waiting)).await?;
    credentials::ensure(&settings.secrets_file())?;
    let identity = identity(&settings)?;
    match observe(&settings).await {
        Status::Running(running) if running.identity == identity => return Ok(running),
        // Its state is on disk, so another one goes on where it ends.
        Status::Running(running) | Status::Silent(running) => {
            process::end(running.pid).await?;
        }
        Status::Stopped | Status::Crashed { .. } => {}
    }
    forget(&running_file(&settings))?;
    let ports_file = settings.carrier_ports_file();
    let [wanted] = ports::last_or(&ports_file, [settings.carrier_port]);
    let settings = Settings {
        carrier_port: wanted,
        ..settings
    };
    let child = launch(&settings, &identity)?;
    let running = first_answer(&settings, child).await?;
    ports::remember(&ports_file, [wanted], [&running.url], progress)?;
    progress.say(Stage::CarrierReady {
        inbox: running.url.clone(),
    });
    Ok(running)
}

/// Stops the stand-in and waits until it has ended. Its state is kept.
pub async fn stop(settings: &Settings) -> Result<Stopped, Error> {
    let settings = settings.absolute()?;
    if !settings.carrier_folder().exists() {
        return Ok(Stopped::NotRunning);
    }
    let _lock = lock(&settings, || ()).await?;
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
    forget(&running_file(&settings))?;
    Ok(stopped)
}

/// Says what the stand-in does, without changing anything.
pub async fn status(settings: &Settings) -> Result<Status, Error> {
    Ok(observe(&settings.absolute()?).await)
}

/// Forgets messages, opt-outs and addresses; credentials stay. Runs on if it ran.
pub async fn reset(settings: &Settings) -> Result<Reset, Error> {
    let settings = settings.absolute()?;
    if !settings.carrier_folder().exists() {
        return Ok(Reset::Stopped);
    }
    let _lock = lock(&settings, || ()).await?;
    let refused = |reason: String| Error::Reset {
        part: Part::Carrier,
        reason,
    };
    match observe(&settings).await {
        Status::Running(running) => {
            let address = running
                .url
                .join("/_local/reset")
                .map_err(|error| refused(error.to_string()))?;
            let everything = serde_json::json!({"settings": true});
            let sent = client().post(address).json(&everything).send().await;
            let answered = sent.and_then(reqwest::Response::error_for_status);
            answered
                .map(|_| Reset::Running)
                .map_err(|error| refused(error.to_string()))
        }
        Status::Silent(_) => Err(refused("it runs, but does not answer".into())),
        Status::Stopped | Status::Crashed { .. } => {
            forget(&running_file(&settings))?;
            forget(&settings.carrier_ports_file())?;
            forget(&settings.carrier_folder().join(super::STATE))?;
            Ok(Reset::Stopped)
        }
    }
}

async fn lock(settings: &Settings, waiting: impl FnOnce()) -> Result<Lock, Error> {
    Ok(Lock::take(&settings.carrier_folder().join("lock"), PATIENCE, waiting).await?)
}

fn running_file(settings: &Settings) -> PathBuf {
    settings.carrier_folder().join(super::RUNNING)
}

/// Tells builds of the program apart, and versions of the credentials: a stand-in that was started with
/// others is restarted.
fn identity(settings: &Settings) -> Result<String, Error> {
    let time = |file: &Path| -> Result<u128, Error> {
        let about = std::fs::metadata(file).map_err(Error::file("reading", file))?;
        let changed = about.modified().map_err(Error::file("reading", file))?;
        Ok(changed
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_nanos())
    };
    let (program, credentials) = (time(&settings.program)?, time(&settings.secrets_file())?);
    Ok(format!(
        "{}-{program}-{credentials}",
        env!("CARGO_PKG_VERSION")
    ))
}

fn written_down(settings: &Settings) -> Option<Running> {
    let About { pid, identity, url } = About::written_down(&running_file(settings))?;
    Some(Running {
        pid,
        url: Url::parse(&url).ok()?,
        log: settings.carrier_log_file(),
        identity,
    })
}

async fn observe(settings: &Settings) -> Status {
    let Some(running) = written_down(settings) else {
        return Status::Stopped;
    };
    // Process numbers are used again, so a number alone proves nothing.
    if !process::lives(running.pid) || !process::runs(running.pid, &settings.carrier_folder()) {
        return Status::Crashed {
            tail: tail(&running.log),
            log: running.log,
        };
    }
    if answers(&running).await {
        Status::Running(running)
    } else {
        Status::Silent(running)
    }
}

fn client() -> reqwest::Client {
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(ANSWER)
        .build();
    // Building fails only when TLS cannot be set up; plain HTTP needs none.
    client.unwrap_or_default()
}

/// Whether this very process answers: another one may have the port by now.
async fn answers(running: &Running) -> bool {
    let Ok(address) = running.url.join(HEALTH) else {
        return false;
    };
    let Ok(response) = client().get(address).send().await else {
        return false;
    };
    let about = response.json::<About>().await;
    about.is_ok_and(|about| about.pid == running.pid && about.identity == running.identity)
}

/// Starts the process in a group of its own, with nothing of our environment. Secrets are in a file.
fn launch(settings: &Settings, identity: &str) -> Result<Child, Error> {
    let log_file = settings.carrier_log_file();
    let log = log::fresh(&log_file, &settings.previous_carrier_log_file())?;
    let errors = log.try_clone().map_err(Error::file("opening", &log_file))?;
    Command::new(&settings.program)
        .args(["local", "carrier-serve", "--folder"])
        .arg(settings.carrier_folder())
        .arg("--secrets-file")
        .arg(settings.secrets_file())
        .args(["--port", &settings.carrier_port.to_string()])
        .args(["--identity", identity])
        .env_clear()
        .current_dir(settings.carrier_folder())
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(errors)
        .process_group(0)
        .spawn()
        .map_err(Error::file("starting", &settings.program))
}

async fn first_answer(settings: &Settings, child: Child) -> Result<Running, Error> {
    let pid = child.id();
    let answer = async || {
        let running = written_down(settings).filter(|running| running.pid == pid)?;
        answers(&running).await.then_some(running)
    };
    let log = settings.carrier_log_file();
    until_it_answers(Part::Carrier, child, &log, answer)
        .await?
        .map_err(|status| ended(Part::Carrier, status, &log))
}
