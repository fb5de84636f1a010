//! Targets that are there, missing, and cannot be added, with stand-ins for `rustc` and `rustup`
//! in a folder of their own: the toolchain of this machine is not touched.

use std::sync::Mutex;

use super::*;
use crate::hint::Hint;

const TARGET: &str = "aarch64-unknown-linux-musl";

#[derive(Default)]
struct Heard(Mutex<Vec<Stage>>);

impl Progress for Heard {
    fn say(&self, stage: Stage) {
        self.0.lock().expect("not poisoned").push(stage);
    }
}

/// A machine: a folder for `PATH`, and one for the compiled standard library.
struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let machine = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        std::fs::create_dir_all(machine.library()).expect("created");
        machine.program(
            "rustc",
            &format!(
                "case \"$2\" in target-libdir) echo {} ;; sysroot) echo /toolchain ;;\n\
                 *) printf 'rustc 1.0.0\\ncommit-hash: 0123abc\\n' ;; esac",
                machine.library().display()
            ),
        );
        machine
    }

    fn library(&self) -> PathBuf {
        self.folder.path().join("library")
    }

    /// Written by a process of its own: a file that this process has open for writing, even in a
    /// child of another test, could not be started.
    fn program(&self, name: &str, script: &str) {
        let written = std::process::Command::new("/bin/sh")
            .args([
                "-c",
                "printf '#!/bin/sh\\n%s\\n' \"$1\" > \"$2\" && chmod 755 \"$2\"",
                "sh",
                script,
            ])
            .arg(self.folder.path().join(name))
            .status();
        assert!(written.expect("a shell").success());
    }

    async fn ensure(&self, heard: &Heard) -> Result<Toolchain, Error> {
        let environment = [("PATH".into(), self.folder.path().into())].into();
        ensure(self.folder.path(), TARGET, &environment, heard).await
    }
}

#[tokio::test]
async fn a_target_that_is_there_is_used_without_rustup() {
    let machine = Machine::new();
    std::fs::write(machine.library().join("libstd-0123.rlib"), "").expect("written");
    let heard = Heard::default();
    let toolchain = machine.ensure(&heard).await.expect("there");
    assert_eq!(toolchain.library_name, "/rustc/0123abc");
    assert_eq!(
        toolchain.library_source,
        Path::new("/toolchain/lib/rustlib/src/rust")
    );
    assert_eq!(heard.0.into_inner().expect("not poisoned"), []);
}

#[tokio::test]
async fn a_missing_target_is_added_once_and_by_name() {
    let machine = Machine::new();
    machine.program("rustup", "echo \"$@\"");
    let heard = Heard::default();
    machine.ensure(&heard).await.expect("added");
    assert_eq!(
        heard.0.into_inner().expect("not poisoned"),
        [
            Stage::AddingTarget { target: TARGET },
            Stage::Output {
                line: format!("target add {TARGET}")
            },
        ]
    );
}

#[tokio::test]
async fn a_target_that_cannot_be_added_names_the_command() {
    let machine = Machine::new();
    let error = machine.ensure(&Heard::default()).await;
    let error = error.expect_err("no rustup");
    insta::assert_snapshot!(error, @"the Rust target aarch64-unknown-linux-musl is not installed, and there is no rustup to add it");
    insta::assert_snapshot!(error.hint().expect("hint"), @"install rustup, or your distribution's standard library for aarch64-unknown-linux-musl");

    machine.program("rustup", "echo no network >&2; exit 1");
    let error = machine.ensure(&Heard::default()).await;
    let error = error.expect_err("rustup fails");
    insta::assert_snapshot!(error, @"the Rust target aarch64-unknown-linux-musl is not installed and could not be added");
    insta::assert_snapshot!(error.hint().expect("hint"), @"run `rustup target add aarch64-unknown-linux-musl` here");
    let cause = std::error::Error::source(&error).expect("what rustup said");
    assert!(cause.to_string().ends_with("no network"), "{cause}");
}

#[tokio::test]
async fn without_a_compiler_the_error_names_the_toolchain() {
    let machine = Machine::new();
    std::fs::remove_file(machine.folder.path().join("rustc")).expect("removed");
    let error = machine.ensure(&Heard::default()).await;
    insta::assert_snapshot!(error.expect_err("no rustc"), @"rustc cannot be asked about aarch64-unknown-linux-musl");
}
