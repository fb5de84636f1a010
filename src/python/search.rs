//! Programs on the search path, and asking one what it is. Knows nothing of virtual environments.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

/// How long a program may take to say what it is.
const PATIENCE: Duration = Duration::from_secs(20);

/// Of pip's own variables, those that say how packages are reached. The others could change what is
/// installed, or where.
const PIP_PASSED: [&str; 16] = [
    "PIP_CACHE_DIR",
    "PIP_CERT",
    "PIP_CLIENT_CERT",
    "PIP_CONFIG_FILE",
    "PIP_DEFAULT_TIMEOUT",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_INDEX_URL",
    "PIP_KEYRING_PROVIDER",
    "PIP_NO_CACHE_DIR",
    "PIP_NO_INDEX",
    "PIP_PROXY",
    "PIP_RETRIES",
    "PIP_TIMEOUT",
    "PIP_TRUSTED_HOST",
    "PIP_USE_FEATURE",
];

/// Where programs are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The Python to use; otherwise one is looked for on `path`.
    pub python: Option<PathBuf>,
    /// Folders, in the form of the variable `PATH`.
    pub path: OsString,
}

impl Search {
    /// What the environment variables `QDN_PYTHON` and `PATH` say.
    pub fn of_this_process() -> Self {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        Self {
            python: variable("QDN_PYTHON").map(PathBuf::from),
            path: variable("PATH").unwrap_or_default(),
        }
    }
}

/// Every file of that name on the path, in its order.
pub(crate) fn on_path<'a>(name: &'a str, path: &'a OsStr) -> impl Iterator<Item = PathBuf> + 'a {
    std::env::split_paths(path)
        .map(move |folder| folder.join(name))
        .filter(|file| file.is_file())
}

/// What the program prints, if it runs, succeeds and takes no longer than reasonable.
pub(crate) async fn answer(program: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = command(program);
    command.args(arguments).stderr(Stdio::null());
    let output = tokio::time::timeout(PATIENCE, command.output())
        .await
        .ok()?
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A program that asks nobody, sees nothing misleading, and ends when it is no longer waited for.
pub(super) fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if is_misleading(&name) {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Whether a variable could make Python, or pip, act on another installation than the one meant.
fn is_misleading(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name == "VIRTUAL_ENV"
        || name == "__PYVENV_LAUNCHER__"
        || name.starts_with("PYTHON")
        || (name.starts_with("PIP_") && !PIP_PASSED.contains(&&*name))
}

/// The last `count` lines that are not blank.
pub(crate) fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Writes a shell script that can be run. Another process writes the file itself: a program
    /// that this one holds open for writing cannot be started by another test's thread.
    pub(crate) fn program(folder: &Path, name: &str, script: &str) -> PathBuf {
        let (text, file) = (folder.join(format!("{name}.text")), folder.join(name));
        std::fs::write(&text, format!("#!/bin/sh\n{script}\n")).unwrap();
        let copied = std::process::Command::new("sh")
            .args(["-c", "cp \"$0\" \"$1\" && chmod 755 \"$1\""])
            .args([&text, &file])
            .status();
        assert!(copied.unwrap().success(), "{}", file.display());
        file
    }

    #[tokio::test]
    async fn only_a_program_that_succeeds_answers() {
        let folder = tempfile::tempdir().unwrap();
        let good = program(folder.path(), "good", "echo $1; echo aside >&2");
        assert_eq!(answer(&good, &["yes"]).await.as_deref(), Some("yes\n"));
        let bad = program(folder.path(), "bad", "echo yes; exit 1");
        assert_eq!(answer(&bad, &[]).await, None);
        assert_eq!(answer(&folder.path().join("absent"), &[]).await, None);
    }

    #[test]
    fn the_path_is_searched_in_its_order() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two] = ["one", "two"].map(|name| folder.path().join(name));
        for bin in [&one, &two] {
            std::fs::create_dir(bin).unwrap();
            std::fs::write(bin.join("it"), "").unwrap();
        }
        let path = std::env::join_paths([&two, &folder.path().join("absent"), &one]).unwrap();
        assert_eq!(
            on_path("it", &path).collect::<Vec<_>>(),
            [two.join("it"), one.join("it")]
        );
        assert_eq!(on_path("it", OsStr::new("")).next(), None);
    }

    #[test]
    fn how_packages_are_reached_is_passed_on_and_what_misleads_is_not() {
        for name in [
            "PATH",
            "HOME",
            "HTTPS_PROXY",
            "PIP_INDEX_URL",
            "PIP_CERT",
            "PYENV_VERSION",
        ] {
            assert!(!is_misleading(OsStr::new(name)), "{name}");
        }
        for name in [
            "PYTHONHOME",
            "PYTHONPATH",
            "VIRTUAL_ENV",
            "PIP_TARGET",
            "PIP_USER",
            "PIP_CONSTRAINT",
        ] {
            assert!(is_misleading(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn only_the_last_lines_are_kept() {
        assert_eq!(last_lines("a\n\nb\n c\n", 2), "b\n c");
        assert_eq!(last_lines("", 2), "");
    }
}
