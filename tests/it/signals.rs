//! Real signals to the real program.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::fixture::project;

/// Starts a command that waits for credentials which do not come, and returns when it does.
fn waiting(folder: &TempDir) -> Child {
    let path = |name: &str| folder.path().join(name);
    let asked = path("asked");
    let script = format!("touch '{}'\nexec sleep 20\n", asked.display());
    fs::write(path("credentials.sh"), script).unwrap();
    let config = format!(
        "[default]\nregion = us-east-1\ncredential_process = /bin/sh {}\n",
        path("credentials.sh").display()
    );
    fs::write(path("config"), config).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_qdn-infra"))
        .args(["outputs", "--env", "staging"])
        .current_dir(project())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", folder.path())
        .env("AWS_CONFIG_FILE", path("config"))
        .env("AWS_SHARED_CREDENTIALS_FILE", path("none"))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(crate::bare::STAGING)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while !asked.exists() {
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "it asks for no credentials"
        );
        sleep(Duration::from_millis(10));
    }
    child
}

#[test]
fn where_nothing_was_begun_either_signal_ends_the_program_at_once() {
    for signal in [Signal::INT, Signal::TERM] {
        let folder = TempDir::new().unwrap();
        let child = waiting(&folder);
        let began = Instant::now();
        kill_process(Pid::from_child(&child), signal).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(began.elapsed() < Duration::from_secs(10), "it waited");
        assert_eq!(output.status.code(), Some(130));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("interrupted; nothing was changed"), "{said}");
    }
}
