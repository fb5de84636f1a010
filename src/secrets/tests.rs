//! What a secrets file may look like, what is refused, and that nothing of it is ever printed.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use secrecy::ExposeSecret as _;
use tempfile::TempDir;

use super::error::{Error, Fault};
use super::read::{SecretsFile, parse, read};
use crate::hint::Hint as _;

const GOOD: &str = "\
# Twilio
export TWILIO_ACCOUNT_SID=AC0123456789abcdef0123456789abcdef
TWILIO_API_KEY_SID=\"SK0123456789abcdef0123456789abcdef\"
TWILIO_API_KEY_SECRET='canaryabcdefghijklmnopqrstuvwxyz'  # of the key above
TWILIO_FROM=+14155550100

QDN_CONTACT_PRIMARY=+14155550101
QDN_CONTACT_MAIN=+14155550102 # line two
QDN_CONTACT_BACKUP=+14155550103
DATABASE_PASSWORD=not-ours
";

fn faults(text: &str) -> String {
    told(&parse(text.as_bytes()).expect_err("faults"))
}

fn told(faults: &[Fault]) -> String {
    let faults = faults.to_vec();
    let file = PathBuf::from("repos.env");
    let error = Error::Faults { file, faults }.to_string();
    error.lines().skip(1).collect::<Vec<_>>().join("\n")
}

fn document(text: &str) -> String {
    let file = parse(text.as_bytes()).expect("a good file");
    file.carrier_document().text().expose_secret().to_owned()
}

/// The good file with one line replaced.
fn with(name: &str, line: &str) -> String {
    let lines = GOOD.lines().map(|old| {
        if old
            .trim_start_matches("export ")
            .starts_with(&format!("{name}="))
        {
            line
        } else {
            old
        }
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn only_our_names_are_kept() {
    insta::assert_snapshot!(document(GOOD), @r#"{"QDN_CONTACT_BACKUP":"+14155550103","QDN_CONTACT_MAIN":"+14155550102","QDN_CONTACT_PRIMARY":"+14155550101","TWILIO_ACCOUNT_SID":"AC0123456789abcdef0123456789abcdef","TWILIO_API_KEY_SECRET":"canaryabcdefghijklmnopqrstuvwxyz","TWILIO_API_KEY_SID":"SK0123456789abcdef0123456789abcdef","TWILIO_FROM":"+14155550100"}"#);
}

#[test]
fn order_quotes_line_ends_and_a_byte_order_mark_are_no_difference() {
    let mut lines: Vec<&str> = GOOD.lines().collect();
    lines.reverse();
    let other = format!("\u{feff}{}", lines.join("\r\n").replace(['"', '\''], ""));
    assert_eq!(document(&other), document(GOOD));
}

#[test]
fn the_auth_token_stays_out_of_the_document() {
    let token = "0123456789abcdef0123456789abcdef";
    let text = format!("{GOOD}TWILIO_AUTH_TOKEN={token}\n");
    let file = parse(text.as_bytes()).expect("a good file");
    assert_eq!(file.auth_token.expect("a token").expose_secret(), token);
    assert_eq!(document(&text), document(GOOD));
}

#[test]
fn nothing_of_a_file_can_be_printed() {
    let text = format!("{GOOD}TWILIO_AUTH_TOKEN=0123456789abcdef0123456789abcdef\n");
    let file: SecretsFile = parse(text.as_bytes()).expect("a good file");
    let printed = format!("{file:?} {:?}", file.carrier_document());
    for value in ["canary", "0123456789abcdef0123456789abcdef", "41555501"] {
        assert!(!printed.contains(value), "{printed}");
    }
}

#[test]
fn the_last_line_need_not_end() {
    let ours = GOOD.lines().filter(|line| !line.starts_with("DATABASE"));
    let ours: Vec<&str> = ours.collect();
    assert_eq!(document(&ours.join("\n")), document(GOOD));
}

#[test]
fn every_fault_is_told_with_its_line() {
    let text = "\
TWILIO_ACCOUNT_SID=SK0123456789abcdef0123456789abcdef
TWILIO_API_KEY_SID=AC0123456789abcdef0123456789abcdef
TWILIO_API_KEY_SECRET=****
TWILIO_FROM=PN0123456789abcdef0123456789abcdef
QDN_CONTACT_PRIMARY=
QDN_CONTACT_MAIN=0155
QDN_CONTACT_MAIN=+14155550102
TWILIO_AUTH_TOKEN=canary
";
    insta::assert_snapshot!(faults(text), @r"
    repos.env:1: TWILIO_ACCOUNT_SID has another form, expected `AC` and 32 hexadecimal digits; this is an API key's SID, `SK…`
    repos.env:2: TWILIO_API_KEY_SID has another form, expected `SK` and 32 hexadecimal digits; this is an account's SID, `AC…`
    repos.env:3: TWILIO_API_KEY_SECRET is masked with *; the value itself is needed
    repos.env:4: TWILIO_FROM has another form, expected a phone number in international form, like `+14155552671`, or `MG` and 32 hexadecimal digits; this is a phone number's SID, `PN…`
    repos.env:5: QDN_CONTACT_PRIMARY has no value
    repos.env:7: QDN_CONTACT_MAIN is already set on line 6
    repos.env:8: TWILIO_AUTH_TOKEN has another form, expected 32 hexadecimal digits
    repos.env: QDN_CONTACT_BACKUP is missing
    ");
}

#[test]
fn a_file_without_an_assignment_says_so() {
    for text in ["", "\n\n# nothing\n", "just words\n"] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(faults(text), @"repos.env: holds no NAME=value at all");
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_told_by_line() {
    let binary = [b"A=1\nB=\xff\xfe".as_slice(), b"A=1\nB=\0canary"];
    for bytes in binary {
        insta::allow_duplicates! {
            insta::assert_snapshot!(told(&parse(bytes).expect_err("no text")), @"repos.env:2: expected UTF-8 text");
        }
    }
}

#[test]
fn nothing_is_put_in_for_a_dollar() {
    // A variable that every process has; with its value the secret would be another one.
    for line in [
        "TWILIO_API_KEY_SECRET=abc$PATH",
        "TWILIO_API_KEY_SECRET=\"abc${PATH}\"",
        "TWILIO_API_KEY_SECRET=\"a #$PATH\"",
        r#"TWILIO_API_KEY_SECRET="it's$PATH'""#,
        r"TWILIO_API_KEY_SECRET=a\'$PATH\'",
        "TWILIO_API_KEY_SECRET=$NOWHERE",
        "TWILIO_API_KEY_SECRET='a'$PATH",
    ] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(faults(&with("TWILIO_API_KEY_SECRET", line)), @"repos.env:4: TWILIO_API_KEY_SECRET holds a $; nothing is put in for it here");
        }
    }
    for line in [
        "TWILIO_API_KEY_SECRET='a$PATH'",
        "TWILIO_API_KEY_SECRET=abc # $PATH",
    ] {
        let document = document(&with("TWILIO_API_KEY_SECRET", line));
        assert!(!document.contains("/bin"), "{document}");
    }
}

#[test]
fn lines_that_are_not_ours_do_not_matter() {
    let text = format!("if [ -f x ]; then\n{GOOD}OTHER=two words\nEMPTY=\nMORE='a b'\nfi\n");
    assert_eq!(document(&text), document(GOOD));
}

#[test]
fn a_value_of_several_lines_belongs_to_somebody_else_or_is_a_fault() {
    let text = format!("KEY=\"-----BEGIN\nabc\n-----END\"\n{GOOD}");
    assert_eq!(document(&text), document(GOOD));

    let text = with("TWILIO_FROM", "TWILIO_FROM=\"+1\n4155550100\"");
    insta::assert_snapshot!(faults(&text), @"repos.env:5: TWILIO_FROM has a value of several lines; expected one");
}

#[test]
fn quotes_that_hide_our_names_are_told() {
    insta::assert_snapshot!(faults(&format!("# first\nKEY=\"never closed\n{GOOD}")), @r"
    repos.env:2: a quote is opened here and never closed
    repos.env: QDN_CONTACT_BACKUP is missing
    repos.env: QDN_CONTACT_MAIN is missing
    repos.env: QDN_CONTACT_PRIMARY is missing
    repos.env: TWILIO_ACCOUNT_SID is missing
    repos.env: TWILIO_API_KEY_SECRET is missing
    repos.env: TWILIO_API_KEY_SID is missing
    repos.env: TWILIO_FROM is missing
    ");
    let text = with("TWILIO_FROM", "KEY='one\nTWILIO_FROM=+14155550100\n'");
    insta::assert_snapshot!(faults(&text), @"repos.env:6: TWILIO_FROM stands inside a quoted value that begins on line 5");
}

#[test]
fn a_line_of_ours_that_cannot_be_read_is_told_without_its_content() {
    for line in [
        "TWILIO_FROM=+1 415 555 0100",
        r"TWILIO_FROM=canary\q",
        "TWILIO_FROM =a b",
    ] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(faults(&with("TWILIO_FROM", line)), @"repos.env:5: TWILIO_FROM is not NAME=value; check its quotes and blanks");
        }
    }
}

/// A folder outside any repository, and a good file in it.
fn good_file() -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("repos.env");
    write(&file, GOOD, 0o600);
    (folder, file)
}

fn write(file: &Path, text: &str, mode: u32) {
    fs::write(file, text).expect("written");
    fs::set_permissions(file, fs::Permissions::from_mode(mode)).expect("a mode");
}

#[test]
fn a_file_of_mode_600_is_read_through_a_link() {
    let (folder, file) = good_file();
    let link = folder.path().join("link");
    symlink(&file, &link).expect("a link");
    for path in [&file, &link] {
        read(path, None).expect("a good file");
    }
}

#[test]
fn any_other_mode_is_refused_with_the_command_that_mends_it() {
    let (folder, file) = good_file();
    let link = folder.path().join("link");
    symlink(&file, &link).expect("a link");
    for mode in [0o644, 0o640, 0o604, 0o660, 0o700, 0o601, 0o4600, 0o400] {
        write(&file, GOOD, 0o600);
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("a mode");
        for path in [&file, &link] {
            // Somebody else than root cannot even open what they may not read.
            let error = read(path, None).expect_err("refused");
            assert!(
                matches!(error, Error::Mode { mode: found, .. } if found == mode),
                "{error}"
            );
            let real = file.canonicalize().expect("a path");
            assert_eq!(
                error.hint(),
                Some(format!("`chmod 600 {}`", real.display()))
            );
            assert!(
                error.to_string().contains(&format!("has mode {mode:03o}")),
                "{error}"
            );
        }
    }
}

#[test]
fn a_command_to_copy_is_quoted() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("it's mine.env");
    write(&file, GOOD, 0o644);
    let hint = read(&file, None)
        .expect_err("refused")
        .hint()
        .expect("a hint");
    assert!(hint.ends_with(r"it'\''s mine.env'`"), "{hint}");
}

#[test]
fn what_is_no_regular_file_is_refused_and_never_waited_for() {
    let (folder, _) = good_file();
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo").success());
    for path in [folder.path(), &pipe, Path::new("/dev/zero")] {
        let error = read(path, None).expect_err("refused");
        assert!(matches!(error, Error::NotAFile { .. }), "{error}");
    }
}

#[test]
fn a_file_inside_the_repository_is_refused_wherever_in_it_the_project_lies() {
    let (folder, file) = good_file();
    let project = folder.path().join("deep/project");
    fs::create_dir_all(&project).expect("a folder");
    read(&file, Some(&project)).expect("it lies outside");
    let inside = project.join("repos.env");
    write(&inside, GOOD, 0o600);
    let link = folder.path().join("link");
    symlink(&inside, &link).expect("a link");
    for path in [&inside, &link] {
        let error = read(path, Some(&project)).expect_err("refused");
        assert!(matches!(error, Error::InRepository { .. }), "{error}");
    }
    fs::create_dir(folder.path().join(".git")).expect("a folder");
    let error = read(&file, Some(&project)).expect_err("refused");
    assert!(matches!(error, Error::InRepository { .. }), "{error}");
}

#[test]
fn an_absent_file_names_the_flag() {
    let error = read(Path::new("/nowhere/repos.env"), None).expect_err("absent");
    assert_eq!(
        error.to_string(),
        "secrets file /nowhere/repos.env cannot be read"
    );
    assert!(error.hint().expect("a hint").contains("--secrets-file"));
}

#[test]
fn a_large_file_is_refused() {
    let (_folder, file) = good_file();
    let mut text = GOOD.to_owned();
    text.extend(std::iter::repeat_n('#', 1024 * 1024 - GOOD.len()));
    write(&file, &text, 0o600);
    read(&file, None).expect("exactly 1 MiB");
    write(&file, &"#".repeat(10 * 1024 * 1024), 0o600);
    let error = read(&file, None).expect_err("refused");
    assert!(
        error.to_string().ends_with("is larger than 1 MiB"),
        "{error}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a file holds: it is read or refused, and no fault repeats a value.
    #[test]
    fn any_text_is_read_or_refused_without_being_repeated(
        lines in proptest::collection::vec("(export )?(TWILIO_FROM|QDN_CONTACT_MAIN|OTHER|)[ =]{0,2}['\"$\\\\# ]{0,3}(canary|\\+14155550199)['\"$\\\\# é]{0,3}", 0..8),
        ended in any::<bool>(),
    ) {
        let mut text = lines.join("\n");
        if ended {
            text.push('\n');
        }
        if let Err(faults) = parse(text.as_bytes()) {
            let said = format!("{} {faults:?}", told(&faults));
            prop_assert!(!said.contains("canary") && !said.contains("4155550199"), "{}", said);
            let last = text.lines().count().max(1);
            prop_assert!(faults.iter().all(|fault| fault.line.is_none_or(|line| line >= 1 && line <= last)));
        }
    }
}
