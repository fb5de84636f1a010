//! The CloudFront distribution: what ties origins, behaviors and a certificate together.

use std::collections::BTreeSet;

use serde::Serialize;
use serde::ser::Serializer;

use super::behavior::Behavior;
use super::origin::Origin;
use crate::resource::Error;
use crate::template::{Text, resource};

/// `AWS::CloudFront::Distribution`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Distribution {
    distribution_config: DistributionConfig,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct DistributionConfig {
    enabled: bool,
    comment: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    cache_behaviors: Vec<PathBehavior>,
    custom_error_responses: Vec<ErrorCaching>,
    default_cache_behavior: Behavior,
    default_root_object: &'static str,
    http_version: &'static str,
    #[serde(rename = "IPV6Enabled")]
    ipv6_enabled: bool,
    origins: Vec<Origin>,
    price_class: &'static str,
    viewer_certificate: ViewerCertificate,
}

impl Distribution {
    /// A distribution for North America and Europe, over HTTP/3, 2 and IPv6, whose `/` is `index.html`.
    ///
    /// `behaviors` are tried in their order, `default` last. Fails when an origin or a path is there twice, when
    /// a behavior sends to an origin that is not there, and when a custom certificate covers no name.
    pub fn new(
        comment: impl Into<String>,
        origins: Vec<Origin>,
        default: Behavior,
        behaviors: Vec<(&str, Behavior)>,
        errors: Vec<ErrorCaching>,
        certificate: ViewerCertificate,
    ) -> Result<Self, Error> {
        let ids = distinct("origin", origins.iter().map(|origin| origin.id.0))?;
        distinct("behavior", behaviors.iter().map(|(path, _)| *path))?;
        let used = std::iter::once(&default).chain(behaviors.iter().map(|(_, behavior)| behavior));
        if let Some(behavior) = used
            .into_iter()
            .find(|behavior| !ids.contains(behavior.target_origin_id.0))
        {
            return Err(Error::UnknownOrigin {
                origin: behavior.target_origin_id.0.to_owned(),
            });
        }
        let aliases = certificate.names()?;
        let cache_behaviors = behaviors
            .into_iter()
            .map(|(path, behavior)| PathBehavior {
                path_pattern: path.to_owned(),
                behavior,
            })
            .collect();
        Ok(Self {
            distribution_config: DistributionConfig {
                enabled: true,
                comment: comment.into(),
                aliases,
                cache_behaviors,
                custom_error_responses: errors,
                default_cache_behavior: default,
                default_root_object: "index.html",
                http_version: "http2and3",
                ipv6_enabled: true,
                origins,
                price_class: "PriceClass_100",
                viewer_certificate: certificate,
            },
        })
    }
}

fn distinct<'a>(
    what: &'static str,
    values: impl Iterator<Item = &'a str>,
) -> Result<BTreeSet<&'a str>, Error> {
    let mut seen = BTreeSet::new();
    for value in values {
        if !seen.insert(value) {
            return Err(Error::Repeated {
                what,
                value: value.to_owned(),
            });
        }
    }
    Ok(seen)
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct PathBehavior {
    path_pattern: String,
    #[serde(flatten)]
    behavior: Behavior,
}

/// How long an origin's error is cached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ErrorCaching {
    error_code: u16,
    #[serde(rename = "ErrorCachingMinTTL")]
    minimum_seconds: u32,
}

impl ErrorCaching {
    /// Not at all.
    pub const fn none(error_code: u16) -> Self {
        Self {
            error_code,
            minimum_seconds: 0,
        }
    }
}

/// Which certificate a viewer sees.
#[derive(Debug, Clone)]
pub enum ViewerCertificate {
    /// CloudFront's, for the distribution's own name.
    CloudFront,
    /// One of our own, for these names; TLS 1.2 or newer.
    Custom {
        /// At least one.
        names: Vec<String>,
        /// ARN of an ACM certificate in us-east-1.
        certificate: Text,
    },
}

impl ViewerCertificate {
    fn names(&self) -> Result<Vec<String>, Error> {
        match self {
            Self::CloudFront => Ok(Vec::new()),
            Self::Custom { names, .. } if names.is_empty() => Err(Error::NoDomainNames),
            Self::Custom { names, .. } => {
                distinct("domain name", names.iter().map(String::as_str))?;
                Ok(names.clone())
            }
        }
    }
}

impl Serialize for ViewerCertificate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct CloudFront {
            cloud_front_default_certificate: bool,
        }
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Custom<'a> {
            acm_certificate_arn: &'a Text,
            minimum_protocol_version: &'static str,
            ssl_support_method: &'static str,
        }
        match self {
            Self::CloudFront => CloudFront {
                cloud_front_default_certificate: true,
            }
            .serialize(serializer),
            Self::Custom { certificate, .. } => Custom {
                acm_certificate_arn: certificate,
                minimum_protocol_version: "TLSv1.2_2021",
                ssl_support_method: "sni-only",
            }
            .serialize(serializer),
        }
    }
}

resource!(
    Distribution,
    "AWS::CloudFront::Distribution",
    DistributionAttribute { Id => "Id", DomainName => "DomainName" }
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::cloudfront::{
        AllowedMethods, CachePolicyId, ManagedCachePolicy, OriginId, ViewerProtocol,
    };

    const SITE: OriginId = OriginId("site");

    fn behavior(origin: OriginId) -> Behavior {
        Behavior {
            target_origin_id: origin,
            viewer_protocol_policy: ViewerProtocol::HttpsOnly,
            allowed_methods: AllowedMethods::Read,
            cache_policy_id: CachePolicyId::Managed(ManagedCachePolicy::CachingDisabled),
            origin_request_policy_id: None,
            response_headers_policy_id: None,
            compress: true,
            viewer_request: None,
        }
    }

    fn origin(id: OriginId) -> Origin {
        Origin::https(id, "example.com".into(), "/live")
    }

    fn distribution(
        origins: Vec<Origin>,
        default: OriginId,
        paths: &[(&'static str, OriginId)],
        certificate: ViewerCertificate,
    ) -> Result<(), Error> {
        let behaviors = paths
            .iter()
            .map(|(path, origin)| (*path, behavior(*origin)))
            .collect();
        Distribution::new(
            "",
            origins,
            behavior(default),
            behaviors,
            vec![],
            certificate,
        )
        .map(|_| ())
    }

    #[test]
    fn a_behavior_needs_its_origin() {
        let other = OriginId("other");
        let unknown = Err(Error::UnknownOrigin {
            origin: "other".to_owned(),
        });
        assert_eq!(
            distribution(
                vec![origin(SITE)],
                SITE,
                &[("/a", SITE)],
                ViewerCertificate::CloudFront
            ),
            Ok(())
        );
        assert_eq!(
            distribution(
                vec![origin(SITE)],
                other,
                &[],
                ViewerCertificate::CloudFront
            ),
            unknown
        );
        assert_eq!(
            distribution(
                vec![origin(SITE)],
                SITE,
                &[("/a", other)],
                ViewerCertificate::CloudFront
            ),
            unknown
        );
    }

    #[test]
    fn nothing_is_there_twice() {
        let repeated = |what, value: &str| {
            Err(Error::Repeated {
                what,
                value: value.to_owned(),
            })
        };
        let twice = distribution(
            vec![origin(SITE), origin(SITE)],
            SITE,
            &[],
            ViewerCertificate::CloudFront,
        );
        assert_eq!(twice, repeated("origin", "site"));
        let paths = [("/a", SITE), ("/b", SITE), ("/a", SITE)];
        assert_eq!(
            distribution(
                vec![origin(SITE)],
                SITE,
                &paths,
                ViewerCertificate::CloudFront
            ),
            repeated("behavior", "/a")
        );
        let names = vec!["a.example".to_owned(), "a.example".to_owned()];
        let certificate = ViewerCertificate::Custom {
            names,
            certificate: "arn".into(),
        };
        assert_eq!(
            distribution(vec![origin(SITE)], SITE, &[], certificate),
            repeated("domain name", "a.example")
        );
    }

    #[test]
    fn a_custom_certificate_needs_a_name() {
        let certificate = ViewerCertificate::Custom {
            names: vec![],
            certificate: "arn".into(),
        };
        assert_eq!(
            distribution(vec![origin(SITE)], SITE, &[], certificate),
            Err(Error::NoDomainNames)
        );
    }
}
