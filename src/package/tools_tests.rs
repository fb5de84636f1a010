//! The pins, and what happens without Python. Nothing is fetched here.

use super::*;
use crate::hint::Hint;
use crate::package::Silent;

#[test]
fn every_pin_is_exact_and_hashed_for_every_machine() {
    let pins: Vec<&str> = REQUIREMENTS
        .lines()
        .filter(|line| line.contains("=="))
        .collect();
    assert_eq!(pins.len(), 2, "{pins:?}");
    let hashes: Vec<&str> = REQUIREMENTS.split("--hash=sha256:").skip(1).collect();
    assert_eq!(
        hashes.len(),
        7,
        "Linux on two machines, macOS on two, of which one pin has one wheel"
    );
    for hash in hashes {
        let digits: String = hash.chars().take_while(char::is_ascii_hexdigit).collect();
        assert_eq!(digits.len(), 64, "{hash}");
    }
    assert!(
        !REQUIREMENTS.contains("://"),
        "where wheels come from is the machine's choice"
    );
}

#[test]
fn versions_of_python_compare_as_numbers() {
    assert!(version("3 9\n") < Some(PYTHON_LEAST));
    assert!(version("3 10\n") >= Some(PYTHON_LEAST));
    assert!(version("2 7\n") < Some(PYTHON_LEAST));
    assert_eq!(version(""), None);
    assert_eq!(version("Python 3.11"), None);
}

#[tokio::test]
async fn without_python_the_error_says_what_to_install() {
    let folder = tempfile::tempdir().expect("a folder");
    let empty = folder.path().join("bin");
    std::fs::create_dir(&empty).expect("created");
    let environment = [("PATH".into(), empty.into())].into();
    let error = ensure(&folder.path().join("tools"), &environment, &Silent)
        .await
        .expect_err("no Python");
    insta::assert_snapshot!(error, @"no Python 3.10 or newer in PATH (looked for python3, python3.14, python3.13, python3.12, python3.11, python3.10, python)");
    insta::assert_snapshot!(error.hint().expect("hint"), @"install Python 3.10 or newer, e.g. `apt install python3 python3-venv`");
}

#[tokio::test]
async fn a_complete_installation_is_used_and_an_interrupted_one_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().canonicalize().expect("a path");
    let venv = root.join(format!("zig-{}", pins_digest()));
    std::fs::create_dir_all(venv.join("bin")).expect("created");
    std::fs::write(venv.join("bin/cargo-zigbuild"), "").expect("written");
    assert_eq!(installed(&root, &venv), None, "no stamp yet");

    std::fs::write(venv.join("zig"), "").expect("written");
    std::fs::write(venv.join(STAMP), venv.join("zig").display().to_string()).expect("written");
    let environment = BTreeMap::new();
    let tools = ensure(&root, &environment, &Silent)
        .await
        .expect("already there");
    assert_eq!(tools.zig, venv.join("zig"));

    std::fs::remove_file(venv.join("zig")).expect("removed");
    assert_eq!(
        installed(&root, &venv),
        None,
        "the stamp is there and the program is not"
    );
}
