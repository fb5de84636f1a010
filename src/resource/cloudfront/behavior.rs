//! Behaviors: what a distribution does with the requests of one path.

use serde::Serialize;
use serde::ser::Serializer;

use super::cache::{CachePolicyId, ManagedOriginRequestPolicy};
use super::function::Function;
use super::headers::ResponseHeadersPolicy;
use super::origin::OriginId;
use crate::template::{Arn, Handle};

/// What is done with a request.
#[expect(missing_docs, reason = "named as AWS names them")]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Behavior {
    pub target_origin_id: OriginId,
    pub viewer_protocol_policy: ViewerProtocol,
    pub allowed_methods: AllowedMethods,
    pub cache_policy_id: CachePolicyId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin_request_policy_id: Option<ManagedOriginRequestPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_headers_policy_id: Option<Handle<ResponseHeadersPolicy>>,
    pub compress: bool,
    #[serde(
        rename = "FunctionAssociations",
        skip_serializing_if = "Option::is_none"
    )]
    pub viewer_request: Option<ViewerRequest>,
}

/// The function that sees a request first. CloudFront takes one a behavior, and ignores a second.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct ViewerRequest([FunctionAssociation; 1]);

impl ViewerRequest {
    /// Lets `function` see requests first.
    pub fn to(function: &Handle<Function>) -> Self {
        Self([FunctionAssociation {
            event_type: "viewer-request",
            function_arn: function.arn(),
        }])
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct FunctionAssociation {
    event_type: &'static str,
    #[serde(rename = "FunctionARN")]
    function_arn: Arn<Function>,
}

/// What becomes of a request without TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ViewerProtocol {
    /// Sent on to the same address with TLS: for what people type.
    RedirectToHttps,
    /// Refused: for what programs call with a credential.
    HttpsOnly,
}

/// Which methods reach the origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AllowedMethods {
    /// `GET` and `HEAD`.
    Read,
    /// `GET` and `HEAD`, and `OPTIONS` for pages of other origins. CloudFront refuses what is not named here before
    /// any function sees it.
    ReadAcrossOrigins,
    /// All seven that CloudFront knows; it takes no other set that holds `POST`.
    All,
}

impl Serialize for AllowedMethods {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Read => ["GET", "HEAD"].serialize(serializer),
            Self::ReadAcrossOrigins => ["GET", "HEAD", "OPTIONS"].serialize(serializer),
            Self::All => {
                ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"].serialize(serializer)
            }
        }
    }
}
