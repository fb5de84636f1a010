//! Starting the tools of a build: clean environment, output passed on line by line, killed when
//! the build is dropped.

use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;
use tokio::sync::mpsc;

use super::progress::{Progress, Stage};

/// A program to start, with nothing of our own environment but `environment`.
#[derive(Debug, Clone)]
pub(super) struct Tool {
    /// Path, or a name to be looked up in `PATH`.
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<OsString>,
    pub(super) folder: PathBuf,
    pub(super) environment: BTreeMap<OsString, OsString>,
}

/// A tool that did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// It could not be started.
    #[error("{program} cannot be started")]
    NotStarted {
        /// The program.
        program: String,
        /// Why.
        source: std::io::Error,
    },
    /// It ended with an error.
    #[error("{program} failed ({status}){}", tail_text(.tail))]
    Failed {
        /// The program.
        program: String,
        /// E.g. `exit status: 101`.
        status: std::process::ExitStatus,
        /// The last lines it wrote.
        tail: Vec<String>,
    },
    /// Its output could not be read.
    #[error("the output of {program} cannot be read")]
    Unreadable {
        /// The program.
        program: String,
        /// Why.
        source: std::io::Error,
    },
}

impl Failure {
    /// Whether the program does not exist.
    pub(super) fn is_not_found(&self) -> bool {
        match self {
            Self::NotStarted { source, .. } => source.kind() == std::io::ErrorKind::NotFound,
            Self::Failed { .. } | Self::Unreadable { .. } => false,
        }
    }
}

/// Lines kept for the error of a tool that fails.
const TAIL: usize = 30;

fn tail_text(tail: &[String]) -> String {
    tail.iter()
        .fold(String::new(), |text, line| text + "\n  " + line)
}

impl Tool {
    fn name(&self) -> String {
        self.program
            .file_name()
            .unwrap_or(self.program.as_os_str())
            .to_string_lossy()
            .into_owned()
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .current_dir(&self.folder)
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    /// Runs to the end; answers what it wrote to stdout.
    pub(super) async fn output(&self) -> Result<String, Failure> {
        let program = self.name();
        let output = self.command().output().await;
        let output = output.map_err(|source| Failure::NotStarted {
            program: program.clone(),
            source,
        })?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let lines: Vec<String> = said.lines().map(str::to_owned).collect();
        let tail = lines
            .get(lines.len().saturating_sub(TAIL)..)
            .unwrap_or_default()
            .to_vec();
        Err(Failure::Failed {
            program,
            status: output.status,
            tail,
        })
    }

    /// Runs to the end; every line it writes becomes a [`Stage::Output`].
    pub(super) async fn run(&self, progress: &dyn Progress) -> Result<(), Failure> {
        let program = self.name();
        let mut child = self
            .command()
            .spawn()
            .map_err(|source| Failure::NotStarted {
                program: program.clone(),
                source,
            })?;
        let (sender, mut lines) = mpsc::channel(64);
        let readers = [
            child
                .stdout
                .take()
                .map(|pipe| tokio::spawn(pass_on(pipe, sender.clone()))),
            child
                .stderr
                .take()
                .map(|pipe| tokio::spawn(pass_on(pipe, sender.clone()))),
        ];
        drop(sender);

        let mut tail = VecDeque::with_capacity(TAIL);
        let mut unreadable = None;
        while let Some(line) = lines.recv().await {
            match line {
                Ok(line) => {
                    if tail.len() == TAIL {
                        tail.pop_front();
                    }
                    tail.push_back(line.clone());
                    progress.say(Stage::Output { line });
                }
                Err(source) => unreadable = Some(source),
            }
        }
        drop(readers);
        let status = child.wait().await.map_err(|source| Failure::Unreadable {
            program: program.clone(),
            source,
        })?;
        match unreadable {
            _ if !status.success() => Err(Failure::Failed {
                program,
                status,
                tail: tail.into(),
            }),
            Some(source) => Err(Failure::Unreadable { program, source }),
            None => Ok(()),
        }
    }
}

/// Sends every line of `pipe`, damaged characters replaced, and the error that ends it early.
async fn pass_on(pipe: impl AsyncRead + Unpin, sender: mpsc::Sender<std::io::Result<String>>) {
    let mut reader = BufReader::new(pipe);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let line = match reader.read_until(b'\n', &mut bytes).await {
            Ok(0) => return,
            Ok(_) => Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned()),
            Err(error) => Err(error),
        };
        let is_last = line.is_err();
        if sender.send(line).await.is_err() || is_last {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Heard(Mutex<Vec<String>>);

    impl Progress for Heard {
        fn say(&self, stage: Stage) {
            if let Stage::Output { line } = stage {
                self.0.lock().expect("not poisoned").push(line);
            }
        }
    }

    fn shell(script: &str) -> Tool {
        Tool {
            program: PathBuf::from("/bin/sh"),
            arguments: vec!["-c".into(), script.into()],
            folder: PathBuf::from("/"),
            environment: [("GIVEN".into(), "yes".into())].into(),
        }
    }

    #[tokio::test]
    async fn lines_of_both_streams_are_passed_on() {
        let heard = Heard::default();
        shell("echo one; echo two >&2; printf 'three\\377'")
            .run(&heard)
            .await
            .expect("success");
        let mut lines = heard.0.into_inner().expect("not poisoned");
        lines.sort();
        assert_eq!(lines, ["one", "three\u{fffd}", "two"]);
    }

    #[tokio::test]
    async fn the_environment_is_the_one_given() {
        let said = shell("echo $GIVEN; echo ${USER-unset}; echo ${CARGO_MANIFEST_DIR-unset}")
            .output()
            .await;
        assert_eq!(said.expect("success"), "yes\nunset\nunset\n");
    }

    #[tokio::test]
    async fn a_failure_shows_the_last_lines() {
        let script = "for n in $(seq 1 40); do echo line $n; done; exit 3";
        let error = shell(script)
            .run(&super::super::Silent)
            .await
            .expect_err("failure")
            .to_string();
        assert!(
            error.starts_with("sh failed (exit status: 3)\n  line 11\n"),
            "{error}"
        );
        assert!(error.ends_with("\n  line 40"), "{error}");
        let error = shell("echo why >&2; exit 1")
            .output()
            .await
            .expect_err("failure")
            .to_string();
        assert_eq!(error, "sh failed (exit status: 1)\n  why");
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_told_from_one_that_fails() {
        let tool = Tool {
            program: PathBuf::from("qdn-no-such-program"),
            ..shell("")
        };
        assert!(tool.output().await.expect_err("not found").is_not_found());
        assert!(
            !shell("exit 1")
                .output()
                .await
                .expect_err("failure")
                .is_not_found()
        );
    }
}
