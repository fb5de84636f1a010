//! From a checkout to packages: tools, cargo, ELF gate, zip. Each step lives in a module of its
//! own; here they are put in order.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use qdn_shared::package::{CodeKey, FunctionName, PackageDigest};
use sha2::{Digest, Sha256};

use super::checkout::{self, Checkout};
use super::environment::passed_on;
use super::error::Error;
use super::metadata::Metadata;
use super::progress::{Progress, Stage};
use super::tools::Tools;
use super::{Architecture, archive, cargo, elf, packed, toolchain, tools};
use crate::python::{Lock, Search};

/// Name of the cargo profile that packages are built with, in the workspace's `Cargo.toml`.
pub(super) const PROFILE: &str = "lambda";

/// Name that Lambda's `provided` runtimes start.
const BOOTSTRAP: &str = "bootstrap";

/// A million bytes, the unit of the size limits.
const MEGABYTE: u64 = 1_000_000;

/// Builds wait for each other in a target directory, but not for ever.
const PATIENCE: Duration = Duration::from_hours(1);

/// Most that a function's zip may weigh: 4 MB. Size is cold-start time.
pub const ZIP_LIMIT: u64 = 4 * MEGABYTE;

/// What to build, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The checkout: the folder of the workspace's `Cargo.toml`.
    pub workspace: PathBuf,
    /// Where cargo builds and the zips lie; `None` for what cargo's configuration and
    /// `CARGO_TARGET_DIR` say.
    pub target_dir: Option<PathBuf>,
    /// Folder for the cross compiler (about 430 MB), shared by all builds; not under version control.
    pub tools: PathBuf,
    /// Functions and what each is built for. A function may be asked for once.
    pub functions: Vec<(FunctionName, Architecture)>,
}

/// A built package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Whose it is.
    pub function: FunctionName,
    /// What it runs on.
    pub architecture: Architecture,
    /// The zip: `<target directory>/lambda/<function>/bootstrap.zip`. The next build of this
    /// function replaces it; [`Package::read`] notices.
    pub zip: PathBuf,
    /// SHA-256 of the zip, 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// Size of the zip in bytes.
    pub zip_bytes: u64,
    /// Size of the binary inside, in bytes.
    pub binary_bytes: u64,
    /// How the binary finds its libraries, and the glibc it needs if any.
    pub linkage: elf::Linkage,
}

impl Package {
    /// Key of the code object in the artifacts bucket: `functions/<function>/<sha256>.zip`.
    pub fn key(&self) -> String {
        format!("{}{}.zip", CodeKey::folder(self.function), self.sha256)
    }

    /// The bytes of the zip, if they are still those that were built.
    pub fn read(&self) -> Result<Vec<u8>, Error> {
        let bytes = std::fs::read(&self.zip).map_err(|source| Error::io(&self.zip, source))?;
        if sha256(&bytes) == self.sha256 {
            Ok(bytes)
        } else {
            Err(Error::Replaced {
                function: self.function,
                zip: self.zip.clone(),
            })
        }
    }
}

/// Builds every function of `request`, in the order asked for. Nothing is uploaded. The same
/// sources and toolchain give the same bytes on every machine.
pub async fn build(request: &Request, progress: &dyn Progress) -> Result<Vec<Package>, Error> {
    let mut by_architecture: BTreeMap<Architecture, BTreeSet<FunctionName>> = BTreeMap::new();
    let mut asked = BTreeSet::new();
    for (function, architecture) in &request.functions {
        if !asked.insert(*function) {
            return Err(Error::AskedTwice {
                function: *function,
            });
        }
        by_architecture
            .entry(*architecture)
            .or_default()
            .insert(*function);
    }
    let mut environment = passed_on(std::env::vars_os());
    let target_dir = request.target_dir.clone().map(OsString::from);
    if let Some(target_dir) = target_dir.or_else(|| std::env::var_os("CARGO_TARGET_DIR")) {
        environment.insert("CARGO_TARGET_DIR".into(), target_dir);
    }
    let tools = tools::ensure(&request.tools, &Search::of_this_process(), progress).await?;
    let targets: Vec<&str> = by_architecture
        .keys()
        .map(|architecture| architecture.target())
        .collect();
    let metadata = Metadata::read(&request.workspace, &targets, &environment).await?;
    let folder = metadata.target_directory.join("lambda");
    let _lock = Lock::take(&folder.join("lock"), PATIENCE, || {
        progress.say(Stage::Waiting);
    })
    .await?;
    let builder = Builder {
        tools,
        metadata,
        environment,
        progress,
    };
    for (architecture, functions) in &by_architecture {
        builder.compile(*architecture, functions).await?;
    }
    request
        .functions
        .iter()
        .map(|(function, architecture)| builder.package(*function, *architecture))
        .collect()
}

pub(super) struct Builder<'a> {
    pub(super) tools: Tools,
    pub(super) metadata: Metadata,
    pub(super) environment: BTreeMap<OsString, OsString>,
    progress: &'a dyn Progress,
}

impl Builder<'_> {
    /// Runs cargo once for all `functions` of one architecture, where another checkout may have built before.
    async fn compile(
        &self,
        architecture: Architecture,
        functions: &BTreeSet<FunctionName>,
    ) -> Result<(), Error> {
        let target = architecture.target();
        let workspace = &self.metadata.workspace_root;
        let toolchain =
            toolchain::ensure(workspace, target, &self.environment, self.progress).await?;
        let cargo = cargo::build(self, toolchain, target, functions)?;
        let functions: Vec<FunctionName> = functions.iter().copied().collect();
        self.progress.say(Stage::Building {
            functions: functions.clone(),
            architecture,
        });
        let not_built = |source| Error::NotBuilt {
            functions: functions.clone(),
            architecture,
            source,
        };
        let folder = self.metadata.target_directory.join(target).join(PROFILE);
        let record = folder.join("qdn-checkout");
        let checkout = Checkout::read(&self.metadata)?;
        if !checkout.may_follow(Checkout::last(&record).as_ref()) {
            checkout::forget(&record)?;
            let clean = cargo::clean(self, target);
            clean.run(self.progress).await.map_err(not_built)?;
        }
        // Should this build be cut short, or its sources be edited meanwhile, only this folder may follow it.
        checkout.at_work().remember(&record)?;
        cargo.run(self.progress).await.map_err(not_built)?;
        if Checkout::read(&self.metadata)? == checkout {
            checkout.remember(&record)?;
        }
        Ok(())
    }

    /// Checks and packs a binary that cargo has built.
    fn package(
        &self,
        function: FunctionName,
        architecture: Architecture,
    ) -> Result<Package, Error> {
        let target_dir = &self.metadata.target_directory;
        let binary = target_dir
            .join(architecture.target())
            .join(PROFILE)
            .join(function.as_str());
        let bytes = std::fs::read(&binary).map_err(|source| Error::io(&binary, source))?;
        let folder = target_dir.join("lambda").join(function.as_str());
        let package = pack(function, architecture, &bytes, &folder)?;
        self.progress.say(Stage::Packed {
            function,
            architecture,
            zip_bytes: package.zip_bytes,
        });
        Ok(package)
    }
}

/// Checks `binary` and writes its zip into `folder`. A zip with the same bytes is left alone.
fn pack(
    function: FunctionName,
    architecture: Architecture,
    binary: &[u8],
    folder: &Path,
) -> Result<Package, Error> {
    let linkage = elf::inspect(binary, architecture).map_err(|refusal| Error::Refused {
        function,
        architecture,
        refusal,
    })?;
    let zip = folder.join(BOOTSTRAP).with_extension("zip");
    let known = packed::archive_of(binary, &zip);
    let is_new = known.is_none();
    let archived = match known {
        Some(archived) => archived,
        None => archive::pack(&[archive::Entry {
            name: BOOTSTRAP,
            bytes: binary,
        }])?,
    };
    let zip_bytes = size(&archived);
    weigh(function, zip_bytes)?;
    if is_new {
        packed::store(binary, &archived, &zip)?;
    }
    Ok(Package {
        function,
        architecture,
        zip,
        sha256: sha256(&archived),
        zip_bytes,
        binary_bytes: size(binary),
        linkage,
    })
}

fn weigh(function: FunctionName, zip_bytes: u64) -> Result<(), Error> {
    if zip_bytes > ZIP_LIMIT {
        Err(Error::TooLarge {
            function,
            zip_bytes,
            limit: ZIP_LIMIT,
        })
    } else {
        Ok(())
    }
}

/// Writes beside the file first, so that nobody ever reads half of it.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let beside = path.with_added_extension(std::process::id().to_string());
    path.parent()
        .map_or(Ok(()), std::fs::create_dir_all)
        .and_then(|()| std::fs::write(&beside, bytes))
        .and_then(|()| std::fs::rename(&beside, path))
        .map_err(|source| Error::io(path, source))
}

fn size(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    PackageDigest::from_bytes(Sha256::digest(bytes).into()).to_string()
}

#[cfg(test)]
#[path = "build_tests.rs"]
mod tests;
