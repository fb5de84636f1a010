//! AWS Identity and Access Management: roles, managed policies and identity providers. The documents they carry are in `policy`.

use serde::Serialize;

use super::policy::{IdentityPolicy, TrustPolicy};
use crate::template::{HasArn, Text, resource};

/// `AWS::IAM::Role`. It is bounded, or says why it is not.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Role {
    assume_role_policy_document: TrustPolicy,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    managed_policy_arns: Vec<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_session_duration: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions_boundary: Option<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    policies: Vec<InlinePolicy>,
    #[serde(rename = "RoleName", skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

impl Role {
    /// A role whose permissions never exceed those of the managed policy at `boundary` (an ARN).
    pub fn bounded(
        trust: TrustPolicy,
        boundary: Text,
        policies: impl IntoIterator<Item = InlinePolicy>,
    ) -> Self {
        Self {
            assume_role_policy_document: trust,
            description: None,
            managed_policy_arns: Vec::new(),
            max_session_duration: None,
            permissions_boundary: Some(boundary),
            policies: policies.into_iter().collect(),
            name: None,
        }
    }

    /// A role without a boundary and with policies kept by AWS; `reason` becomes its description.
    pub fn unbounded(
        trust: TrustPolicy,
        reason: impl Into<String>,
        managed_policy_arns: impl IntoIterator<Item = Text>,
    ) -> Self {
        Self {
            assume_role_policy_document: trust,
            description: Some(reason.into()),
            managed_policy_arns: managed_policy_arns.into_iter().collect(),
            max_session_duration: None,
            permissions_boundary: None,
            policies: Vec::new(),
            name: None,
        }
    }

    /// For credentials that last so many seconds at most, 3,600 to 43,200.
    #[must_use]
    pub fn for_sessions_of(mut self, seconds: u32) -> Self {
        self.max_session_duration = Some(seconds);
        self
    }

    /// With a name of its own instead of one that CloudFormation makes: for a role that others are told by name.
    #[must_use]
    pub fn named(mut self, name: String) -> Self {
        self.name = Some(name);
        self
    }
}

/// A policy that lives and dies with its role.
#[expect(missing_docs, reason = "named as AWS names them")]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InlinePolicy {
    pub policy_name: &'static str,
    pub policy_document: IdentityPolicy,
}

/// `AWS::IAM::ManagedPolicy`.
#[expect(missing_docs, reason = "named as AWS names them")]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ManagedPolicy {
    pub managed_policy_name: String,
    pub description: String,
    pub policy_document: IdentityPolicy,
}

/// `AWS::IAM::OIDCProvider`: whose tokens the account takes. There is one for an address in an account.
#[expect(missing_docs, reason = "named as AWS names them")]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OidcProvider {
    pub url: String,
    pub client_id_list: [&'static str; 1],
}

resource!(Role, "AWS::IAM::Role", RoleAttribute { Arn => "Arn", RoleId => "RoleId" });
resource!(ManagedPolicy, "AWS::IAM::ManagedPolicy", ManagedPolicyAttribute { PolicyArn => "PolicyArn" });

resource!(OidcProvider, "AWS::IAM::OIDCProvider", OidcProviderAttribute { Arn => "Arn" });

impl HasArn for OidcProvider {
    const ARN: OidcProviderAttribute = OidcProviderAttribute::Arn;
}

impl HasArn for Role {
    const ARN: RoleAttribute = RoleAttribute::Arn;
}
