//! Finds the Python and the node that the emulator runs on. Installs nothing.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use super::error::Error;

const OLDEST_PYTHON: (u32, u32) = (3, 10);
const OLDEST_NODE: u32 = 20;
const PYTHONS: [&str; 6] = [
    "python3",
    "python3.13",
    "python3.12",
    "python3.11",
    "python3.10",
    "python",
];
const PATIENCE: Duration = Duration::from_secs(20);

/// Says its version, and whether it can make virtual environments; runs on any Python ever made.
const ASK_PYTHON: &str = "
import sys
print('%d.%d' % sys.version_info[:2])
try:
    import venv, ensurepip
    print('venv')
except ImportError:
    print('no venv')
";

/// A Python that is new enough and can make virtual environments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Python {
    pub(super) program: PathBuf,
    /// As `3.11`.
    pub(super) version: String,
}

/// The named Python, or the first good one on the path.
pub(super) async fn python(named: Option<&Path>, path: &OsStr) -> Result<Python, Error> {
    if let Some(program) = named {
        let answer = run(program, &["-c", ASK_PYTHON]).await;
        let Some(found) = answer
            .as_deref()
            .and_then(|answer| Found::read(program, answer))
        else {
            return Err(Error::NamedPython {
                program: program.to_owned(),
            });
        };
        return found.judge();
    }
    let mut refusal = None;
    for program in PYTHONS.iter().flat_map(|name| on_path(name, path)) {
        // A name can be there and yet not run: version managers put such placeholders on the path.
        let Some(answer) = run(&program, &["-c", ASK_PYTHON]).await else {
            continue;
        };
        let Some(found) = Found::read(&program, &answer) else {
            continue;
        };
        match found.judge() {
            Ok(python) => return Ok(python),
            Err(error @ Error::NoVenv { .. }) => refusal = Some(error),
            Err(error) => refusal = refusal.or(Some(error)),
        }
    }
    Err(refusal.unwrap_or_else(|| Error::NoPython {
        tried: PYTHONS.map(str::to_owned).to_vec(),
    }))
}

/// What a Python said of itself.
struct Found {
    program: PathBuf,
    version: (u32, u32),
    makes_environments: bool,
}

impl Found {
    fn read(program: &Path, answer: &str) -> Option<Self> {
        let (version, venv) = answer.trim().split_once('\n')?;
        let (major, minor) = version.trim().split_once('.')?;
        Some(Self {
            program: program.to_owned(),
            version: (major.parse().ok()?, minor.parse().ok()?),
            makes_environments: venv.trim() == "venv",
        })
    }

    fn judge(self) -> Result<Python, Error> {
        let version = format!("{}.{}", self.version.0, self.version.1);
        if self.version < OLDEST_PYTHON {
            Err(Error::OldPython {
                program: self.program,
                version,
            })
        } else if self.makes_environments {
            Ok(Python {
                program: self.program,
                version,
            })
        } else {
            Err(Error::NoVenv {
                program: self.program,
            })
        }
    }
}

/// The real program behind `node` on the path, which may be a version manager's stand-in that needs
/// the user's environment; the emulator runs without that.
pub(super) async fn node(path: &OsStr) -> Result<PathBuf, Error> {
    let mut old = None;
    for program in on_path("node", path) {
        let script = "console.log(process.versions.node); console.log(process.execPath)";
        let Some(answer) = run(&program, &["-e", script]).await else {
            continue;
        };
        let Some((version, real)) = answer.trim().split_once('\n') else {
            continue;
        };
        let major: Option<u32> = version
            .split('.')
            .next()
            .and_then(|major| major.parse().ok());
        if major.is_some_and(|major| major >= OLDEST_NODE) {
            return Ok(PathBuf::from(real.trim()));
        }
        old = old.or(Some(Error::OldNode {
            program,
            version: version.trim().to_owned(),
        }));
    }
    Err(old.unwrap_or(Error::NoNode))
}

/// Every file of that name on the path, in its order.
fn on_path<'a>(name: &'a str, path: &'a OsStr) -> impl Iterator<Item = PathBuf> + 'a {
    std::env::split_paths(path)
        .map(move |folder| folder.join(name))
        .filter(|file| file.is_file())
}

/// What the program prints, if it runs, succeeds and takes no longer than reasonable.
async fn run(program: &Path, arguments: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, command.output())
        .await
        .ok()?
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// A folder with programs that print what is given and end with the given status.
    fn programs(these: &[(&str, &str, u8)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, prints, status) in these {
            let file = folder.path().join(name);
            std::fs::write(
                &file,
                format!("#!/bin/sh\nprintf '{prints}'\nexit {status}\n"),
            )
            .unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        folder
    }

    async fn python_of(these: &[(&str, &str, u8)]) -> Result<(String, String), String> {
        let folder = programs(these);
        match python(None, folder.path().as_os_str()).await {
            Ok(found) => Ok((
                found
                    .program
                    .file_name()
                    .unwrap()
                    .to_string_lossy()
                    .into_owned(),
                found.version,
            )),
            Err(error) => Err(error
                .to_string()
                .replace(&*folder.path().to_string_lossy(), "BIN")),
        }
    }

    #[tokio::test]
    async fn the_first_good_python_is_taken() {
        let placeholder = ("python3", "", 127);
        let old = ("python3.10", "3.9\\nvenv\\n", 0);
        let good = ("python3.11", "3.11\\nvenv\\n", 0);
        let found = python_of(&[placeholder, old, good]).await;
        assert_eq!(found, Ok(("python3.11".into(), "3.11".into())));
    }

    #[tokio::test]
    async fn what_is_wrong_with_python_is_said() {
        insta::assert_snapshot!(
            python_of(&[]).await.unwrap_err(),
            @"no Python was found on PATH; looked for python3, python3.13, python3.12, python3.11, python3.10, python"
        );
        insta::assert_snapshot!(
            python_of(&[("python3", "3.9\\nvenv\\n", 0), ("python", "2.7\\nno venv\\n", 0)]).await.unwrap_err(),
            @"BIN/python3 is Python 3.9; the local cloud needs 3.10 or newer"
        );
        insta::assert_snapshot!(
            python_of(&[("python3", "3.9\\nvenv\\n", 0), ("python3.12", "3.12\\nno venv\\n", 0)]).await.unwrap_err(),
            @"BIN/python3.12 cannot make a virtual environment: it has no module venv or ensurepip"
        );
    }

    #[tokio::test]
    async fn a_named_python_is_the_only_one_tried() {
        let folder = programs(&[
            ("python3", "3.12\\nvenv\\n", 0),
            ("mine", "nonsense", 0),
            ("older", "3.8\\nvenv", 0),
        ]);
        let path = folder.path().as_os_str();
        let named = |name: &str| folder.path().join(name);
        assert!(matches!(
            python(Some(&named("mine")), path).await,
            Err(Error::NamedPython { .. })
        ));
        assert!(matches!(
            python(Some(&named("absent")), path).await,
            Err(Error::NamedPython { .. })
        ));
        assert!(matches!(
            python(Some(&named("older")), path).await,
            Err(Error::OldPython { .. })
        ));
        assert_eq!(
            python(Some(&named("python3")), path).await.unwrap().version,
            "3.12"
        );
    }

    #[tokio::test]
    async fn node_is_found_behind_its_stand_in() {
        let folder = programs(&[("node", "20.11.1\\n/real/bin/node\\n", 0)]);
        assert_eq!(
            node(folder.path().as_os_str()).await.unwrap(),
            Path::new("/real/bin/node")
        );
    }

    #[tokio::test]
    async fn an_old_or_missing_node_is_refused() {
        let folder = programs(&[("node", "18.19.0\\n/usr/bin/node\\n", 0)]);
        let error = node(folder.path().as_os_str()).await.unwrap_err();
        assert!(
            matches!(&error, Error::OldNode { version, .. } if version == "18.19.0"),
            "{error}"
        );
        assert!(matches!(node(OsStr::new("")).await, Err(Error::NoNode)));
    }
}
