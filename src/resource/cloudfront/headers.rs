//! Response headers policies, and the content security policy that one of ours carries.

use std::fmt;

use serde::Serialize;

use crate::template::{Text, resource};

/// `AWS::CloudFront::ResponseHeadersPolicy`: every header wins over the origin's.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResponseHeadersPolicy {
    response_headers_policy_config: ResponseHeadersPolicyConfig,
}

/// Seconds for which a browser remembers what a page of another origin may do: Chromium keeps no more.
const PREFLIGHT_SECONDS: u32 = 7_200;

impl ResponseHeadersPolicy {
    /// For a page with private content: strict transport security for a year, the content security policy, no
    /// sniffing, no framing, no referrer, and no search engine. Its service worker may serve all of `worker_scope`.
    pub fn private_page(
        name: Text,
        comment: &'static str,
        content_security_policy: &ContentSecurityPolicy,
        worker_scope: &'static str,
    ) -> Self {
        Self {
            response_headers_policy_config: ResponseHeadersPolicyConfig {
                name,
                comment,
                cors_config: None,
                custom_headers_config: Some(CustomHeadersConfig {
                    items: vec![
                        CustomHeader::set("X-Robots-Tag", "noindex"),
                        CustomHeader::set("Service-Worker-Allowed", worker_scope),
                    ],
                }),
                security_headers_config: SecurityHeadersConfig {
                    content_security_policy: Some(ContentSecurityPolicyHeader {
                        content_security_policy: content_security_policy.to_string(),
                        r#override: true,
                    }),
                    content_type_options: ContentTypeOptions { r#override: true },
                    // For browsers that do not know `frame-ancestors`.
                    frame_options: Some(FrameOptions {
                        frame_option: "DENY",
                        r#override: true,
                    }),
                    referrer_policy: Some(ReferrerPolicy {
                        referrer_policy: "no-referrer",
                        r#override: true,
                    }),
                    // Other hosts below this name are not ours to speak for.
                    strict_transport_security: Some(StrictTransportSecurity {
                        access_control_max_age_sec: 31_536_000,
                        include_subdomains: false,
                        r#override: true,
                    }),
                },
            },
        }
    }

    /// For data that pages of `origins` (at least one) read with a credential of their own; the answer to others is
    /// the same, and their browsers keep it from them.
    pub fn shared_data(name: Text, comment: &'static str, origins: Vec<String>) -> Self {
        let items = |texts: &[&str]| Items {
            items: texts.iter().map(|text| (*text).to_owned()).collect(),
        };
        Self {
            response_headers_policy_config: ResponseHeadersPolicyConfig {
                name,
                comment,
                cors_config: Some(CorsConfig {
                    access_control_allow_credentials: false,
                    access_control_allow_headers: items(&["Authorization"]),
                    access_control_allow_methods: items(&["GET", "HEAD"]),
                    access_control_allow_origins: Items { items: origins },
                    access_control_expose_headers: items(&["ETag"]),
                    access_control_max_age_sec: PREFLIGHT_SECONDS,
                    origin_override: true,
                }),
                custom_headers_config: None,
                security_headers_config: SecurityHeadersConfig {
                    content_security_policy: None,
                    content_type_options: ContentTypeOptions { r#override: true },
                    frame_options: None,
                    referrer_policy: None,
                    strict_transport_security: None,
                },
            },
        }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ResponseHeadersPolicyConfig {
    name: Text,
    comment: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cors_config: Option<CorsConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_headers_config: Option<CustomHeadersConfig>,
    security_headers_config: SecurityHeadersConfig,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct CorsConfig {
    access_control_allow_credentials: bool,
    access_control_allow_headers: Items,
    access_control_allow_methods: Items,
    access_control_allow_origins: Items,
    access_control_expose_headers: Items,
    access_control_max_age_sec: u32,
    origin_override: bool,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Items {
    items: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct CustomHeadersConfig {
    items: Vec<CustomHeader>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct CustomHeader {
    header: &'static str,
    value: &'static str,
    r#override: bool,
}

impl CustomHeader {
    const fn set(header: &'static str, value: &'static str) -> Self {
        Self {
            header,
            value,
            r#override: true,
        }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct SecurityHeadersConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    content_security_policy: Option<ContentSecurityPolicyHeader>,
    content_type_options: ContentTypeOptions,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame_options: Option<FrameOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    referrer_policy: Option<ReferrerPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strict_transport_security: Option<StrictTransportSecurity>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ContentSecurityPolicyHeader {
    content_security_policy: String,
    r#override: bool,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ContentTypeOptions {
    r#override: bool,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct FrameOptions {
    frame_option: &'static str,
    r#override: bool,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ReferrerPolicy {
    referrer_policy: &'static str,
    r#override: bool,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct StrictTransportSecurity {
    access_control_max_age_sec: u32,
    include_subdomains: bool,
    r#override: bool,
}

/// A content security policy. `unsafe-inline` and foreign hosts have no spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentSecurityPolicy(Vec<(Directive, Source)>);

impl ContentSecurityPolicy {
    /// Directives in the order in which they are written.
    pub fn new(directives: impl IntoIterator<Item = (Directive, Source)>) -> Self {
        Self(directives.into_iter().collect())
    }
}

impl fmt::Display for ContentSecurityPolicy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (directive, source)) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(
                formatter,
                "{separator}{} {}",
                directive.name(),
                source.keyword()
            )?;
        }
        Ok(())
    }
}

/// What a content security policy rules.
#[expect(missing_docs, reason = "each is named after its directive")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Directive {
    Default,
    Script,
    Style,
    Image,
    Connect,
    Manifest,
    Worker,
    BaseUri,
    FormAction,
    FrameAncestors,
}

impl Directive {
    const fn name(self) -> &'static str {
        match self {
            Self::Default => "default-src",
            Self::Script => "script-src",
            Self::Style => "style-src",
            Self::Image => "img-src",
            Self::Connect => "connect-src",
            Self::Manifest => "manifest-src",
            Self::Worker => "worker-src",
            Self::BaseUri => "base-uri",
            Self::FormAction => "form-action",
            Self::FrameAncestors => "frame-ancestors",
        }
    }
}

/// From where it may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Nowhere.
    Nothing,
    /// The page's own origin.
    Own,
}

impl Source {
    const fn keyword(self) -> &'static str {
        match self {
            Self::Nothing => "'none'",
            Self::Own => "'self'",
        }
    }
}

resource!(
    ResponseHeadersPolicy,
    "AWS::CloudFront::ResponseHeadersPolicy",
    ResponseHeadersPolicyAttribute { Id => "Id", LastModifiedTime => "LastModifiedTime" }
);
