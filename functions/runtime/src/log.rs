//! The log: JSON lines on stdout. A line holds ids, codes and counts; never a name, a phone number, a token or a
//! text. What is worth a line is each function's own business; what an invocation is called stands in its span.

use std::io::{self, Write};
use std::panic;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::level_filters::LevelFilter;
use tracing::subscriber::{self, DefaultGuard, Subscriber};
use tracing_subscriber::fmt::MakeWriter;

/// Starts the log of the process. A second call in the same process does nothing.
pub fn start() {
    if subscriber::set_global_default(to(io::stdout)).is_ok() {
        panic::set_hook(Box::new(|info| {
            // The place alone: the message may quote what a customer sent.
            let place = info.location().map(ToString::to_string);
            tracing::error!(place, "panicked");
        }));
    }
}

/// A log like that of the process for this thread alone, kept for tests while the guard lives.
pub fn kept() -> (Kept, DefaultGuard) {
    let kept = Kept::default();
    let writer = kept.clone();
    let guard = subscriber::set_default(to(move || writer.clone()));
    (kept, guard)
}

fn to<W>(writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        // CloudWatch stamps every line itself.
        .without_time()
        .with_max_level(LevelFilter::INFO)
        .with_writer(writer)
        .finish()
}

/// Lines as they were written.
#[derive(Clone, Debug, Default)]
pub struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    /// All of them.
    pub fn text(&self) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&lines).into_owned()
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
