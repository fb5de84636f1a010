//! Origins: where a distribution gets its answers, and how it shows a private bucket who asks.

#![expect(
    clippy::struct_field_names,
    reason = "fields are named as CloudFormation names them"
)]

use serde::Serialize;

use crate::template::{Handle, Text, resource};

/// The name of an origin inside its distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OriginId(pub &'static str);

/// Where a behavior gets its answers.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Origin {
    pub(super) id: OriginId,
    domain_name: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    origin_access_control_id: Option<Handle<OriginAccessControl>>,
    #[serde(rename = "S3OriginConfig", skip_serializing_if = "Option::is_none")]
    s3_origin_config: Option<S3OriginConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_origin_config: Option<CustomOriginConfig>,
}

impl Origin {
    /// A private bucket, asked with signed requests. `domain_name` is the bucket's regional one.
    pub fn s3(id: OriginId, domain_name: Text, access: &Handle<OriginAccessControl>) -> Self {
        Self {
            id,
            domain_name,
            origin_path: None,
            origin_access_control_id: Some(access.clone()),
            // CloudFront wants it, empty, beside an access control.
            s3_origin_config: Some(S3OriginConfig {
                origin_access_identity: "",
            }),
            custom_origin_config: None,
        }
    }

    /// A server of our own, asked over TLS only. `origin_path` is put before every path.
    pub fn https(id: OriginId, domain_name: Text, origin_path: impl Into<String>) -> Self {
        Self {
            id,
            domain_name,
            origin_path: Some(origin_path.into()),
            origin_access_control_id: None,
            s3_origin_config: None,
            custom_origin_config: Some(CustomOriginConfig {
                https_port: 443,
                origin_protocol_policy: "https-only",
                origin_ssl_protocols: ["TLSv1.2"],
            }),
        }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct S3OriginConfig {
    origin_access_identity: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct CustomOriginConfig {
    #[serde(rename = "HTTPSPort")]
    https_port: u16,
    origin_protocol_policy: &'static str,
    #[serde(rename = "OriginSSLProtocols")]
    origin_ssl_protocols: [&'static str; 1],
}

/// `AWS::CloudFront::OriginAccessControl`: CloudFront signs what it asks of a private bucket.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OriginAccessControl {
    origin_access_control_config: OriginAccessControlConfig,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct OriginAccessControlConfig {
    name: Text,
    origin_access_control_origin_type: &'static str,
    signing_behavior: &'static str,
    signing_protocol: &'static str,
}

impl OriginAccessControl {
    /// For buckets.
    pub fn s3(name: Text) -> Self {
        Self {
            origin_access_control_config: OriginAccessControlConfig {
                name,
                origin_access_control_origin_type: "s3",
                signing_behavior: "always",
                signing_protocol: "sigv4",
            },
        }
    }
}

resource!(OriginAccessControl, "AWS::CloudFront::OriginAccessControl", OriginAccessControlAttribute { Id => "Id" });
