//! The log: JSON lines on stdout. A line holds ids, codes and counts; never a name, a phone number, a token or a
//! text. What is worth a line is each function's own business.

use std::panic;

use tracing::level_filters::LevelFilter;

/// Starts the log of the process. A second call in the same process does nothing.
pub fn start() {
    let lines = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        // CloudWatch stamps every line itself.
        .without_time()
        .with_max_level(LevelFilter::INFO)
        .finish();
    if tracing::subscriber::set_global_default(lines).is_ok() {
        panic::set_hook(Box::new(|info| {
            // The place alone: the message may quote what a customer sent.
            let place = info.location().map(ToString::to_string);
            tracing::error!(place, "panicked");
        }));
    }
}
