//! Plans, events and a writer that several snapshot tests share. Test code only.

mod build;
mod events;
mod plans;

use std::io::Write;
use std::sync::{Arc, Mutex};

pub(super) use events::{apply_events, failure_events};
pub(super) use plans::{
    empty, findings, first_create, many_page_files, not_observed, one_header, one_page_file,
    one_route, package_change, replacement, risky, secrets,
};

type Written = Arc<Mutex<Vec<u8>>>;

struct Shared(Written);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A writer, and where what it was given can be read.
pub(super) fn shared_writer() -> (Written, Box<dyn Write + Send>) {
    let written = Written::default();
    (Arc::clone(&written), Box::new(Shared(written)))
}

pub(super) fn text(written: &Written) -> String {
    String::from_utf8(written.lock().unwrap().clone()).unwrap()
}
