//! The names that follow from a stack file and an account, in one place.

use crate::config::{Site, StackFile};

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
    /// The function that answers the REST API.
    pub api_function: String,
    /// The edge function.
    pub edge_function: String,
}

impl Names {
    /// Names for one account (12 digits).
    pub fn of(file: &StackFile, account: &str) -> Self {
        let (name, region) = (file.name.as_str(), file.region.as_str());
        let site_bucket = match &file.site {
            Site::Managed { .. } => format!("{name}-site-{account}-{region}"),
            Site::Existing { bucket, .. } => bucket.as_str().to_owned(),
        };
        Self {
            stack: name.to_owned(),
            bootstrap: format!("{name}-bootstrap"),
            artifacts_bucket: format!("{name}-artifacts-{account}-{region}"),
            site_bucket,
            site_manifest: format!("manifests/{name}/site.json"),
            api_function: format!("{name}-api"),
            edge_function: format!("{name}-edge"),
        }
    }
}

/// Object key of a template.
pub fn template_key(sha256: &str) -> String {
    format!("templates/{sha256}.json")
}
