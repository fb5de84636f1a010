//! The names that follow from a stack file and an account: those of `stack`, with the account put in,
//! and those of our own objects.

use std::collections::BTreeMap;

use qdn_shared::package::FunctionName;

use crate::config::{Site, StackFile};
use crate::plan::secrets::SecretNames;
use crate::stack::names;
use crate::template::{Pseudo, Text};

/// How every change set's name begins that this program makes; a run id follows.
pub(super) const CHANGE_SET_PREFIX: &str = "qdn-";

/// Whether a change set's name is one that this program gives.
pub(super) fn is_change_set_of_ours(name: &str) -> bool {
    name.starts_with(CHANGE_SET_PREFIX)
}

/// Names of what an environment owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// The main stack.
    pub stack: String,
    /// The bootstrap stack.
    pub bootstrap: String,
    /// The bucket that holds packages, templates and manifests.
    pub artifacts_bucket: String,
    /// The bucket that holds the page.
    pub site_bucket: String,
    /// Key of the page's manifest in the artifacts bucket.
    pub site_manifest: String,
    /// Key of the lock of whoever works on the environment, in the artifacts bucket.
    pub lock: String,
    /// Folder of the releases' records in the artifacts bucket, ends with `/`.
    pub releases: String,
    /// Key of the record of the seed that was pushed last, in the artifacts bucket.
    pub seed_manifest: String,
    /// The table of jobs and messages.
    pub table: String,
    functions: BTreeMap<FunctionName, String>,
    /// The edge function.
    pub edge_function: String,
    /// The edge function that is tried and never published.
    pub edge_candidate: String,
    /// The secrets.
    pub secrets: SecretNames,
}

impl Names {
    /// A function.
    pub fn function(&self, function: FunctionName) -> &str {
        &self.functions[&function]
    }

    /// Names for one account (12 digits).
    pub fn of(file: &StackFile, account: &str) -> Self {
        let in_account = |name: &Text| {
            let value_of = |pseudo| match pseudo {
                Pseudo::AccountId => account,
                Pseudo::Region => file.region.as_str(),
                Pseudo::Partition => "aws",
                Pseudo::UrlSuffix => "amazonaws.com",
            };
            name.resolve(value_of)
                .expect("a name holds no reference to a resource")
        };
        let site_bucket = match &file.site {
            Site::Managed { .. } => in_account(&names::site_bucket(file)),
            Site::Existing { bucket, .. } => bucket.as_str().to_owned(),
        };
        Self {
            stack: file.name.as_str().to_owned(),
            bootstrap: names::of(file, "bootstrap"),
            artifacts_bucket: in_account(&names::artifacts_bucket(file)),
            site_bucket,
            site_manifest: format!("manifests/{}/site.json", file.name),
            lock: format!("locks/{}.json", file.name),
            releases: format!("releases/{}/", file.name),
            seed_manifest: format!("manifests/{}/seed.json", file.name),
            table: names::table(file),
            functions: FunctionName::ALL
                .iter()
                .map(|function| (*function, names::function(file, *function)))
                .collect(),
            edge_function: names::of(file, "edge"),
            edge_candidate: names::of(file, "edge-candidate"),
            secrets: SecretNames {
                carrier: names::secret(file, "carrier"),
                keys: names::secret(file, "keys"),
                deployer_key: names::secret(file, "deployer-key"),
                operators: names::secret(file, "operators"),
            },
        }
    }
}

/// Object key of a template.
pub fn template_key(sha256: &str) -> String {
    format!("templates/{sha256}.json")
}
