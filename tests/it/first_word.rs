//! Every command says something before it asks anything over a network: each is run with its own example, every way
//! out of the machine leads to one listener, and the listener looks at what was written when the first connection
//! comes.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use qdn_infra::cli;
use qdn_infra::local::{Settings, carrier};
use tempfile::TempDir;

use crate::bare;
use crate::examples;
use crate::process::run;

/// How long a command may take until it connects or ends. Some install a virtual environment first.
const LIMIT: Duration = Duration::from_mins(3);

/// What was seen of a command.
#[derive(Debug)]
enum Seen {
    /// It connected, and this was on stderr by then.
    Connected(String),
    /// It ended and never connected.
    Ended(String),
}

#[test]
fn every_command_speaks_before_it_connects() {
    let all = cli::commands();
    let last = |words: &&Vec<String>| {
        let longer = |other: &Vec<String>| other.len() > words.len() && other.starts_with(words);
        !all.iter().any(longer)
    };
    let commands: Vec<&Vec<String>> = all.iter().filter(last).collect();
    let mut wrong = Vec::new();
    // Two at a time: most wait, some install.
    for pair in commands.chunks(2) {
        scope(|scope| {
            let running: Vec<_> = pair
                .iter()
                .map(|words| (words.join(" "), scope.spawn(move || watch(words))))
                .collect();
            for (name, seen) in running {
                let offline = bare::OFFLINE.contains(&name.as_str());
                match seen.join().unwrap() {
                    Seen::Connected(said) if offline => {
                        wrong.push(format!("{name} connects: {said}"));
                    }
                    Seen::Connected(said) if !said.contains(name.split(' ').next().unwrap()) => {
                        wrong.push(format!(
                            "{name} connects before it says what it does: {said:?}"
                        ));
                    }
                    Seen::Ended(said) if !offline => {
                        wrong.push(format!(
                            "{name} never connects, and is not in bare::OFFLINE: {said}"
                        ));
                    }
                    Seen::Connected(_) | Seen::Ended(_) => {}
                }
            }
        });
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Runs the example of a command until it connects or ends.
fn watch(words: &[String]) -> Seen {
    let folder = TempDir::new().unwrap();
    let said = folder.path().join("stderr");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let mut child = start(words, folder.path(), &address, File::create(&said).unwrap());
    // A file shows what was written at once: what is not there when a connection comes, came after it.
    let text = || fs::read_to_string(&said).unwrap();
    let began = Instant::now();
    let seen = loop {
        if listener.accept().is_ok() {
            break Seen::Connected(text());
        }
        if child.try_wait().unwrap().is_some() {
            break Seen::Ended(text());
        }
        assert!(
            began.elapsed() < LIMIT,
            "{words:?} does nothing: {}",
            text()
        );
        sleep(Duration::from_millis(1));
    };
    child.kill().unwrap();
    child.wait().unwrap();
    stop_carrier(&folder.path().join("checkout"));
    seen
}

/// Ends the carrier's stand-in, which outlives the command that starts it.
fn stop_carrier(checkout: &Path) {
    let settings = Settings::below(&checkout.join(".qdn"));
    let running = settings.root.join("carrier/running.json");
    let began = Instant::now();
    // Its log is made just before it is started; a kill in between leaves nothing running.
    while settings.root.join("carrier.log").exists()
        && !running.exists()
        && began.elapsed() < Duration::from_secs(5)
    {
        sleep(Duration::from_millis(10));
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(carrier::stop(&settings)).unwrap();
}

/// A command with its example, in a checkout of its own and a machine that knows no address but the listener's.
fn start(words: &[String], folder: &Path, address: &str, stderr: File) -> Child {
    let checkout = bare::checkout(folder);
    let mut asked: Vec<&str> = words.iter().map(String::as_str).collect();
    asked.push("--help");
    let mut line = examples::of(&run(&asked).out).unwrap();
    // Nobody is there to be asked.
    for yes in ["--yes", "--yes=qdn-staging,qdn-staging-bootstrap"] {
        let with: Vec<String> = line.iter().cloned().chain([yes.to_owned()]).collect();
        if cli::understands(with.iter().map(String::as_str)).is_ok() {
            line = with;
            break;
        }
    }
    Command::new(env!("CARGO_BIN_EXE_qdn-infra"))
        .args(&line[1..])
        .current_dir(&checkout)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", folder)
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "example")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("HTTP_PROXY", address)
        .env("HTTPS_PROXY", address)
        .env("http_proxy", address)
        .env("https_proxy", address)
        .env("PIP_INDEX_URL", format!("{address}/simple"))
        .env("PIP_RETRIES", "0")
        .env("QDN_TOOLS", folder.join("tools"))
        .envs(bare::STAGING)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(stderr)
        .spawn()
        .unwrap()
}
