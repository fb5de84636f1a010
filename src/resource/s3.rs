//! Amazon S3: private buckets and their policies. What lies in them is uploaded by other layers.

#![expect(
    clippy::struct_field_names,
    reason = "fields are named as CloudFormation names them"
)]

use serde::Serialize;

use super::Error;
use super::policy::{
    ConditionKey, DeniedService, GrantedStatement, Operator, Principal, ResourcePolicy, Resources,
    Statement,
};
use crate::template::{Handle, HasArn, Text, resource, text};

/// `AWS::S3::Bucket`: closed to the public, encrypted and versioned; no other kind can be made.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Bucket {
    bucket_name: Text,
    bucket_encryption: Encryption,
    lifecycle_configuration: Lifecycle,
    ownership_controls: OwnershipControls,
    public_access_block_configuration: PublicAccessBlock,
    versioning_configuration: Versioning,
}

impl Bucket {
    /// A private bucket. An overwritten or deleted object stays for `noncurrent_days`, an upload given up
    /// halfway for seven.
    pub fn private(bucket_name: Text, noncurrent_days: u32) -> Self {
        let rules = vec![
            LifecycleRule {
                id: "forget-old-versions",
                status: "Enabled",
                action: LifecycleAction::NoncurrentVersionExpiration(NoncurrentVersionExpiration {
                    noncurrent_days,
                }),
            },
            LifecycleRule {
                id: "forget-deletions",
                status: "Enabled",
                action: LifecycleAction::ExpiredObjectDeleteMarker(true),
            },
            LifecycleRule {
                id: "forget-unfinished-uploads",
                status: "Enabled",
                action: LifecycleAction::AbortIncompleteMultipartUpload(
                    AbortIncompleteMultipartUpload {
                        days_after_initiation: 7,
                    },
                ),
            },
        ];
        Self {
            bucket_name,
            // S3's own key: one of KMS would need a policy of its own for CloudFront.
            bucket_encryption: Encryption {
                server_side_encryption_configuration: [EncryptionRule {
                    server_side_encryption_by_default: DefaultEncryption {
                        sse_algorithm: "AES256",
                    },
                }],
            },
            lifecycle_configuration: Lifecycle { rules },
            ownership_controls: OwnershipControls {
                rules: [OwnershipRule {
                    object_ownership: "BucketOwnerEnforced",
                }],
            },
            public_access_block_configuration: PublicAccessBlock {
                block_public_acls: true,
                block_public_policy: true,
                ignore_public_acls: true,
                restrict_public_buckets: true,
            },
            versioning_configuration: Versioning { status: "Enabled" },
        }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Encryption {
    server_side_encryption_configuration: [EncryptionRule; 1],
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct EncryptionRule {
    server_side_encryption_by_default: DefaultEncryption,
}

#[derive(Debug, Clone, Serialize)]
struct DefaultEncryption {
    #[serde(rename = "SSEAlgorithm")]
    sse_algorithm: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Lifecycle {
    rules: Vec<LifecycleRule>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct LifecycleRule {
    id: &'static str,
    status: &'static str,
    #[serde(flatten)]
    action: LifecycleAction,
}

#[derive(Debug, Clone, Serialize)]
enum LifecycleAction {
    AbortIncompleteMultipartUpload(AbortIncompleteMultipartUpload),
    ExpiredObjectDeleteMarker(bool),
    NoncurrentVersionExpiration(NoncurrentVersionExpiration),
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct AbortIncompleteMultipartUpload {
    days_after_initiation: u32,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct NoncurrentVersionExpiration {
    noncurrent_days: u32,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct OwnershipControls {
    rules: [OwnershipRule; 1],
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct OwnershipRule {
    object_ownership: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "these are the four switches of S3's public access block"
)]
struct PublicAccessBlock {
    block_public_acls: bool,
    block_public_policy: bool,
    ignore_public_acls: bool,
    restrict_public_buckets: bool,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Versioning {
    status: &'static str,
}

/// `AWS::S3::BucketPolicy`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BucketPolicy {
    bucket: Handle<Bucket>,
    policy_document: ResourcePolicy,
}

impl BucketPolicy {
    /// A policy that refuses everybody without TLS, and else allows what `statements` say.
    pub fn tls_only(
        bucket: &Handle<Bucket>,
        statements: impl IntoIterator<Item = GrantedStatement>,
    ) -> Result<Self, Error> {
        let everything = Resources::these([bucket.arn().into(), objects_of(bucket)]);
        let without_tls = Statement::deny_service("TlsOnly", DeniedService::S3, everything)?
            .when(Operator::Bool, ConditionKey::SecureTransport, "false")
            .granted_to(Principal::Everybody);
        let policy_document = ResourcePolicy::new([without_tls].into_iter().chain(statements))?;
        Ok(Self {
            bucket: bucket.clone(),
            policy_document,
        })
    }
}

/// The Amazon Resource Name of every object of a bucket.
pub fn objects_of(bucket: &Handle<Bucket>) -> Text {
    text![bucket.arn(), "/*"]
}

resource!(
    Bucket,
    "AWS::S3::Bucket",
    BucketAttribute {
        Arn => "Arn",
        DomainName => "DomainName",
        DualStackDomainName => "DualStackDomainName",
        RegionalDomainName => "RegionalDomainName",
        WebsiteUrl => "WebsiteURL",
    }
);
resource!(BucketPolicy, "AWS::S3::BucketPolicy");

impl HasArn for Bucket {
    const ARN: BucketAttribute = BucketAttribute::Arn;
}
