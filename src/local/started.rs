//! Waiting for a process that was just started: until it answers, and no longer than it lives.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

use super::error::{Error, Part};
use super::log::tail;
use super::process;

/// How long a new process may take until it answers.
pub(super) const START: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(25);

/// What `answer` finds, or how the process ended before.
pub(super) async fn until_it_answers<T>(
    part: Part,
    mut child: Child,
    log: &Path,
    answer: impl AsyncFn() -> Option<T>,
) -> Result<Result<T, ExitStatus>, Error> {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(Error::file("waiting for", log))? {
            return Ok(Err(status));
        }
        if let Some(found) = answer().await {
            return Ok(Ok(found));
        }
        if began.elapsed() > START {
            process::end(child.id()).await?;
            return Err(Error::Silent {
                part,
                seconds: START.as_secs(),
                tail: tail(log),
                log: log.to_owned(),
            });
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The error of a process that ended too early.
pub(super) fn ended(part: Part, status: ExitStatus, log: &Path) -> Error {
    let signal = || {
        let signal = status.signal();
        signal.map_or_else(|| "unknown".to_owned(), |signal| signal.to_string())
    };
    Error::Ended {
        part,
        ended: match status.code() {
            Some(code) => format!("exit code {code}"),
            None => format!("signal {}", signal()),
        },
        log: log.to_owned(),
        tail: tail(log),
    }
}
