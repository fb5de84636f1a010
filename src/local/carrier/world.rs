//! The running stand-in: what its handlers share.

use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::about::About;
use super::behaviour::Behaviour;
use super::credentials::Credentials;
use super::state::State;

/// How long Twilio waits for an answer to a request it makes.
const PATIENCE: Duration = Duration::from_secs(15);

/// Where the stand-in tells what it does: no number, no text, no address.
pub(super) type Log = Box<dyn Write + Send>;

/// The running stand-in.
pub(super) struct Carrier {
    pub about: About,
    pub credentials: Credentials,
    /// For callbacks and webhooks.
    pub client: reqwest::Client,
    state: Mutex<State>,
    behaviour: Mutex<Behaviour>,
    log: Mutex<Log>,
}

impl Carrier {
    pub fn new(about: About, credentials: Credentials, state: State, log: Log) -> Arc<Self> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(PATIENCE)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("TwilioProxy/1.1")
            .build();
        Arc::new(Self {
            about,
            credentials,
            // Building fails only when TLS cannot be set up; plain HTTP needs none.
            client: client.unwrap_or_default(),
            state: Mutex::new(state),
            behaviour: Mutex::default(),
            log: Mutex::new(log),
        })
    }

    /// Works on the state. A change that could not be written down is told.
    pub fn state<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        let (result, broken) = {
            let mut state = locked(&self.state);
            (work(&mut state), state.take_broken())
        };
        if let Some(reason) = broken {
            self.say(&format!("the state could not be written: {reason}"));
        }
        result
    }

    pub fn behaviour<T>(&self, work: impl FnOnce(&mut Behaviour) -> T) -> T {
        work(&mut locked(&self.behaviour))
    }

    /// Adds a line to the log, as well as it can.
    pub fn say(&self, line: &str) {
        let time = jiff::Timestamp::now().strftime("%H:%M:%S%.3f");
        let _ = writeln!(locked(&self.log), "{time} {line}");
    }
}

/// A panic in another request does not end this one.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
