//! How a command is interrupted: what is told at once, what is finished first, and what is left by whoever asks twice.

use std::time::Duration;

use futures::future::{Either, select};
use futures::pin_mut;
use futures::stream::{self, Stream, StreamExt as _};

use super::error::{Error, LockError};
use super::event::What;
use super::run::Run;
use crate::ports::{Begun, LockState, Ports, Stop, Task};

/// So long somebody who asked to stop waits for what is cleaned up.
const CLEAN_UP: Duration = Duration::from_secs(30);

/// How work ended.
#[derive(Debug)]
pub enum Ended<T> {
    /// By itself, perhaps because it was asked to stop.
    Done(T),
    /// At once: there was nothing to be finished.
    AtOnce {
        /// Whether something was begun, and finished, before.
        begun: bool,
    },
    /// At once, although something was to be finished.
    Left {
        /// What is not finished.
        tasks: Vec<Task>,
        /// How the lock stands.
        lock: LockState,
    },
}

/// What an interrupted command came to, by the names of its steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interrupted {
    /// What is done.
    pub done: Vec<String>,
    /// What was begun and is not complete.
    pub begun: Option<String>,
    /// What was not begun.
    pub left: Vec<String>,
}

impl std::fmt::Display for Interrupted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { done, begun, left } = self;
        write!(f, "interrupted")?;
        if done.is_empty() && begun.is_none() && !left.is_empty() {
            return write!(f, "; nothing was changed");
        }
        if !done.is_empty() {
            write!(f, "; done: {}", done.join(", "))?;
        }
        if let Some(begun) = begun {
            write!(f, "; not complete: {begun}")?;
        }
        if !left.is_empty() {
            write!(f, "; not begun: {}", left.join(", "))?;
        }
        Ok(())
    }
}

/// Does work until it ends, or until a person stops it. The first signal asks it to stop, tells at once what is still
/// finished, and lets it go on until then; where nothing has to be finished it ends the work. The second signal ends
/// it whatever is left.
pub async fn interruptible<T>(
    stop: &Stop,
    signals: impl Stream<Item = ()>,
    tell: impl Fn(What),
    work: impl Future<Output = T>,
) -> Ended<T> {
    let signals = signals.chain(stream::pending());
    pin_mut!(signals, work);
    let work = match select(work, signals.next()).await {
        Either::Left((done, _)) => return Ended::Done(done),
        Either::Right((_, work)) => work,
    };
    stop.ask();
    let finishing = stop.tasks();
    if finishing.is_empty() {
        return Ended::AtOnce {
            begun: stop.has_begun(),
        };
    }
    tell(What::Stopping { finishing });
    match select(work, signals.next()).await {
        Either::Left((done, _)) => Ended::Done(done),
        Either::Right(_) => Ended::Left {
            tasks: stop.tasks(),
            lock: stop.lock(),
        },
    }
}

impl Run<'_> {
    /// Refuses to begin anything more when somebody asked to stop, and when the lock is over: a machine that slept did not
    /// renew it, and another may work by now.
    pub fn go_on(&self) -> Result<(), Error> {
        let Ports { stop, clock, .. } = self.ports;
        match stop.lock() {
            _ if stop.is_asked() => Err(Error::Interrupted(Interrupted::default())),
            LockState::Held { id, until } if clock.now() >= until => {
                Err(LockError::Lost { id }.into())
            }
            _ => Ok(()),
        }
    }

    /// Tells that something has to be finished, until what is returned is dropped.
    pub fn begin(&self, task: Task) -> Begun {
        self.ports.stop.begin(task)
    }

    /// Waits for something that changes nothing, and no longer than until somebody asks to stop.
    pub async fn unless_stopped<T>(&self, looking: impl Future<Output = T>) -> Result<T, Error> {
        let asked = self.ports.stop.asked();
        pin_mut!(looking, asked);
        match select(looking, asked).await {
            Either::Left((seen, _)) => Ok(seen),
            Either::Right(_) => Err(Error::Interrupted(Interrupted::default())),
        }
    }

    /// Cleans up; for somebody who asked to stop, no longer than a person waits. None when it took longer.
    pub async fn clean_up<T>(&self, cleaning: impl Future<Output = T>) -> Option<T> {
        let limit = async {
            self.ports.stop.asked().await;
            self.ports.clock.sleep(CLEAN_UP).await;
        };
        pin_mut!(cleaning, limit);
        match select(cleaning, limit).await {
            Either::Left((done, _)) => Some(done),
            Either::Right(_) => None,
        }
    }
}
