//! Where the local cloud lives, and where a running one answers. No process is touched here.

use std::path::{Path, PathBuf};

use url::Url;

use super::error::Error;
use crate::python::Search;

/// Where the local cloud keeps its virtual environment, state and log, and how it looks for programs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder of everything: launcher, state, log. Git must ignore it.
    pub root: PathBuf,
    /// Port for SDKs the first time; a free one is taken when another program has it.
    pub endpoint_port: u16,
    /// Port for people the first time; a free one is taken when another program has it.
    pub front_port: u16,
    /// Port of the carrier's stand-in the first time; a free one is taken when another program has it.
    pub carrier_port: u16,
    /// This program, which the carrier's process runs.
    pub program: PathBuf,
    /// Folder of the virtual environment, when it is not to lie below `root`.
    pub environment: Option<PathBuf>,
    /// Where Python and node are looked for.
    pub search: Search,
}

impl Settings {
    /// The settings of a project whose own git-ignored folder is `work_folder`. Three environment
    /// variables have a say: `PATH`, `QDN_PYTHON` (the Python to use) and `QDN_LOCAL_VENV` (a
    /// folder for the virtual environment that several checkouts may share).
    pub fn below(work_folder: &Path) -> Self {
        let environment = std::env::var_os("QDN_LOCAL_VENV").filter(|value| !value.is_empty());
        Self {
            root: work_folder.join("local"),
            endpoint_port: 4566,
            front_port: 8080,
            carrier_port: 4580,
            // Unknown only where the system does not tell; starting the carrier then names the path.
            program: std::env::current_exe().unwrap_or_else(|_| "qdn-infra".into()),
            environment: environment.map(PathBuf::from),
            search: Search::of_this_process(),
        }
    }

    /// The same with folders that do not depend on the current one: a started process has another.
    pub(super) fn absolute(&self) -> Result<Self, Error> {
        let absolute =
            |path: &Path| std::path::absolute(path).map_err(Error::file("finding", path));
        let environment = self.environment.as_deref().map(absolute).transpose()?;
        Ok(Self {
            root: absolute(&self.root)?,
            environment,
            ..self.clone()
        })
    }

    pub(super) fn environment_folder(&self) -> PathBuf {
        self.environment
            .clone()
            .unwrap_or_else(|| self.root.join("venv"))
    }

    pub(super) fn launcher_folder(&self) -> PathBuf {
        self.root.join("launcher")
    }

    pub(super) fn launcher_file(&self) -> PathBuf {
        self.launcher_folder().join("launcher.py")
    }

    pub(super) fn state_folder(&self) -> PathBuf {
        self.root.join("state")
    }

    pub(super) fn scratch_folder(&self) -> PathBuf {
        self.root.join("tmp")
    }

    pub(super) fn home_folder(&self) -> PathBuf {
        self.root.join("home")
    }

    /// The stand-in credentials of the local environment, in the form of `repos.env`.
    pub fn secrets_file(&self) -> PathBuf {
        self.root.join("repos.env")
    }

    pub(super) fn demo_key_file(&self) -> PathBuf {
        self.root.join("demo.key")
    }

    pub(super) fn carrier_folder(&self) -> PathBuf {
        self.root.join("carrier")
    }

    pub(super) fn carrier_log_file(&self) -> PathBuf {
        self.root.join("carrier.log")
    }

    pub(super) fn previous_carrier_log_file(&self) -> PathBuf {
        self.root.join("carrier.previous.log")
    }

    pub(super) fn running_file(&self) -> PathBuf {
        self.root.join("running.json")
    }

    pub(super) fn ports_file(&self) -> PathBuf {
        self.root.join("ports.json")
    }

    pub(super) fn carrier_ports_file(&self) -> PathBuf {
        self.carrier_folder().join("ports.json")
    }

    pub(super) fn lock_file(&self) -> PathBuf {
        self.root.join("lock")
    }

    pub(super) fn log_file(&self) -> PathBuf {
        self.root.join("emulator.log")
    }

    pub(super) fn previous_log_file(&self) -> PathBuf {
        self.root.join("emulator.previous.log")
    }
}

/// A running local cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Its process, which leads a process group of its own.
    pub pid: u32,
    /// Address for SDKs, `http://127.0.0.1:PORT/`.
    pub endpoint: Url,
    /// Address for people: the emulated distribution, `http://127.0.0.1:PORT/`.
    pub front: Url,
    /// What it writes while it runs.
    pub log: PathBuf,
    /// Hash of the launcher and the requirements it was started with.
    pub identity: String,
    /// Version of the emulator.
    pub emulator: String,
}
