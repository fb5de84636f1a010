//! One command's way through the engine: its ports, its listener, and how it waits.

use std::time::Duration;

use super::error::Error;
use super::event::{Awaited, Event, Sink, What, millis};
use crate::ports::Ports;

/// Ports and listener of one command.
pub struct Run<'a> {
    /// The ports.
    pub ports: &'a Ports,
    sink: &'a dyn Sink,
}

impl<'a> Run<'a> {
    /// A run through `ports` that tells `sink`.
    pub fn new(ports: &'a Ports, sink: &'a dyn Sink) -> Self {
        Self { ports, sink }
    }

    /// Tells what happened, with the time.
    pub fn emit(&self, what: What) {
        self.sink.emit(Event {
            at_ms: millis(self.ports.clock.elapsed()),
            what,
        });
    }

    /// Begins to wait for something that has a limit.
    pub fn wait(&self, awaited: Awaited, limit: Duration) -> Wait<'_> {
        self.emit(What::Waiting {
            awaited,
            limit_ms: millis(limit),
        });
        Wait {
            run: self,
            awaited,
            until: self.ports.clock.elapsed() + limit,
            limit,
            pause: FIRST_PAUSE,
        }
    }
}

/// The first pause between two looks; quick, because most waits are short.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The longest pause between two looks.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A wait whose pauses grow from a tenth of a second to two seconds.
pub struct Wait<'a> {
    run: &'a Run<'a>,
    awaited: Awaited,
    until: Duration,
    limit: Duration,
    pause: Duration,
}

impl Wait<'_> {
    /// Pauses, or fails when the limit is over, or when somebody asked to stop. `what` is named in the error.
    pub async fn pause(&mut self, what: &str) -> Result<(), Error> {
        if self.run.ports.clock.elapsed() >= self.until {
            return Err(Error::TooLong {
                what: what.to_owned(),
                limit_s: self.limit.as_secs(),
            });
        }
        let pausing = self.run.ports.clock.sleep(self.pause);
        match self.awaited {
            // It goes on by itself, and is followed for as long as the person likes.
            Awaited::Stack => pausing.await,
            _ => self.run.unless_stopped(pausing).await?,
        }
        self.pause = (self.pause * 3 / 2).min(LONGEST_PAUSE);
        Ok(())
    }
}
