//! A checkout of a test's own, as it is after cloning: nothing built, nothing started.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::fixture::project;

/// Commands that ask nobody: all that they need is in such a checkout.
pub const OFFLINE: &[&str] = &[
    "completions",
    "cost",
    "local reset",
    "local status",
    "local stop",
    "man",
    "openapi",
    "synth",
];

/// Makes one below a folder; its files are links to this one's.
pub fn checkout(folder: &Path) -> PathBuf {
    let checkout = folder.join("checkout");
    fs::create_dir(&checkout).unwrap();
    for name in [
        "Cargo.lock",
        "Cargo.toml",
        "assets",
        "cloudfront-fn",
        "functions",
        "rust-toolchain.toml",
        "stacks",
    ] {
        symlink(project().join(name), checkout.join(name)).unwrap();
    }
    checkout
}
