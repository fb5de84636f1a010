//! What `cargo metadata` knows of the workspace: where the target directory is, which crate builds
//! a function, and where the sources of all crates lie.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::environment::Remap;
use super::process::{Failure, Tool};

/// Why cargo could not describe the workspace.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// cargo failed, e.g. because `Cargo.lock` is out of date.
    #[error("cargo cannot describe the workspace")]
    Cargo(#[source] Failure),
    /// cargo answered something else.
    #[error("cargo's description of the workspace cannot be read")]
    Unreadable(#[from] serde_json::Error),
}

/// The part of the answer that a build needs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Metadata {
    packages: Vec<CratePackage>,
    workspace_members: Vec<String>,
    pub(super) target_directory: PathBuf,
    pub(super) workspace_root: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct CratePackage {
    id: String,
    name: String,
    /// `None` for crates of the workspace and other local paths.
    source: Option<String>,
    manifest_path: PathBuf,
    targets: Vec<CrateTarget>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct CrateTarget {
    name: String,
    kind: Vec<String>,
}

impl Metadata {
    /// Asks cargo, which fetches crates that are missing. `targets` narrows them down to what is
    /// built.
    pub(super) async fn read(
        workspace: &Path,
        targets: &[&str],
        environment: &BTreeMap<OsString, OsString>,
    ) -> Result<Self, Error> {
        let mut arguments: Vec<OsString> = ["metadata", "--locked", "--format-version", "1"]
            .iter()
            .map(Into::into)
            .collect();
        for target in targets {
            arguments.extend(["--filter-platform".into(), target.into()]);
        }
        let cargo = Tool {
            program: PathBuf::from("cargo"),
            arguments,
            folder: workspace.to_owned(),
            environment: environment.clone(),
        };
        let answer = cargo.output().await.map_err(Error::Cargo)?;
        Ok(serde_json::from_str(&answer)?)
    }

    /// The crate of the workspace whose binary is called `binary`.
    pub(super) fn crate_of_binary(&self, binary: &str) -> Option<&str> {
        let is_binary = |target: &CrateTarget| {
            target.name == binary && target.kind.iter().any(|kind| kind == "bin")
        };
        self.packages
            .iter()
            .filter(|package| self.workspace_members.contains(&package.id))
            .find(|package| package.targets.iter().any(is_binary))
            .map(|package| package.name.as_str())
    }

    /// The crates that functions are made of: those of the workspace without the deployer, which is its root.
    fn members(&self) -> impl Iterator<Item = &CratePackage> {
        self.packages
            .iter()
            .filter(|package| self.workspace_members.contains(&package.id))
            .filter(|package| package.manifest_path.parent() != Some(&self.workspace_root))
    }

    /// Names of the crates that functions are made of.
    pub(super) fn member_names(&self) -> impl Iterator<Item = &str> {
        self.members().map(|package| package.name.as_str())
    }

    /// Folders of the crates that functions are made of.
    pub(super) fn member_folders(&self) -> impl Iterator<Item = &Path> {
        self.members()
            .filter_map(|package| package.manifest_path.parent())
    }

    /// Folders of this machine that sources lie in, and what a binary shall call them. The checkout is none of them:
    /// cargo names the sources of the workspace by their path inside it, and a flag that held the checkout's own
    /// would be another one, and compile every dependency anew, in every checkout.
    pub(super) fn remaps(&self) -> Vec<Remap> {
        let mut remaps = vec![Remap {
            from: self.target_directory.clone(),
            to: "/target".to_owned(),
        }];
        for package in &self.packages {
            let is_from = |kind| {
                package
                    .source
                    .as_deref()
                    .is_some_and(|source| source.starts_with(kind))
            };
            let Some(folder) = package.manifest_path.parent() else {
                continue;
            };
            if is_from("registry+") || is_from("sparse+") {
                // The registry's own folder, whose name depends on the mirror, is shared by its crates.
                if let Some(registry) = folder.parent() {
                    remaps.push(Remap {
                        from: registry.to_owned(),
                        to: "/crates".to_owned(),
                    });
                }
            } else if is_from("git+") {
                remaps.push(Remap {
                    from: folder.to_owned(),
                    to: format!("/git/{}", package.name),
                });
            }
        }
        remaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Metadata {
        serde_json::from_str(
            r#"{
              "packages": [
                {"id": "a", "name": "qdn-api", "source": null, "manifest_path": "/w/functions/api/Cargo.toml",
                 "targets": [{"name": "qdn_api", "kind": ["lib"]}, {"name": "api", "kind": ["bin"]}]},
                {"id": "b", "name": "api", "source": "registry+https://example.com/index",
                 "manifest_path": "/c/registry/src/mirror-1/api-1.0.0/Cargo.toml",
                 "targets": [{"name": "api", "kind": ["bin"]}]},
                {"id": "c", "name": "patched", "source": "git+https://example.com/patched",
                 "manifest_path": "/c/git/checkouts/patched-1/abc/Cargo.toml", "targets": []}
              ],
              "workspace_members": ["a"],
              "target_directory": "/elsewhere/target",
              "workspace_root": "/w",
              "version": 1
            }"#,
        )
        .expect("metadata")
    }

    #[test]
    fn a_function_is_built_by_a_crate_of_the_workspace() {
        assert_eq!(metadata().crate_of_binary("api"), Some("qdn-api"));
        assert_eq!(metadata().crate_of_binary("relay"), None);
        assert_eq!(
            metadata().crate_of_binary("qdn_api"),
            None,
            "a library is no binary"
        );
    }

    #[test]
    fn the_deployer_is_no_part_of_a_function() {
        let mut metadata = metadata();
        metadata.workspace_members.push("d".to_owned());
        metadata.packages.push(CratePackage {
            id: "d".to_owned(),
            name: "qdn-infra".to_owned(),
            source: None,
            manifest_path: PathBuf::from("/w/Cargo.toml"),
            targets: Vec::new(),
        });
        assert_eq!(metadata.member_names().collect::<Vec<_>>(), ["qdn-api"]);
        assert_eq!(
            metadata.member_folders().collect::<Vec<_>>(),
            [Path::new("/w/functions/api")]
        );
    }

    #[test]
    fn every_folder_of_sources_outside_the_checkout_has_a_name_without_this_machine() {
        let remaps: Vec<String> = metadata()
            .remaps()
            .into_iter()
            .map(|remap| format!("{} {}", remap.from.display(), remap.to))
            .collect();
        insta::assert_snapshot!(remaps.join("\n"), @"
    /elsewhere/target /target
    /c/registry/src/mirror-1 /crates
    /c/git/checkouts/patched-1/abc /git/patched
    ");
    }
}
