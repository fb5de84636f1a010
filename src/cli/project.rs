//! Finds the project and reads what an environment declares.

use std::io;
use std::path::{Path, PathBuf};

use crate::config::{CustomerValues, StackFile};
use crate::hint::Hint;
use crate::seed::{self, MaintenanceData};

/// A checkout: the folder that holds `stacks/`.
#[derive(Debug, Clone)]
pub struct Project {
    /// Its folder.
    pub root: PathBuf,
}

/// Why a project or an environment could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No folder from here upwards holds `stacks/`.
    #[error("{} and the folders above it hold no stacks/", from.display())]
    NoProject {
        /// Where the search began.
        from: PathBuf,
    },
    /// No such environment.
    #[error("environment {name} has no file {}", file.display())]
    NoEnvironment {
        /// The name asked for.
        name: String,
        /// The file it would have.
        file: PathBuf,
        /// Those that exist.
        known: Vec<String>,
    },
    /// Two environments would be one stack.
    #[error("environments {} and {} have the same stack name {name}", environments[0], environments[1])]
    SharedName {
        /// Stack name.
        name: String,
        /// Environments.
        environments: [String; 2],
    },
    /// The stack file is wrong.
    #[error(transparent)]
    StackFile(#[from] crate::config::Error),
    /// A variable that the stack file asks for is missing or wrong.
    #[error(transparent)]
    Values(#[from] crate::config::ValuesError),
    /// A file of the project could not be read.
    #[error("{} could not be read", file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A page file is wrong.
    #[error(transparent)]
    Page(#[from] crate::site::Error),
    /// The seed of the maintenance data is wrong.
    #[error(transparent)]
    Seed(#[from] crate::seed::Mistakes),
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NoProject { .. } => {
                Some("run inside a checkout, or name it with `--project DIR`".into())
            }
            Self::NoEnvironment { known, .. } => {
                Some(format!("choose with `--env`: {}", known.join(", ")))
            }
            Self::SharedName { environments, .. } => Some(format!(
                "give one of them another `name` in stacks/{}.yaml",
                environments[0]
            )),
            Self::StackFile(error) => error.hint(),
            Self::Values(error) => error.hint(),
            Self::Unreadable { .. } => Some("check that the file exists and may be read".into()),
            Self::Page(error) => error.hint(),
            Self::Seed(error) => error.hint(),
        }
    }
}

impl Project {
    /// The given folder, or the nearest one upwards from `from` that holds `stacks/`.
    pub fn find(given: Option<&Path>, from: &Path) -> Result<Self, Error> {
        let start = given.unwrap_or(from);
        let mut upwards = start.ancestors();
        let root = match given {
            Some(folder) => folder.join("stacks").is_dir().then_some(folder),
            None => upwards.find(|folder| folder.join("stacks").is_dir()),
        };
        root.map(|root| Self {
            root: root.to_owned(),
        })
        .ok_or_else(|| Error::NoProject {
            from: start.to_owned(),
        })
    }

    /// Folder of what this program makes and git ignores.
    pub fn work_folder(&self) -> PathBuf {
        self.root.join(".qdn")
    }

    /// Reads the stack file of an environment.
    pub fn stack_file(&self, environment: &str) -> Result<StackFile, Error> {
        let known = self.environments();
        let file = self.root.join("stacks").join(format!("{environment}.yaml"));
        if !known.iter().any(|name| name == environment) {
            return Err(Error::NoEnvironment {
                name: environment.to_owned(),
                file: self.shown(&file),
                known,
            });
        }
        let declared = StackFile::load(&file)?;
        for other in known.iter().filter(|name| *name != environment) {
            // A mistake in another environment's file is that environment's matter.
            let theirs = StackFile::load(&self.root.join("stacks").join(format!("{other}.yaml")));
            if theirs.is_ok_and(|theirs| theirs.name == declared.name) {
                return Err(Error::SharedName {
                    name: declared.name.to_string(),
                    environments: [environment.to_owned(), other.clone()],
                });
            }
        }
        Ok(declared)
    }

    /// Reads what only the customer knows from environment variables.
    pub fn values(
        file: &StackFile,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<CustomerValues, Error> {
        Ok(CustomerValues::resolve(file, lookup)?)
    }

    /// Reads the edge function's source.
    pub fn edge_source(&self) -> Result<String, Error> {
        let file = self.root.join("cloudfront-fn").join("edge.js");
        std::fs::read_to_string(&file).map_err(|source| Error::Unreadable {
            file: self.shown(&file),
            source,
        })
    }

    /// Reads the events that the edge function is tried on, by name.
    pub fn edge_events(&self) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let folder = self.root.join("cloudfront-fn").join("events");
        let unreadable = |file: &Path| {
            let file = self.shown(file);
            move |source| Error::Unreadable { file, source }
        };
        let mut files = std::fs::read_dir(&folder)
            .and_then(|entries| {
                entries
                    .map(|entry| Ok(entry?.path()))
                    .collect::<Result<Vec<_>, _>>()
            })
            .map_err(unreadable(&folder))?;
        files.retain(|file| file.extension().is_some_and(|kind| kind == "json"));
        files.sort();
        files
            .into_iter()
            .map(|file| {
                let name = file.file_stem().unwrap_or_default().to_string_lossy();
                let bytes = std::fs::read(&file).map_err(unreadable(&file))?;
                Ok((name.into_owned(), bytes))
            })
            .collect()
    }

    /// Reads the page's files, as they are for an environment.
    pub fn pages(&self, file: &StackFile) -> Result<Vec<crate::site::PageFile>, Error> {
        Ok(crate::site::read(
            &self.root.join("assets").join("track"),
            crate::site::PREFIX,
            file.support_phone.as_str(),
        )?)
    }

    /// Reads and checks the maintenance data that this checkout wants.
    pub fn seed(&self) -> Result<MaintenanceData, Error> {
        let bytes = std::fs::read(self.seed_file()).map_err(|source| Error::Unreadable {
            file: seed::FILE.into(),
            source,
        })?;
        Ok(MaintenanceData::parse(&bytes, seed::FILE)?)
    }

    /// Where that lies.
    pub fn seed_file(&self) -> PathBuf {
        self.root.join(seed::FILE)
    }

    /// Git revision of the checkout, with `-dirty` when it holds changes; none without git or outside a repository.
    pub fn revision(&self) -> Option<String> {
        let git = |arguments: &[&str]| {
            let output = std::process::Command::new("git")
                .arg("-C")
                .arg(&self.root)
                .args(arguments)
                .stdin(std::process::Stdio::null())
                .output()
                .ok()
                .filter(|output| output.status.success())?;
            String::from_utf8(output.stdout).ok()
        };
        let mut revision = git(&["rev-parse", "HEAD"])?.trim().to_owned();
        if !git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty() {
            revision.push_str("-dirty");
        }
        Some(revision)
    }

    /// The names of its stack files, sorted.
    pub fn environments(&self) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.root.join("stacks")) else {
            return Vec::new();
        };
        let mut names: Vec<String> = entries
            .filter_map(|entry| {
                entry
                    .ok()?
                    .file_name()
                    .to_str()?
                    .strip_suffix(".yaml")
                    .map(str::to_owned)
            })
            .collect();
        names.sort();
        names
    }

    fn shown(&self, file: &Path) -> PathBuf {
        file.strip_prefix(&self.root).unwrap_or(file).to_owned()
    }
}
