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

#[tokio::test]
async fn without_python_the_error_says_what_to_install() {
    let folder = tempfile::tempdir().expect("a folder");
    let search = Search {
        python: None,
        path: folder.path().into(),
    };
    let error = ensure(&folder.path().join("tools"), &search, &Silent)
        .await
        .expect_err("no Python");
    assert!(
        matches!(&error, Error::NotInstalled(error) if error.is_missing_python()),
        "{error:?}"
    );
    insta::assert_snapshot!(error, @"the cross compiler cannot be installed");
    insta::assert_snapshot!(error.hint().expect("hint"), @"install Python 3.10 or newer (Debian: `apt install python3 python3-venv`, macOS: `brew install python`), or name one with QDN_PYTHON");
}

#[tokio::test]
async fn a_complete_installation_is_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().canonicalize().expect("a path");
    let venv = wanted(&root).folder;
    let zig = venv.join("lib/python3.12/site-packages/ziglang/zig");
    std::fs::create_dir_all(zig.parent().expect("a folder")).expect("created");
    std::fs::create_dir(venv.join("bin")).expect("created");
    for file in [
        &zig,
        &venv.join("bin/python"),
        &venv.join("bin/cargo-zigbuild"),
    ] {
        std::fs::write(file, "").expect("written");
    }
    std::fs::write(venv.join("complete"), requirements_hash(REQUIREMENTS)).expect("written");
    let nowhere = Search {
        python: None,
        path: "".into(),
    };
    let tools = ensure(&root, &nowhere, &Silent)
        .await
        .expect("already there");
    assert_eq!(tools.zig, zig);
    assert_eq!(tools.cargo_zigbuild, venv.join("bin/cargo-zigbuild"));
}
