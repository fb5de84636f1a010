//! Processes by their number: whether one lives, what it runs, and ending it. Never by name.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions};

use super::error::Error;

/// How long a clean stop may take: it writes the state.
const GRACE: Duration = Duration::from_secs(15);
/// How long the system may take to end a killed process.
const KILL: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(25);

fn pid_of(number: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(number).ok()?)
}

/// Whether the process lives. A child of ours that has ended is collected and counts as dead.
pub(super) fn lives(number: u32) -> bool {
    let Some(pid) = pid_of(number) else {
        return false;
    };
    match rustix::process::waitpid(Some(pid), WaitOptions::NOHANG) {
        Ok(Some(_)) => false,
        Ok(None) => true,
        // Not a child of ours: another command started it.
        Err(_) => rustix::process::test_kill_process(pid).is_ok() && !is_zombie(number),
    }
}

/// Whether the process has ended and waits for its parent to notice (Linux tells; elsewhere: no).
fn is_zombie(number: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{number}/stat")).is_ok_and(|stat| {
        stat.rsplit_once(") ")
            .is_some_and(|(_, rest)| rest.starts_with('Z'))
    })
}

/// Whether the process runs our launcher, judged by its command line: numbers are used again by the system.
pub(super) fn runs(number: u32, launcher: &Path) -> bool {
    command_line(number).is_some_and(|line| line.contains(&*launcher.to_string_lossy()))
}

fn command_line(number: u32) -> Option<String> {
    if let Ok(raw) = std::fs::read(format!("/proc/{number}/cmdline")) {
        return Some(String::from_utf8_lossy(&raw).replace('\0', " "));
    }
    let output = std::process::Command::new("ps")
        .args(["-ww", "-o", "command=", "-p", &number.to_string()])
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// How a process came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It had ended already.
    Before,
    /// It stopped as asked.
    Asked,
    /// It had to be killed, with its process group.
    Killed,
}

/// Asks the process to stop, waits, and kills its group when it does not. The caller has made sure
/// that the number is that of our launcher, which leads its own group.
pub(super) async fn end(number: u32) -> Result<End, Error> {
    let undying = Error::Undying { pid: number };
    let Some(pid) = pid_of(number) else {
        return Ok(End::Before);
    };
    if !lives(number) {
        return Ok(End::Before);
    }
    // A failure means that it ended just now, or is not ours to end; waiting tells which.
    let _ = rustix::process::kill_process(pid, Signal::TERM);
    if gone_within(number, GRACE).await {
        return Ok(End::Asked);
    }
    let _ = rustix::process::kill_process_group(pid, Signal::KILL);
    let _ = rustix::process::kill_process(pid, Signal::KILL);
    if gone_within(number, KILL).await {
        Ok(End::Killed)
    } else {
        Err(undying)
    }
}

async fn gone_within(number: u32, limit: Duration) -> bool {
    let began = Instant::now();
    while lives(number) {
        if began.elapsed() > limit {
            return false;
        }
        tokio::time::sleep(PAUSE).await;
    }
    true
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    use super::*;

    #[tokio::test]
    async fn a_child_is_seen_recognised_and_ended() {
        let mut child = Command::new("sleep")
            .arg("60")
            .process_group(0)
            .spawn()
            .unwrap();
        let number = child.id();
        assert!(lives(number));
        let began = Instant::now();
        // The system may show the command line a moment after the process exists.
        while !runs(number, Path::new("60")) {
            assert!(began.elapsed() < KILL, "{:?}", command_line(number));
            tokio::time::sleep(PAUSE).await;
        }
        assert!(!runs(number, Path::new("/elsewhere/launcher.py")));
        assert_eq!(end(number).await.unwrap(), End::Asked);
        assert!(!lives(number));
        assert_eq!(end(number).await.unwrap(), End::Before);
        assert!(child.wait().is_err(), "it has been collected");
    }

    #[test]
    fn numbers_that_cannot_be_processes_are_dead() {
        assert!(!lives(0));
        assert!(!lives(u32::MAX));
    }
}
