//! The commit that `--version` shows: read rightly, and noticed by cargo whenever it becomes another. In repositories
//! of the test's own.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::fixture::project;

#[path = "../../build/revision.rs"]
mod built;

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.com"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "git {arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn commit(folder: &Path, message: &str) {
    git(
        folder,
        &["commit", "--quiet", "--allow-empty", "-m", message],
    );
}

/// A repository with one commit, and its folder.
fn repository() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let top = folder.path().join("checkout");
    fs::create_dir(&top).unwrap();
    git(&top, &["init", "--quiet", "--initial-branch", "main"]);
    commit(&top, "one");
    (folder, top)
}

/// What cargo looks at, as far as a change shows in it.
fn seen(files: &[PathBuf]) -> Vec<(PathBuf, Vec<u8>, Vec<OsString>)> {
    let look = |file: &PathBuf| {
        let mut names: Vec<OsString> = fs::read_dir(file)
            .map(|entries| entries.map(|entry| entry.unwrap().file_name()).collect())
            .unwrap_or_default();
        names.sort();
        (file.clone(), fs::read(file).unwrap_or_default(), names)
    };
    files.iter().map(look).collect()
}

/// Does something, after which another commit is HEAD, and says whether cargo would notice.
fn notices(top: &Path, what: &str, act: impl FnOnce()) {
    let before = built::of(top);
    assert_eq!(
        before.revision,
        git(top, &["rev-parse", "HEAD"])[..12],
        "{what}"
    );
    for file in &before.moves_with {
        assert!(
            file.exists(),
            "{what}: {} is looked for in vain, at each build",
            file.display()
        );
    }
    let looked = seen(&before.moves_with);
    act();
    let after = built::of(top);
    assert_ne!(before.revision, after.revision, "{what}");
    assert_ne!(looked, seen(&before.moves_with), "{what} is not noticed");
}

#[test]
fn every_way_to_another_commit_is_noticed() {
    let (folder, top) = repository();
    notices(&top, "a commit", || commit(&top, "two"));
    notices(&top, "a commit that is undone", || {
        git(&top, &["reset", "--quiet", "--hard", "HEAD~1"]);
    });
    git(&top, &["pack-refs", "--all"]);
    notices(&top, "a commit on a branch that is packed", || {
        commit(&top, "three");
    });
    git(&top, &["branch", "older", "HEAD~1"]);
    notices(&top, "another branch", || {
        git(&top, &["checkout", "--quiet", "older"]);
    });
    git(&top, &["checkout", "--quiet", "--detach", "main"]);
    notices(&top, "a commit on no branch", || commit(&top, "four"));

    let beside = folder.path().join("beside");
    git(
        &top,
        &[
            "worktree",
            "add",
            "--quiet",
            "-b",
            "side",
            beside.to_str().unwrap(),
            "main",
        ],
    );
    notices(&beside, "a commit in a second worktree", || {
        commit(&beside, "five");
    });
    git(&top, &["pack-refs", "--all"]);
    notices(&beside, "a commit in a second worktree, packed", || {
        commit(&beside, "six");
    });

    git(&top, &["checkout", "--quiet", "main"]);
    git(&top, &["config", "core.logAllRefUpdates", "false"]);
    fs::remove_dir_all(top.join(".git/logs")).unwrap();
    git(&top, &["pack-refs", "--all"]);
    notices(
        &top,
        "a commit on a packed branch where no log is kept",
        || commit(&top, "seven"),
    );
}

#[test]
fn a_checkout_that_stands_still_is_left_alone() {
    let (_folder, top) = repository();
    let found = built::of(&top);
    let looked = seen(&found.moves_with);
    fs::write(top.join("file"), "text").unwrap();
    git(&top, &["add", "file"]);
    git(&top, &["status"]);
    git(&top, &["branch", "another"]);
    assert_eq!(looked, seen(&found.moves_with));
    assert_eq!(found, built::of(&top));
}

#[test]
fn without_git_of_its_own_it_is_unknown() {
    let nothing = TempDir::new().unwrap();
    let (_folder, top) = repository();
    let inside = top.join("unpacked");
    fs::create_dir(&inside).unwrap();
    for folder in [nothing.path(), &inside] {
        let found = built::of(folder);
        assert_eq!(
            (found.revision.as_str(), found.moves_with),
            ("unknown", Vec::new())
        );
    }
}

#[test]
fn the_program_has_the_commit_of_this_checkout() {
    assert_eq!(env!("QDN_REVISION"), built::of(&project()).revision);
}

/// A package's hash tells whether there is something to deploy; a commit alone is nothing.
#[test]
fn no_lambda_package_knows_the_commit() {
    for entry in fs::read_dir(project().join("functions")).unwrap() {
        let folder = entry.unwrap().path();
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        for word in ["qdn-infra", "build =", "build-dependencies"] {
            assert!(!manifest.contains(word), "{}: {word}", folder.display());
        }
        assert!(!folder.join("build.rs").exists(), "{}", folder.display());
    }
}
