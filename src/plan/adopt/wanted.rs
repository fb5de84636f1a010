//! What of ours belongs into the configuration of a distribution, and how it is written there. The settings
//! themselves are declared once, in `stack`; they come here as CloudFormation spells them.

use serde::Deserialize;

use super::xml::Element;

/// Everything of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ours {
    /// ARN of the edge function, which sees the requests of the default behavior first.
    pub function: String,
    /// The origins, their ids beginning with [`super::ORIGIN_PREFIX`].
    pub origins: Vec<Origin>,
    /// The behaviors by path pattern. Each sends to one of the origins.
    pub behaviors: Vec<(String, Behavior)>,
}

/// An origin in CloudFormation's form. What is not known yet is a name in `${…}`.
#[expect(missing_docs, reason = "named as AWS names them")]
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Origin {
    pub id: String,
    pub domain_name: String,
    #[serde(default)]
    pub origin_path: String,
    #[serde(default)]
    pub origin_access_control_id: String,
    #[serde(default, rename = "S3OriginConfig")]
    pub(super) bucket: Option<BucketOrigin>,
    #[serde(default, rename = "CustomOriginConfig")]
    pub(super) server: Option<ServerOrigin>,
}

/// A bucket.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct BucketOrigin {
    origin_access_identity: String,
}

/// A server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ServerOrigin {
    #[serde(rename = "HTTPSPort")]
    https_port: u16,
    origin_protocol_policy: String,
    #[serde(rename = "OriginSSLProtocols")]
    origin_ssl_protocols: Vec<String>,
}

/// A behavior in CloudFormation's form.
#[expect(missing_docs, reason = "named as AWS names them")]
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Behavior {
    pub target_origin_id: String,
    pub viewer_protocol_policy: String,
    pub allowed_methods: Vec<String>,
    pub cache_policy_id: String,
    #[serde(default)]
    pub origin_request_policy_id: Option<String>,
    #[serde(default)]
    pub response_headers_policy_id: Option<String>,
    pub compress: bool,
    #[serde(default)]
    pub function_associations: Vec<FunctionAssociation>,
}

/// A function that sees the requests of a behavior.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct FunctionAssociation {
    /// `viewer-request`.
    pub event_type: String,
    /// Its ARN.
    #[serde(rename = "FunctionARN")]
    pub function_arn: String,
}

/// What the bucket's policy has to allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadGrant {
    /// The bucket's ARN.
    pub bucket_arn: String,
    /// ARN of the distribution that may read.
    pub distribution_arn: String,
}

/// The fields of an origin that this version knows, in the order of CloudFront's model.
pub(super) const ORIGIN_FIELDS: &[&str] = &[
    "Id",
    "DomainName",
    "OriginPath",
    "CustomHeaders",
    "S3OriginConfig",
    "CustomOriginConfig",
    "VpcOriginConfig",
    "ConnectionAttempts",
    "ConnectionTimeout",
    "ResponseCompletionTimeout",
    "OriginShield",
    "OriginAccessControlId",
];

/// The same of a behavior.
pub(super) const BEHAVIOR_FIELDS: &[&str] = &[
    "PathPattern",
    "TargetOriginId",
    "TrustedSigners",
    "TrustedKeyGroups",
    "ViewerProtocolPolicy",
    "AllowedMethods",
    "SmoothStreaming",
    "Compress",
    "LambdaFunctionAssociations",
    "FunctionAssociations",
    "FieldLevelEncryptionId",
    "RealtimeLogConfigArn",
    "CachePolicyId",
    "OriginRequestPolicyId",
    "ResponseHeadersPolicyId",
    "GrpcConfig",
    "ForwardedValues",
    "MinTTL",
    "DefaultTTL",
    "MaxTTL",
];

impl Origin {
    /// As CloudFront's interface takes it: an update wants more spelled out than CloudFormation does.
    pub(super) fn element(&self) -> Element {
        let empty_list = |name: &str| Element::list(name, Vec::new());
        let mut fields = vec![
            Element::of("Id", &self.id),
            Element::of("DomainName", &self.domain_name),
            Element::of("OriginPath", &self.origin_path),
            empty_list("CustomHeaders"),
        ];
        fields.extend(self.bucket.as_ref().map(|bucket| {
            let identity = Element::of("OriginAccessIdentity", &bucket.origin_access_identity);
            Element::with("S3OriginConfig", [identity])
        }));
        fields.extend(self.server.as_ref().map(ServerOrigin::element));
        fields.extend([
            Element::of("ConnectionAttempts", "3"),
            Element::of("ConnectionTimeout", "10"),
            Element::with("OriginShield", [Element::of("Enabled", "false")]),
            Element::of("OriginAccessControlId", &self.origin_access_control_id),
        ]);
        Element::with("Origin", fields)
    }
}

impl ServerOrigin {
    fn element(&self) -> Element {
        let protocols = texts("SslProtocol", &self.origin_ssl_protocols);
        Element::with(
            "CustomOriginConfig",
            [
                // Wanted, though nobody ever asks there.
                Element::of("HTTPPort", "80"),
                Element::of("HTTPSPort", &self.https_port.to_string()),
                Element::of("OriginProtocolPolicy", &self.origin_protocol_policy),
                Element::list("OriginSslProtocols", protocols),
                Element::of("OriginReadTimeout", "30"),
                Element::of("OriginKeepaliveTimeout", "5"),
            ],
        )
    }
}

impl Behavior {
    /// As CloudFront's interface takes it.
    pub(super) fn element(&self, path: &str) -> Element {
        let nobody = |name: &str| {
            Element::with(
                name,
                [
                    Element::of("Enabled", "false"),
                    Element::of("Quantity", "0"),
                ],
            )
        };
        let mut methods = Element::list("AllowedMethods", texts("Method", &self.allowed_methods));
        let cached = texts("Method", &["GET".to_owned(), "HEAD".to_owned()]);
        methods.put(Element::list("CachedMethods", cached), &[]);
        let functions = self
            .function_associations
            .iter()
            .map(FunctionAssociation::element);
        let mut fields = vec![
            Element::of("PathPattern", path),
            Element::of("TargetOriginId", &self.target_origin_id),
            nobody("TrustedSigners"),
            nobody("TrustedKeyGroups"),
            Element::of("ViewerProtocolPolicy", &self.viewer_protocol_policy),
            methods,
            Element::of("SmoothStreaming", "false"),
            Element::of("Compress", if self.compress { "true" } else { "false" }),
            Element::list("LambdaFunctionAssociations", Vec::new()),
            Element::list("FunctionAssociations", functions.collect()),
            Element::of("FieldLevelEncryptionId", ""),
            Element::of("CachePolicyId", &self.cache_policy_id),
        ];
        for (name, policy) in [
            ("OriginRequestPolicyId", &self.origin_request_policy_id),
            ("ResponseHeadersPolicyId", &self.response_headers_policy_id),
        ] {
            fields.extend(policy.as_ref().map(|policy| Element::of(name, policy)));
        }
        fields.push(Element::with(
            "GrpcConfig",
            [Element::of("Enabled", "false")],
        ));
        Element::with("CacheBehavior", fields)
    }
}

impl FunctionAssociation {
    /// The edge function, before anything else sees a request.
    pub(super) fn viewer_request(function: &str) -> Self {
        Self {
            event_type: VIEWER_REQUEST.to_owned(),
            function_arn: function.to_owned(),
        }
    }

    pub(super) fn element(&self) -> Element {
        Element::with(
            "FunctionAssociation",
            [
                Element::of("FunctionARN", &self.function_arn),
                Element::of("EventType", &self.event_type),
            ],
        )
    }
}

/// When a function sees a request first.
pub(super) const VIEWER_REQUEST: &str = "viewer-request";

fn texts(name: &str, texts: &[String]) -> Vec<Element> {
    texts.iter().map(|text| Element::of(name, text)).collect()
}
