//! Plans, events and a writer that several snapshot tests share. Test code only.

mod build;
mod drift;
mod events;
mod plans;
mod secrets;
mod warnings;

use std::io::Write;
use std::sync::{Arc, Mutex};

pub(super) use drift::drifted;
pub(super) use events::{apply_events, failure_events};
pub(super) use plans::{
    empty, first_create, many_page_files, one_header, one_page_file, one_route, other_writing,
    package_change, replacement,
};
pub(super) use secrets::secrets;
pub(super) use warnings::{findings, not_observed, risky};

use crate::plan::{Layer, NotObserved, Plan};

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

/// Every sample plan by its name.
pub(super) fn every_plan() -> Vec<(&'static str, Plan)> {
    let unseen = [
        (Layer::Secrets, NotObserved::NoSecretsFile),
        (
            Layer::Edge,
            NotObserved::NoSecret {
                name: "qdn-staging/keys".to_owned(),
            },
        ),
    ];
    vec![
        ("empty", empty()),
        ("first create", first_create()),
        ("one route", one_route()),
        ("one page file", one_page_file()),
        ("many page files", many_page_files(30)),
        ("one header", one_header()),
        ("package", package_change()),
        ("replacement", replacement()),
        ("risky", risky()),
        ("findings", findings()),
        ("secrets", secrets()),
        ("not observed", not_observed(&unseen)),
        ("other writing systems", other_writing()),
    ]
}

/// A writer, and where what it was given can be read.
pub(super) fn shared_writer() -> (Written, Box<dyn Write + Send>) {
    let written = Written::default();
    (Arc::clone(&written), Box::new(Shared(written)))
}

pub(super) fn text(written: &Written) -> String {
    String::from_utf8(written.lock().unwrap().clone()).unwrap()
}
