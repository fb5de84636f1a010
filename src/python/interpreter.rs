//! Finds a Python that can make virtual environments. Installs nothing.

use std::path::{Path, PathBuf};

use super::error::Error;
use super::search::{Search, answer, on_path};

const OLDEST: (u32, u32) = (3, 10);

/// Names under which a suitable one may be found, the usual one first.
const NAMES: [&str; 7] = [
    "python3",
    "python3.14",
    "python3.13",
    "python3.12",
    "python3.11",
    "python3.10",
    "python",
];

/// Says its version, and whether it can make virtual environments; runs on any Python ever made.
const ASK: &str = "
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
pub struct Python {
    /// Its program.
    pub program: PathBuf,
    /// As `3.11`.
    pub version: String,
}

/// The named Python, or the first good one on the path.
pub async fn find(search: &Search) -> Result<Python, Error> {
    if let Some(program) = &search.python {
        let said = answer(program, &["-c", ASK]).await;
        let Some(found) = said.and_then(|said| Found::read(program, &said)) else {
            return Err(Error::NamedPython {
                program: program.clone(),
            });
        };
        return found.judge();
    }
    let mut refusal = None;
    for program in NAMES.iter().flat_map(|name| on_path(name, &search.path)) {
        // A name can be there and yet not run: version managers put such placeholders on the path.
        let Some(said) = answer(&program, &["-c", ASK]).await else {
            continue;
        };
        let Some(found) = Found::read(&program, &said) else {
            continue;
        };
        match found.judge() {
            Ok(python) => return Ok(python),
            Err(error @ Error::NoVenv { .. }) => refusal = Some(error),
            Err(error) => refusal = refusal.or(Some(error)),
        }
    }
    Err(refusal.unwrap_or_else(|| Error::NoPython {
        tried: NAMES.map(str::to_owned).to_vec(),
    }))
}

/// What a Python said of itself.
struct Found {
    program: PathBuf,
    version: (u32, u32),
    makes_environments: bool,
}

impl Found {
    fn read(program: &Path, said: &str) -> Option<Self> {
        let (version, venv) = said.trim().split_once('\n')?;
        let (major, minor) = version.trim().split_once('.')?;
        Some(Self {
            program: program.to_owned(),
            version: (major.parse().ok()?, minor.parse().ok()?),
            makes_environments: venv.trim() == "venv",
        })
    }

    fn judge(self) -> Result<Python, Error> {
        let version = format!("{}.{}", self.version.0, self.version.1);
        if self.version < OLDEST {
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

#[cfg(test)]
mod tests {
    use super::super::program;
    use super::*;

    /// A folder with programs that print what is given and end with the given status.
    fn programs(these: &[(&str, &str, u8)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, prints, status) in these {
            program(
                folder.path(),
                name,
                &format!("printf '{prints}'\nexit {status}"),
            );
        }
        folder
    }

    fn search(folder: &Path, python: Option<&str>) -> Search {
        Search {
            python: python.map(|name| folder.join(name)),
            path: folder.into(),
        }
    }

    async fn found(these: &[(&str, &str, u8)]) -> Result<(String, String), String> {
        let folder = programs(these);
        let bin = &*folder.path().to_string_lossy();
        match find(&search(folder.path(), None)).await {
            Ok(found) => Ok((
                found.program.to_string_lossy().replace(bin, "BIN"),
                found.version,
            )),
            Err(error) => Err(error.to_string().replace(bin, "BIN")),
        }
    }

    #[tokio::test]
    async fn the_first_good_python_is_taken() {
        let placeholder = ("python3", "", 127);
        let old = ("python3.10", "3.9\\nvenv\\n", 0);
        let good = ("python3.11", "3.11\\nvenv\\n", 0);
        let found = found(&[placeholder, old, good]).await;
        assert_eq!(found, Ok(("BIN/python3.11".into(), "3.11".into())));
    }

    #[tokio::test]
    async fn what_is_wrong_with_python_is_said() {
        insta::assert_snapshot!(
            found(&[]).await.unwrap_err(),
            @"no Python was found on PATH; looked for python3, python3.14, python3.13, python3.12, python3.11, python3.10, python"
        );
        insta::assert_snapshot!(
            found(&[("python3", "3.9\\nvenv\\n", 0), ("python", "2.7\\nno venv\\n", 0)]).await.unwrap_err(),
            @"BIN/python3 is Python 3.9; 3.10 or newer is needed"
        );
        insta::assert_snapshot!(
            found(&[("python3", "3.9\\nvenv\\n", 0), ("python3.12", "3.12\\nno venv\\n", 0)]).await.unwrap_err(),
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
        let named = async |name: &str| find(&search(folder.path(), Some(name))).await;
        assert!(matches!(
            named("mine").await,
            Err(Error::NamedPython { .. })
        ));
        assert!(matches!(
            named("absent").await,
            Err(Error::NamedPython { .. })
        ));
        assert!(matches!(named("older").await, Err(Error::OldPython { .. })));
        assert_eq!(named("python3").await.unwrap().version, "3.12");
    }
}
