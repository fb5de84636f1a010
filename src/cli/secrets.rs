//! Which secrets file a command reads, and which layers it leaves as they are.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::ValueEnum as _;

use super::args::{SecretsArgs, SkippableLayer};
use super::project::Project;
use super::session::local_settings;
use crate::config::{Cloud, SecretsPath, StackFile};
use crate::plan::Layer;
use crate::secrets::{self, SecretsFile};

/// Variable that names the secrets file.
const VARIABLE: &str = "QDN_SECRETS_FILE";

/// What a command wants of secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Layers that are left as they are.
    pub skip: BTreeSet<Layer>,
    project: PathBuf,
    given: Option<PathBuf>,
    local: Option<PathBuf>,
}

impl Project {
    /// The secrets file that a flag, a variable or the stack file names, in this order, or the local cloud's own.
    pub fn secrets(&self, file: &StackFile, args: &SecretsArgs) -> Wanted {
        self.secrets_in(file, args, |name| std::env::var_os(name))
    }

    fn secrets_in(
        &self,
        file: &StackFile,
        args: &SecretsArgs,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Wanted {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        // Meant for other environments: real credentials have nothing to do in the local cloud.
        let from_variable = match file.cloud {
            Cloud::Aws => set(VARIABLE).map(PathBuf::from),
            Cloud::Local => None,
        };
        let from_file = file.secrets_file.as_ref().map(|path| {
            let home = set("HOME").map(PathBuf::from);
            self.resolved(path, home.as_deref())
        });
        let local = match file.cloud {
            Cloud::Aws => None,
            Cloud::Local => Some(local_settings(self).secrets_file()),
        };
        Wanted {
            skip: args.skip_layers.iter().map(|layer| layer.plain()).collect(),
            project: self.root.clone(),
            given: args.secrets_file.clone().or(from_variable).or(from_file),
            local,
        }
    }

    fn resolved(&self, path: &SecretsPath, home: Option<&Path>) -> PathBuf {
        match (path.as_str().strip_prefix("~/"), home) {
            (Some(rest), Some(home)) => home.join(rest),
            (Some(_), None) | (None, _) => self.root.join(path.as_str()),
        }
    }
}

impl Wanted {
    /// Reads the file that was named.
    pub fn read(&self) -> Result<Option<SecretsFile>, secrets::Error> {
        let given = self.given.as_deref().filter(|_| !self.is_skipped());
        given
            .map(|path| secrets::read(path, Some(&self.project)))
            .transpose()
    }

    /// Reads the local cloud's own file, which lies in a folder that git ignores.
    pub fn read_local(&self) -> Result<Option<SecretsFile>, secrets::Error> {
        let local = self.local.as_deref();
        local
            .filter(|path| !self.is_skipped() && path.exists())
            .map(|path| secrets::read(path, None))
            .transpose()
    }

    /// Reads whichever there is. The local cloud makes its own when it starts.
    pub fn read_any(&self) -> Result<Option<SecretsFile>, secrets::Error> {
        match self.read()? {
            None => self.read_local(),
            given => Ok(given),
        }
    }

    /// Where the file is, or would be.
    pub fn path(&self) -> Option<&Path> {
        self.given.as_deref().or(self.local.as_deref())
    }

    fn is_skipped(&self) -> bool {
        self.skip.contains(&Layer::Secrets)
    }
}

impl SkippableLayer {
    /// The one that is this layer; none for a layer that cannot be left out.
    pub fn of(layer: Layer) -> Option<Self> {
        let mut all = Self::value_variants().iter().copied();
        all.find(|candidate| candidate.plain() == layer)
    }

    /// The layer that this is.
    pub const fn plain(self) -> Layer {
        match self {
            Self::Secrets => Layer::Secrets,
            Self::Edge => Layer::Edge,
            Self::Adopt => Layer::Adopt,
            Self::Seed => Layer::Seed,
            Self::Carrier => Layer::Carrier,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(
        cloud: Cloud,
        flag: Option<&str>,
        variable: Option<&str>,
        key: Option<&str>,
    ) -> Wanted {
        let yaml = include_bytes!("../../stacks/local.yaml");
        let mut file = StackFile::parse(yaml, "local.yaml").unwrap();
        file.cloud = cloud;
        file.secrets_file = key.map(|path| SecretsPath::new(path).unwrap());
        let args = SecretsArgs {
            secrets_file: flag.map(PathBuf::from),
            skip_layers: Vec::new(),
        };
        let project = Project {
            root: PathBuf::from("/project"),
        };
        project.secrets_in(&file, &args, |name| match name {
            VARIABLE => variable.map(OsString::from),
            "HOME" => Some("/home/me".into()),
            _ => None,
        })
    }

    fn expect(path: Option<&PathBuf>, expected: &str) {
        assert_eq!(path, Some(&PathBuf::from(expected)));
    }

    #[test]
    fn flag_before_variable_before_stack_file() {
        let given = |flag, variable, key| wanted(Cloud::Aws, flag, variable, key).given;
        expect(given(Some("/a"), Some("/b"), Some("/c")).as_ref(), "/a");
        expect(given(None, Some("/b"), Some("/c")).as_ref(), "/b");
        expect(given(None, Some(""), Some("/c")).as_ref(), "/c");
        assert_eq!(given(None, None, None), None);
    }

    #[test]
    fn a_stack_file_means_the_users_home_or_the_project() {
        let given = |key| wanted(Cloud::Aws, None, None, Some(key)).given;
        expect(given("~/qdn/repos.env").as_ref(), "/home/me/qdn/repos.env");
        expect(given("../repos.env").as_ref(), "/project/../repos.env");
    }

    #[test]
    fn the_local_cloud_has_its_own_and_never_takes_the_variables() {
        let local = wanted(Cloud::Local, None, Some("/prod"), None);
        assert_eq!(local.given, None);
        expect(local.local.as_ref(), "/project/.qdn/local/repos.env");
        let told = wanted(Cloud::Local, Some("/a"), None, None);
        expect(told.given.as_ref(), "/a");
        assert_eq!(wanted(Cloud::Aws, None, None, None).local, None);
    }

    #[test]
    fn a_layer_that_is_left_out_needs_no_file() {
        let mut skipping = wanted(Cloud::Aws, Some("/nowhere"), None, None);
        assert!(skipping.read().is_err());
        skipping.skip.insert(SkippableLayer::Secrets.plain());
        assert!(skipping.read().unwrap().is_none());
    }
}
