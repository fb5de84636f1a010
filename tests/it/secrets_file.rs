//! A secrets file that cannot be used, as a person meets it on the command line: exit code 3, file and line, the
//! command that mends it, and nothing of what the file holds. Neither a cloud nor a build is begun.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::fixture::{SECRET, project, secrets_file};
use crate::process::{Ran, run};

/// A file outside the repository.
struct Given {
    _folder: TempDir,
    path: PathBuf,
}

fn given(content: &[u8], mode: u32) -> Given {
    let folder = TempDir::new().unwrap();
    let path = folder.path().canonicalize().unwrap().join("repos.env");
    fs::write(&path, content).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    Given {
        _folder: folder,
        path,
    }
}

fn apply(given: &Given) -> Ran {
    let path = given.path.to_str().unwrap();
    let ran = run(&["apply", "--yes", "--env", "staging", "--secrets-file", path]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{}", ran.err);
    for canary in [
        SECRET,
        "0a1b2c3d",
        "1a1b2c3d",
        "2a1b2c3d",
        "3a1b2c3d",
        "+141555501",
    ] {
        assert!(!ran.err.contains(canary), "{}", ran.err);
    }
    ran
}

/// What is said about a file that others cannot read.
fn said(content: &[u8]) -> String {
    let given = given(content, 0o600);
    let ran = apply(&given);
    ran.err.replace(given.path.to_str().unwrap(), "FILE")
}

fn with(name: &str, line: &str) -> String {
    let good = secrets_file(SECRET);
    let lines = good
        .lines()
        .map(|old| if old.starts_with(name) { line } else { old });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn a_missing_file() {
    let ran = run(&[
        "plan",
        "--env",
        "staging",
        "--secrets-file",
        "/nowhere/repos.env",
    ]);
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!(ran.err, @r"
    plan staging
    error: secrets file /nowhere/repos.env cannot be read
      caused by: No such file or directory (os error 2)
      hint: name another with `--secrets-file FILE` or QDN_SECRETS_FILE
    ");
}

#[test]
fn a_file_that_others_may_read() {
    let given = given(secrets_file(SECRET).as_bytes(), 0o644);
    let said = apply(&given)
        .err
        .replace(given.path.to_str().unwrap(), "FILE");
    insta::assert_snapshot!(said, @r"
    apply staging
    error: secrets file FILE has mode 644; only mode 600 keeps others out
      hint: `chmod 600 FILE`
    ");
}

#[test]
fn a_file_inside_the_repository() {
    // Any file of the repository will do: where it lies is looked at first.
    let path = project().join("stacks/local.yaml");
    let ran = run(&[
        "plan",
        "--env",
        "staging",
        "--secrets-file",
        path.to_str().unwrap(),
    ]);
    assert_eq!(ran.code, 3);
    assert!(
        ran.err.contains("lies inside the repository"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("hint: move it out"), "{}", ran.err);
}

#[test]
fn an_empty_file() {
    insta::assert_snapshot!(said(b""), @r"
    apply staging
    error: secrets file FILE cannot be used
        FILE: holds no NAME=value at all
      hint: mend these lines; docs/credentials.md says of what form each value is
    ");
}

#[test]
fn a_binary_file() {
    insta::assert_snapshot!(said(b"\x7fELF\n\xff\xfe"), @r"
    apply staging
    error: secrets file FILE cannot be used
        FILE:2: expected UTF-8 text
      hint: mend these lines; docs/credentials.md says of what form each value is
    ");
}

#[test]
fn a_file_of_10_megabytes() {
    insta::assert_snapshot!(said(&vec![b'#'; 10_000_000]), @r"
    apply staging
    error: secrets file FILE is larger than 1 MiB
      hint: name another with `--secrets-file FILE`
    ");
}

#[test]
fn a_name_that_is_set_twice() {
    let twice = format!("{}TWILIO_FROM=+14155550199\n", secrets_file(SECRET));
    insta::assert_snapshot!(said(twice.as_bytes()), @r"
    apply staging
    error: secrets file FILE cannot be used
        FILE:9: TWILIO_FROM is already set on line 4
      hint: mend these lines; docs/credentials.md says of what form each value is
    ");
}

#[test]
fn a_sid_of_the_wrong_kind() {
    let wrong = with(
        "TWILIO_API_KEY_SID",
        "TWILIO_API_KEY_SID=AC0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    );
    insta::assert_snapshot!(said(wrong.as_bytes()), @r"
    apply staging
    error: secrets file FILE cannot be used
        FILE:2: TWILIO_API_KEY_SID has another form, expected `SK` and 32 hexadecimal digits; this is an account's SID, `AC…`
      hint: mend these lines; docs/credentials.md says of what form each value is
    ");
}

#[test]
fn masked_and_missing_values() {
    let wrong = with("TWILIO_API_KEY_SECRET", "TWILIO_API_KEY_SECRET=****");
    let wrong = wrong.replace("QDN_CONTACT_BACKUP", "QDN_CONTACT_OTHER");
    insta::assert_snapshot!(said(wrong.as_bytes()), @r"
    apply staging
    error: secrets file FILE cannot be used
        FILE:3: TWILIO_API_KEY_SECRET is masked with *; the value itself is needed
        FILE: QDN_CONTACT_BACKUP is missing
      hint: docs/credentials.md says what each name is
    ");
}
