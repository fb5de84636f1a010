//! The stand-in's own process: opens the state and a port, says where it is, answers until it is told to end.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use axum::serve::Listener as _;
use tokio::signal::unix::{SignalKind, signal};

use super::about::About;
use super::credentials::Credentials;
use super::door::{Cut, Door};
use super::state::State;
use super::world::{Carrier, Log};
use super::{access, api, control, delivery, inbox};
use crate::local::Error;

/// What the process is told when it is started; none of it is a secret.
#[derive(Debug, Clone)]
pub struct Serve {
    /// Where its state and its entry lie.
    pub folder: PathBuf,
    /// Where its credentials are.
    pub secrets_file: PathBuf,
    /// The preferred port.
    pub port: u16,
    /// Which program it is.
    pub identity: String,
}

/// A stand-in with an open port.
pub(super) struct Open {
    pub carrier: Arc<Carrier>,
    door: Door,
}

/// Runs until SIGTERM or SIGINT. `log` hears what it does: SIDs and statuses, no number and no text.
pub async fn serve(told: &Serve, log: Log) -> Result<(), Error> {
    let hear = |kind| signal(kind).map_err(Error::file("listening for signals in", &told.folder));
    let mut terminate = hear(SignalKind::terminate())?;
    let mut interrupt = hear(SignalKind::interrupt())?;
    // The terminal that started us may be closed; heard, that is no reason to end.
    let _hangup = hear(SignalKind::hangup())?;
    let open = open(told, log).await?;
    let about = open.carrier.about.clone();
    open.carrier.say(&format!("listening at {}", about.url));
    let running = told.folder.join(super::RUNNING);
    write_atomically(&running, &about).map_err(Error::file("writing", &running))?;
    let answering = open.answer();
    tokio::select! {
        () = answering => {}
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    std::fs::remove_file(&running).map_err(Error::file("removing", &running))
}

/// Opens the state and a port.
pub(super) async fn open(told: &Serve, log: Log) -> Result<Open, Error> {
    let credentials = Credentials::read(&told.secrets_file)?;
    let service = credentials
        .sender
        .starts_with("MG")
        .then_some(credentials.sender.as_str());
    let state = State::open(
        &told.folder.join(super::STATE),
        credentials.number(),
        service,
    )?;
    let cannot_listen = |source: io::Error| Error::NoPort {
        said: source.to_string(),
    };
    let door = Door::open(told.port).await.map_err(cannot_listen)?;
    let address = door.local_addr().map_err(cannot_listen)?;
    let about = About {
        pid: std::process::id(),
        identity: told.identity.clone(),
        url: format!("http://{address}/"),
    };
    let carrier = Carrier::new(about, credentials, state, log);
    Ok(Open { carrier, door })
}

impl Open {
    /// Answers for ever.
    pub async fn answer(self) {
        delivery::resume(&self.carrier);
        let app = router(&self.carrier).into_make_service_with_connect_info::<Cut>();
        // It ends only with its process; accepting never fails for good.
        let _ = axum::serve(self.door, app).await;
    }
}

fn router(carrier: &Arc<Carrier>) -> Router {
    api::router(carrier)
        .merge(control::router())
        .merge(inbox::router())
        .layer(from_fn(access::guard))
        .with_state(Arc::clone(carrier))
}

fn write_atomically(path: &Path, about: &About) -> io::Result<()> {
    let beside = path.with_extension("new");
    std::fs::write(&beside, format!("{:#}\n", serde_json::json!(about)))?;
    std::fs::rename(beside, path)
}
