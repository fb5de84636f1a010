//! Cache policies, of our own and of AWS, and what is passed on to an origin.

use serde::Serialize;
use serde::ser::Serializer;

use crate::resource::Error;
use crate::template::{Handle, resource};

/// `AWS::CloudFront::CachePolicy`. Its key is the path alone: no query, no header, no cookie.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CachePolicy {
    cache_policy_config: CachePolicyConfig,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct CachePolicyConfig {
    name: String,
    comment: &'static str,
    #[serde(rename = "MinTTL")]
    minimum: u32,
    #[serde(rename = "DefaultTTL")]
    default: u32,
    #[serde(rename = "MaxTTL")]
    maximum: u32,
    parameters_in_cache_key_and_forwarded_to_origin: CacheKey,
}

/// How long something is cached, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheTimes {
    /// At least, whatever the origin says.
    pub minimum: u32,
    /// When the origin says nothing.
    pub default: u32,
    /// At most, whatever the origin says.
    pub maximum: u32,
}

impl CacheTimes {
    /// Always this long, whatever the origin says.
    pub const fn exactly(seconds: u32) -> Self {
        Self {
            minimum: seconds,
            default: seconds,
            maximum: seconds,
        }
    }
}

impl CachePolicy {
    /// Fails when the times fall.
    pub fn by_path(
        name: impl Into<String>,
        comment: &'static str,
        times: CacheTimes,
    ) -> Result<Self, Error> {
        let name = name.into();
        let CacheTimes {
            minimum,
            default,
            maximum,
        } = times;
        if minimum > default || default > maximum {
            return Err(Error::CacheTimes {
                name,
                minimum,
                default,
                maximum,
            });
        }
        // CloudFront refuses compressed variants where nothing is ever cached.
        let compressed = maximum > 0;
        let parameters_in_cache_key_and_forwarded_to_origin = CacheKey {
            enable_accept_encoding_brotli: compressed,
            enable_accept_encoding_gzip: compressed,
            cookies_config: CookiesConfig {
                cookie_behavior: "none",
            },
            headers_config: HeadersConfig {
                header_behavior: "none",
            },
            query_strings_config: QueryStringsConfig {
                query_string_behavior: "none",
            },
        };
        Ok(Self {
            cache_policy_config: CachePolicyConfig {
                name,
                comment,
                minimum,
                default,
                maximum,
                parameters_in_cache_key_and_forwarded_to_origin,
            },
        })
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct CacheKey {
    enable_accept_encoding_brotli: bool,
    enable_accept_encoding_gzip: bool,
    cookies_config: CookiesConfig,
    headers_config: HeadersConfig,
    query_strings_config: QueryStringsConfig,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct CookiesConfig {
    cookie_behavior: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct HeadersConfig {
    header_behavior: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct QueryStringsConfig {
    query_string_behavior: &'static str,
}

/// A cache policy that AWS keeps, the same in every account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ManagedCachePolicy {
    /// By path alone, a day by default.
    #[serde(rename = "658327ea-f89d-4fab-a63d-7e88639e58f6")]
    CachingOptimized,
    /// Nothing.
    #[serde(rename = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad")]
    CachingDisabled,
}

/// An origin request policy that AWS keeps, the same in every account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ManagedOriginRequestPolicy {
    /// All of the viewer's query, headers and cookies; `Host` is the origin's own, by which API Gateway finds the API.
    #[serde(rename = "b689b0a8-53d0-40ab-baf2-68738e2966ac")]
    AllViewerExceptHostHeader,
}

/// The cache policy of a behavior.
#[derive(Debug, Clone)]
pub enum CachePolicyId {
    /// One that a stack declares.
    Ours(Handle<CachePolicy>),
    /// One that AWS keeps.
    Managed(ManagedCachePolicy),
}

impl Serialize for CachePolicyId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Ours(policy) => policy.serialize(serializer),
            Self::Managed(policy) => policy.serialize(serializer),
        }
    }
}

resource!(
    CachePolicy,
    "AWS::CloudFront::CachePolicy",
    CachePolicyAttribute { Id => "Id", LastModifiedTime => "LastModifiedTime" }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn falling_times_are_refused() {
        let policy = |minimum, default, maximum| {
            CachePolicy::by_path(
                "data",
                "",
                CacheTimes {
                    minimum,
                    default,
                    maximum,
                },
            )
            .map(|_| ())
        };
        assert_eq!(policy(0, 0, 0), Ok(()));
        assert_eq!(policy(300, 300, 300), Ok(()));
        let refused = Err(Error::CacheTimes {
            name: "data".to_owned(),
            minimum: 2,
            default: 1,
            maximum: 3,
        });
        assert_eq!(policy(2, 1, 3), refused);
        assert!(policy(0, 2, 1).is_err());
    }

    #[test]
    fn what_is_never_cached_has_no_compressed_variants() {
        for (seconds, compressed) in [(0, false), (300, true)] {
            let policy = CachePolicy::by_path("data", "", CacheTimes::exactly(seconds)).unwrap();
            let key = policy
                .cache_policy_config
                .parameters_in_cache_key_and_forwarded_to_origin;
            assert_eq!(
                (
                    key.enable_accept_encoding_gzip,
                    key.enable_accept_encoding_brotli
                ),
                (compressed, compressed)
            );
        }
    }
}
