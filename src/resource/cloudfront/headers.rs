//! Response headers policies, and the content security policy that one of ours carries.

use std::fmt;

use serde::Serialize;

use crate::template::{Text, resource};

/// `AWS::CloudFront::ResponseHeadersPolicy` for pages: every header wins over the origin's.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResponseHeadersPolicy {
    response_headers_policy_config: ResponseHeadersPolicyConfig,
}

impl ResponseHeadersPolicy {
    /// For a page with private content: strict transport security for a year, the content security policy, no
    /// sniffing, no framing, no referrer, and no search engine.
    pub fn private_page(
        name: Text,
        comment: &'static str,
        content_security_policy: &ContentSecurityPolicy,
    ) -> Self {
        Self {
            response_headers_policy_config: ResponseHeadersPolicyConfig {
                name,
                comment,
                custom_headers_config: CustomHeadersConfig {
                    items: [CustomHeader {
                        header: "X-Robots-Tag",
                        value: "noindex",
                        r#override: true,
                    }],
                },
                security_headers_config: SecurityHeadersConfig {
                    content_security_policy: ContentSecurityPolicyHeader {
                        content_security_policy: content_security_policy.to_string(),
                        r#override: true,
                    },
                    content_type_options: ContentTypeOptions { r#override: true },
                    // For browsers that do not know `frame-ancestors`.
                    frame_options: FrameOptions {
                        frame_option: "DENY",
                        r#override: true,
                    },
                    referrer_policy: ReferrerPolicy {
                        referrer_policy: "no-referrer",
                        r#override: true,
                    },
                    // Other hosts below this name are not ours to speak for.
                    strict_transport_security: StrictTransportSecurity {
                        access_control_max_age_sec: 31_536_000,
                        include_subdomains: false,
                        r#override: true,
                    },
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
    custom_headers_config: CustomHeadersConfig,
    security_headers_config: SecurityHeadersConfig,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct CustomHeadersConfig {
    items: [CustomHeader; 1],
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct CustomHeader {
    header: &'static str,
    value: &'static str,
    r#override: bool,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct SecurityHeadersConfig {
    content_security_policy: ContentSecurityPolicyHeader,
    content_type_options: ContentTypeOptions,
    frame_options: FrameOptions,
    referrer_policy: ReferrerPolicy,
    strict_transport_security: StrictTransportSecurity,
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
