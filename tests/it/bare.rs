//! A checkout of a test's own, as it is after cloning: nothing built, nothing started.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::fixture::project;

/// Commands that ask nobody: all that they need is in such a checkout.
pub const OFFLINE: &[&str] = &[
    "ci-role",
    "completions",
    "cost",
    "graph",
    "local reset",
    "local status",
    "local stop",
    "man",
    "openapi",
    "permissions",
    "synth",
];

/// What the stack file of staging asks of the environment.
pub const STAGING: [(&str, &str); 3] = [
    ("QDN_STAGING_ACCOUNT", "000000000000"),
    (
        "QDN_STAGING_CERTIFICATE_ARN",
        "arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-0000-0000-000000000000",
    ),
    ("QDN_STAGING_ALARM_ADDRESS", "alarms@example.com"),
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
