//! Runs a command line in this process, as `main` does, with streams that can be read afterwards.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use qdn_infra::cli;

use crate::fixture::project;

/// What a command line did.
#[derive(Debug, Clone)]
pub struct Ran {
    /// Exit code.
    pub code: u8,
    /// What it wrote to stdout.
    pub out: String,
    /// What it wrote to stderr.
    pub err: String,
}

/// Runs `qdn-infra` with these arguments in this checkout.
pub fn run(arguments: &[&str]) -> Ran {
    run_in(&project(), arguments)
}

/// Runs `qdn-infra` with these arguments in a folder.
pub fn run_in(folder: &Path, arguments: &[&str]) -> Ran {
    let (out, err) = (Captured::default(), Captured::default());
    let console = cli::Console::captured(Box::new(out.clone()), Box::new(err.clone()));
    let all = std::iter::once("qdn-infra").chain(arguments.iter().copied());
    let code = cli::run(all, console, folder);
    Ran {
        code,
        out: out.text(),
        err: err.text(),
    }
}

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
