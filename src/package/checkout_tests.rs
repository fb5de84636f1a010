//! When cargo may go on from what another checkout left.

use std::fs;

use super::*;

/// A checkout with one function's crate; the program that builds it lies in the root.
fn checkout(text: &str) -> (tempfile::TempDir, Metadata) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().to_owned();
    let source = root.join("functions/api/src");
    fs::create_dir_all(&source).unwrap();
    fs::write(source.join("main.rs"), text).unwrap();
    let metadata = format!(
        r#"{{"packages": [
            {{"id": "root", "name": "qdn-infra", "source": null, "manifest_path": "{0}/Cargo.toml", "targets": []}},
            {{"id": "api", "name": "qdn-api", "source": null, "manifest_path": "{0}/functions/api/Cargo.toml",
              "targets": []}}],
          "workspace_members": ["root", "api"], "target_directory": "/target", "workspace_root": "{0}"}}"#,
        root.display()
    );
    (folder, serde_json::from_str(&metadata).unwrap())
}

#[test]
fn the_same_folder_or_the_same_sources_may_follow() {
    let (folder, one) = checkout("fn main() {}");
    let (_same, same) = checkout("fn main() {}");
    let (_other, other) = checkout("fn main() { }");
    let last = Checkout::read(&one).unwrap();
    let may_follow = |metadata| Checkout::read(metadata).unwrap().may_follow(Some(&last));
    assert!(may_follow(&one));
    assert!(may_follow(&same));
    assert!(!may_follow(&other));
    // A change in place is cargo's to see.
    fs::write(folder.path().join("functions/api/src/main.rs"), "").unwrap();
    assert!(may_follow(&one));
}

#[test]
fn nobody_may_follow_one_that_is_not_known() {
    let (_folder, metadata) = checkout("");
    assert!(!Checkout::read(&metadata).unwrap().may_follow(None));
}

#[test]
fn only_its_own_folder_may_follow_one_at_work() {
    let (_one, one) = checkout("fn main() {}");
    let (_same, same) = checkout("fn main() {}");
    let at_work = Checkout::read(&one).unwrap().at_work();
    let may_follow = |metadata| Checkout::read(metadata).unwrap().may_follow(Some(&at_work));
    assert!(may_follow(&one));
    assert!(!may_follow(&same));
}

#[test]
fn what_no_function_is_made_of_does_not_count() {
    let (folder, metadata) = checkout("fn main() {}");
    let before = Checkout::read(&metadata).unwrap();
    fs::write(folder.path().join("README.md"), "changed").unwrap();
    assert_eq!(Checkout::read(&metadata).unwrap(), before);
    fs::write(folder.path().join("functions/api/build.rs"), "").unwrap();
    assert_ne!(Checkout::read(&metadata).unwrap(), before);
}

#[test]
fn a_record_reads_back_and_is_forgotten() {
    let (folder, metadata) = checkout("fn main() {}");
    let record = folder.path().join("with a space/checkout");
    let checkout = Checkout::read(&metadata).unwrap();
    assert_eq!(Checkout::last(&record), None);
    for known in [checkout.at_work(), checkout] {
        known.remember(&record).unwrap();
        assert_eq!(Checkout::last(&record), Some(known));
    }
    forget(&record).unwrap();
    forget(&record).unwrap();
    assert_eq!(Checkout::last(&record), None);
}
