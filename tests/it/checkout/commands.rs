//! How the program is run in a checkout: to its end, watched, killed, or measured.

use std::io::{BufRead as _, BufReader};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use serde_json::Value;

use super::Checkout;

/// What a shell says of a process that SIGKILL ended.
const KILLED: i32 = 137;

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code.
    pub code: i32,
    /// What it wrote to stdout.
    pub out: String,
    /// What it wrote to stderr.
    pub err: String,
}

impl Ran {
    /// What it told with `--progress jsonl`.
    pub fn events(&self) -> impl Iterator<Item = Value> {
        let lines = self.err.lines();
        lines.filter_map(|line| serde_json::from_str(line).ok())
    }
}

impl Checkout {
    /// Runs a command line that must end with this exit code.
    pub fn run(&self, arguments: &[&str], code: i32) -> Ran {
        let begun = Instant::now();
        let output = self
            .command(&self.program)
            .args(arguments)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let ran = Ran {
            code: output.status.code().unwrap(),
            out: text(output.stdout),
            err: text(output.stderr),
        };
        told(begun, arguments);
        assert_eq!(ran.code, code, "{arguments:?}\n{}\n{}", ran.out, ran.err);
        ran
    }

    /// Runs a command line that must succeed. Returns the most memory, in bytes, that it had, or a program that it waited
    /// for.
    pub fn peak_memory(&self, arguments: &[&str]) -> u64 {
        const MEASURE: &str = "import resource, subprocess, sys\n\
            code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode\n\
            unit = 1 if sys.platform == 'darwin' else 1024\n\
            print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit)\n\
            sys.exit(code)";
        let begun = Instant::now();
        let output = self
            .command(Path::new("python3"))
            .args(["-c", MEASURE])
            .arg(&self.program)
            .args(arguments)
            .output()
            .unwrap();
        told(begun, arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}\n{said}");
        let bytes = String::from_utf8(output.stdout).unwrap();
        bytes.trim().parse().unwrap()
    }

    /// Runs a command that tells its events, and shows each while it goes on; where that says to break, it is killed.
    pub fn watch(&self, arguments: &[&str], mut see: impl FnMut(&Value) -> ControlFlow<()>) -> Ran {
        let begun = Instant::now();
        let mut child = self
            .command(&self.program)
            .args(arguments)
            .args(["--progress", "jsonl"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut err = String::new();
        for line in BufReader::new(child.stderr.take().unwrap()).lines() {
            let line = line.unwrap();
            err.push_str(&line);
            err.push('\n');
            if serde_json::from_str(&line).is_ok_and(|event| see(&event).is_break()) {
                // SIGKILL; no harm where it has ended.
                let _ = child.kill();
                break;
            }
        }
        let code = child.wait().unwrap().code().unwrap_or(KILLED);
        told(begun, arguments);
        let out = String::new();
        Ran { code, out, err }
    }

    /// Runs `apply` and kills it when it has told this many things after it took the lock. Returns the id of the lock
    /// that it left, if it left one.
    pub fn kill_apply(&self, after: usize) -> Option<String> {
        let (mut lock, mut told) = (None, 0);
        self.watch(&["apply"], |event| {
            match event["event"].as_str() {
                Some("locked") => lock = event["id"].as_str().map(str::to_owned),
                Some("unlocked") => lock = None,
                _ => told += usize::from(lock.is_some()),
            }
            if told == after {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        lock
    }
}

/// Says what ran and how long, for who asks where a long test's time goes (`--nocapture`).
#[expect(
    clippy::print_stderr,
    reason = "shown when it fails, or when asked for"
)]
pub(super) fn told(begun: Instant, arguments: &[&str]) {
    let seconds = begun.elapsed().as_secs_f32();
    eprintln!("{seconds:6.1} s {}", arguments.join(" "));
}
