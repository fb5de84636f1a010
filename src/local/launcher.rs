//! The launcher's files, embedded: what they are called, their hash, and starting their process.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use sha2::{Digest as _, Sha256};

use super::error::Error;
use super::log;
use super::settings::Settings;
use crate::python::requirements_hash;

/// The emulator's version, as pinned in `requirements.txt` and checked by the launcher.
pub(super) const EMULATOR: &str = "1.5.33";

/// Everything that is installed, pinned with hashes.
pub(super) const REQUIREMENTS: &str = include_str!("requirements.txt");

const FILES: [(&str, &str); 6] = [
    ("edge_store.py", include_str!("launcher/edge_store.py")),
    ("launcher.py", include_str!("launcher/launcher.py")),
    ("listeners.py", include_str!("launcher/listeners.py")),
    ("origins.py", include_str!("launcher/origins.py")),
    ("snapshots.py", include_str!("launcher/snapshots.py")),
    ("updates.py", include_str!("launcher/updates.py")),
];

/// Hash of launcher and requirements, in hex: a running one with another hash is restarted.
pub(super) fn identity() -> String {
    let mut hash = Sha256::new();
    for (name, text) in FILES.iter().chain([&("requirements.txt", REQUIREMENTS)]) {
        for part in [name, text] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
    }
    format!("{:x}", hash.finalize())
}

/// A folder below the user's cache for a virtual environment that checkouts and tests can share. Its
/// name holds the hash of what is installed, so that two versions never meet in it.
pub fn shared_environment() -> Option<PathBuf> {
    let variable = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let cache =
        variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")))?;
    Some(
        cache
            .join("qdn-infra")
            .join("tools")
            .join(format!("local-{}", &requirements_hash(REQUIREMENTS)[..12])),
    )
}

/// Writes the launcher below the settings' root and starts it with the environment's Python, in a
/// process group of its own, with next to nothing of our environment.
pub(super) fn launch(
    settings: &Settings,
    python: &Path,
    node: &Path,
    identity: &str,
) -> Result<Child, Error> {
    let folder = settings.launcher_folder();
    for made in [&folder, &settings.home_folder(), &settings.scratch_folder()] {
        std::fs::create_dir_all(made).map_err(Error::file("creating", made))?;
    }
    for (name, text) in FILES {
        let file = folder.join(name);
        std::fs::write(&file, text).map_err(Error::file("writing", file))?;
    }
    let log = log::fresh(&settings.log_file(), &settings.previous_log_file())?;
    let errors = log
        .try_clone()
        .map_err(Error::file("opening", settings.log_file()))?;
    let mut search = vec![
        PathBuf::from("/usr/local/bin"),
        "/usr/bin".into(),
        "/bin".into(),
    ];
    search.splice(..0, node.parent().map(Path::to_owned));
    let path = std::env::join_paths(search).unwrap_or_else(|_| "/usr/bin:/bin".into());
    Command::new(python)
        .args(["-I", "-B"])
        .arg(settings.launcher_file())
        .arg("--root")
        .arg(&settings.root)
        .args(["--identity", identity])
        .args(["--endpoint-port", &settings.endpoint_port.to_string()])
        .args(["--front-port", &settings.front_port.to_string()])
        .env_clear()
        .env("PATH", path)
        .env("HOME", settings.home_folder())
        .env("TMPDIR", settings.scratch_folder())
        .env("LANG", "C.UTF-8")
        .current_dir(&settings.root)
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(errors)
        .process_group(0)
        .spawn()
        .map_err(Error::file("starting", python))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_launcher_is_embedded() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/local/launcher");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| {
                Path::new(name)
                    .extension()
                    .is_some_and(|extension| extension == "py")
            })
            .collect();
        there.sort();
        assert_eq!(there, FILES.map(|(name, _)| name));
    }

    #[test]
    fn the_version_is_the_same_everywhere() {
        assert!(REQUIREMENTS.contains(&format!("ministack=={EMULATOR} ")));
        assert!(FILES[1].1.contains(&format!("WANTED = \"{EMULATOR}\"")));
    }

    #[test]
    fn every_requirement_is_pinned_with_hashes_and_names_no_index() {
        let packages: Vec<&str> = REQUIREMENTS
            .lines()
            .filter(|line| !line.starts_with(['#', ' ']) && !line.is_empty())
            .collect();
        assert!(packages.len() > 10);
        assert!(
            packages
                .iter()
                .all(|line| line.contains("==") && line.ends_with('\\')),
            "{packages:?}"
        );
        assert!(!REQUIREMENTS.contains("://"));
    }
}
