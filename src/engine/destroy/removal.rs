//! What a destroy takes and what it leaves: decided from what is there and what was agreed to. No I/O.

use crate::config::DataPolicy;
use crate::engine::desired::Environment;
use crate::engine::detach::Attached;
use crate::engine::error::Error;
use crate::ports::Deletion;
use crate::seed;

/// How long a secret that was data can be restored: the longest that is allowed.
const RECOVERY_DAYS: u8 = 30;
/// How long DynamoDB keeps the backup that it makes of a table with point-in-time recovery when that is deleted.
const TABLE_BACKUP_DAYS: u8 = 35;

/// What `destroy` may take besides the main stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consent {
    /// Data: the table, the site bucket and what is in it, the secrets, and the artifacts bucket when `bootstrap` takes it.
    pub data: bool,
    /// The bootstrap stack and the artifacts bucket; refused as long as that is data to be kept.
    pub bootstrap: bool,
}

/// What is there to be taken away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// ARN of the main stack.
    pub stack: Option<String>,
    /// ARN of the bootstrap stack.
    pub bootstrap: Option<String>,
    /// The site bucket, when it is ours; it can outlive its stack.
    pub site_bucket: bool,
    /// The artifacts bucket; it can outlive its stack.
    pub artifacts_bucket: bool,
    /// The table; it can outlive its stack.
    pub table: bool,
    /// Names of the secrets that are there and not scheduled for deletion.
    pub secrets: Vec<String>,
    /// What of ours is at a site that is not.
    pub attached: Option<Attached>,
}

/// What is done, in this order, and what stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// What is done.
    pub steps: Vec<Step>,
    /// What stays.
    pub kept: Vec<Kept>,
}

/// One step of a removal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Takes what is ours out of the configuration of a distribution that is not, and waits until it is deployed.
    Detach {
        /// The distribution's id.
        distribution: String,
        /// What goes, by name; nothing when it only is to be waited for.
        parts: Vec<String>,
    },
    /// Takes our statements out of the policy of a bucket that is not ours.
    Disallow {
        /// The bucket's name.
        bucket: String,
        /// Id of the distribution that they are for.
        distribution: String,
        /// What goes, by name.
        statements: Vec<String>,
    },
    /// Deletes objects of ours in a bucket that is not.
    DeleteObjects {
        /// The bucket's name.
        bucket: String,
        /// Their keys.
        keys: Vec<String>,
    },
    /// Deletes every version of every object of a bucket.
    Empty(String),
    /// Deletes a stack.
    DeleteStack {
        /// Name.
        name: String,
        /// ARN.
        id: String,
    },
    /// Removes an empty bucket that its stack may have left behind.
    RemoveBucket(String),
    /// Deletes a table that its stack leaves behind.
    DeleteTable {
        /// Name.
        name: String,
        /// For how many days it can be restored.
        restorable_days: u8,
    },
    /// Deletes a secret.
    DeleteSecret {
        /// Name.
        name: String,
        /// At once, or so that it can be restored for a while.
        when: Deletion,
    },
}

/// What stays, by name, and the consent that would take it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// A stack.
    Stack(String, Consent),
    /// A bucket.
    Bucket(String, Consent),
    /// A table.
    Table(String, Consent),
    /// A secret.
    Secret(String, Consent),
    /// An object in a bucket that is not ours: `bucket/key`.
    Object(String, Consent),
    /// The carrier's setting that sends texts to an address that goes with the stack.
    Webhook,
}

/// Decides what is taken and what stays; refuses what the consent does not cover.
pub fn removal(
    environment: &Environment,
    present: &Present,
    consent: Consent,
) -> Result<Removal, Error> {
    let names = environment.names();
    let policy = environment.file.data;
    let may_empty = policy == DataPolicy::Discard || consent.data;
    let site_bucket = present.site_bucket.then_some(names.site_bucket);
    let artifacts_bucket = present.artifacts_bucket.then_some(names.artifacts_bucket);
    let mut kept = Vec::new();
    let needs_data = Consent {
        data: true,
        bootstrap: false,
    };

    let taken_bucket = site_bucket.clone().filter(|_| may_empty);
    let stack = of_stack(policy, names.stack, present.stack.as_ref(), taken_bucket);
    let mut steps: Vec<Step> = present.attached.iter().flat_map(detaching).collect();
    if present.stack.is_some() {
        kept.push(Kept::Webhook);
    }
    steps.extend(stack);
    if let Some(attached) = present
        .attached
        .as_ref()
        .filter(|attached| attached.document)
    {
        let bucket = attached.bucket.clone();
        if may_empty {
            let keys = vec![seed::KEY.to_owned()];
            steps.push(Step::DeleteObjects { bucket, keys });
        } else {
            let name = format!("{bucket}/{}", seed::KEY);
            kept.push(Kept::Object(name, needs_data));
        }
    }
    // Without that policy it goes with its stack.
    let table = present.table && policy == DataPolicy::Keep;
    if table && consent.data {
        steps.push(Step::DeleteTable {
            name: names.table,
            restorable_days: TABLE_BACKUP_DAYS,
        });
    } else if table {
        kept.push(Kept::Table(names.table, needs_data));
    }
    for name in present.secrets.iter().cloned() {
        match (policy, consent.data) {
            (DataPolicy::Discard, _) => steps.push(Step::DeleteSecret {
                name,
                when: Deletion::Now,
            }),
            (DataPolicy::Keep, true) => steps.push(Step::DeleteSecret {
                name,
                when: Deletion::AfterDays(RECOVERY_DAYS),
            }),
            (DataPolicy::Keep, false) => kept.push(Kept::Secret(name, needs_data)),
        }
    }
    if let (false, Some(bucket)) = (may_empty, site_bucket) {
        kept.push(Kept::Bucket(bucket, needs_data));
    }

    if consent.bootstrap {
        if let (false, Some(bucket)) = (may_empty, &artifacts_bucket) {
            return Err(Error::DataKept {
                stack: names.bootstrap,
                bucket: bucket.clone(),
            });
        }
        let id = present.bootstrap.as_ref();
        steps.extend(of_stack(policy, names.bootstrap, id, artifacts_bucket));
    } else {
        let needed = Consent {
            data: policy == DataPolicy::Keep,
            bootstrap: true,
        };
        let stack = present.bootstrap.is_some().then_some(names.bootstrap);
        kept.extend(stack.map(|name| Kept::Stack(name, needed)));
        kept.extend(artifacts_bucket.map(|name| Kept::Bucket(name, needed)));
    }
    Ok(Removal { steps, kept })
}

/// What is done at a site that is not ours, before the stack goes: nobody is to be sent to what is not there any more,
/// and CloudFront deletes nothing that is in use.
fn detaching(attached: &Attached) -> impl Iterator<Item = Step> {
    let Attached {
        distribution,
        parts,
        deployed,
        bucket,
        statements,
        page,
        document: _,
    } = attached.clone();
    let steps = [
        (!parts.is_empty() || !deployed).then(|| Step::Detach {
            distribution: distribution.clone(),
            parts,
        }),
        (!statements.is_empty()).then(|| Step::Disallow {
            bucket: bucket.clone(),
            distribution,
            statements,
        }),
        (!page.is_empty()).then_some(Step::DeleteObjects { bucket, keys: page }),
    ];
    steps.into_iter().flatten()
}

/// A stack and the bucket that it declares. Data that is kept outlives its stack, so it goes only after the stack
/// is gone for certain; without that policy `CloudFormation` could not delete a bucket that holds anything.
fn of_stack(
    policy: DataPolicy,
    name: String,
    id: Option<&String>,
    bucket: Option<String>,
) -> Vec<Step> {
    let stack = id.cloned().map(|id| Step::DeleteStack { name, id });
    let empty = bucket.clone().map(Step::Empty);
    let remove = bucket.map(Step::RemoveBucket);
    let ordered = match policy {
        DataPolicy::Keep => [stack, empty, remove],
        DataPolicy::Discard => [empty, stack, remove],
    };
    ordered.into_iter().flatten().collect()
}

impl Step {
    /// What a person calls it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Detach { distribution, .. } => format!("distribution {distribution}"),
            Self::Disallow { bucket, .. } => format!("policy of bucket {bucket}"),
            Self::DeleteObjects { bucket, .. } => format!("objects in bucket {bucket}"),
            Self::Empty(bucket) => format!("everything in bucket {bucket}"),
            Self::DeleteStack { name, .. } => format!("stack {name}"),
            Self::RemoveBucket(bucket) => format!("bucket {bucket}"),
            Self::DeleteTable { name, .. } => format!("table {name}"),
            Self::DeleteSecret { name, .. } => format!("secret {name}"),
        }
    }
}
