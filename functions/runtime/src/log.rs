//! The log: JSON lines on stdout. A line holds ids, codes and counts; never a name, a phone number, a token or a
//! text. What is worth a line is each function's own business; what an invocation is called stands in its span.

use std::cell::RefCell;
use std::io::{self, Write};
use std::panic;
use std::sync::{Arc, Mutex, Once, PoisonError};

use tracing::level_filters::LevelFilter;
use tracing::subscriber::{self, Subscriber};
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

/// A log like that of the process, of what this thread tells from now on, kept for tests. One for all threads takes
/// the lines: a log of one thread's own could miss what another thread was the first to tell.
pub fn kept() -> Kept {
    static START: Once = Once::new();
    START.call_once(|| {
        // Fails only where the process has its log already; then nothing is kept, and the test says so.
        let _ = subscriber::set_global_default(to(|| OfThisThread));
    });
    let kept = Kept::default();
    KEPT.set(Some(kept.clone()));
    kept
}

thread_local! {
    static KEPT: RefCell<Option<Kept>> = const { RefCell::new(None) };
}

/// Writes to what this thread keeps, or to nowhere.
struct OfThisThread;

impl Write for OfThisThread {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        KEPT.with_borrow_mut(|kept| {
            kept.as_mut()
                .map_or(Ok(bytes.len()), |kept| kept.write(bytes))
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
