//! Runs a command until it ends or is interrupted. SIGTERM is heard like Ctrl-C.

use std::io;
use std::sync::Arc;
use std::task::Poll;

use futures::stream::{self, Stream};
use tokio::signal::unix::{SignalKind, signal};

use super::args::Command;
use super::command;
use super::context::Context;
use super::error::Error;
use crate::engine::event::{Event, What, millis};
use crate::engine::{Ended, interruptible};

/// Runs a command to its exit code. The first signal lets it finish what must not be left half done; the second ends
/// it at once.
pub async fn run(context: &mut Context, command: Command) -> Result<u8, Error> {
    let (stop, sink, began) = (
        context.stop.clone(),
        Arc::clone(&context.sink),
        context.began,
    );
    let environment = context.environment.clone();
    // It starts and stops processes of this machine, of which nobody is told.
    let is_local = matches!(command, Command::Local(_));
    let tell = |what: What| {
        sink.emit(Event {
            at_ms: millis(began.elapsed()),
            what,
        });
    };
    let work = command::run(context, command);
    match Box::pin(interruptible(&stop, signals()?, tell, work)).await {
        Ended::Done(result) => result,
        Ended::AtOnce { begun } if begun || is_local => Err(Error::Interrupted),
        Ended::AtOnce { .. } => Err(Error::Untouched),
        Ended::Left { tasks, lock } => Err(Error::Left {
            environment,
            tasks,
            lock,
        }),
    }
}

/// Each Ctrl-C and each SIGTERM.
fn signals() -> io::Result<impl Stream<Item = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(stream::poll_fn(move |context| {
        if interrupt.poll_recv(context).is_ready() || terminate.poll_recv(context).is_ready() {
            Poll::Ready(Some(()))
        } else {
            Poll::Pending
        }
    }))
}
