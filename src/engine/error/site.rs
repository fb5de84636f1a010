//! What can be wrong with a site that is not ours.

use crate::hint::Hint;
use crate::ports::CloudError;

/// Why nothing is added to a site that is not ours.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// There is no such distribution.
    #[error("distribution {distribution} does not exist in this account")]
    NoDistribution {
        /// Its id.
        distribution: String,
    },
    /// The distribution may not be looked at.
    #[error("distribution {distribution} cannot be read: {source}")]
    DistributionDenied {
        /// Its id.
        distribution: String,
        /// What CloudFront said.
        source: CloudError,
    },
    /// There is no such bucket.
    #[error("bucket {bucket} of the existing site does not exist")]
    NoBucket {
        /// Its name.
        bucket: String,
    },
    /// The stack put its additions somewhere else.
    #[error("stack {stack} is attached to {place}, and the stack file names another site")]
    AttachedElsewhere {
        /// Stack name.
        stack: String,
        /// The distribution and the bucket.
        place: String,
    },
    /// Files of the bucket's owner lie where the page's have to.
    #[error("bucket {bucket} holds files that were not put there from here: {}", keys.join(", "))]
    OwnersFiles {
        /// The bucket's name.
        bucket: String,
        /// Their keys.
        keys: Vec<String>,
    },
}

impl Hint for SiteError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoDistribution { .. } => {
                "check the id in the variable that `site.distribution` of the stack file names, and the account".into()
            }
            Self::DistributionDenied { source, .. } => format!(
                "it may belong to another account; if it is this one's, allow the action `cloudfront:{}` to the role that runs qdn-infra",
                source.operation
            ),
            Self::NoBucket { .. } => "check `site.bucket` in the stack file".into(),
            Self::AttachedElsewhere { place, .. } => format!(
                "name {place} again, or detach from it: `qdn-infra destroy`, then `apply`, with the same `--env`"
            ),
            Self::OwnersFiles { .. } => {
                "nothing of them was touched: let their owner move them, or give ours another name in assets/track".into()
            }
        })
    }
}
