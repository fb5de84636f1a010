//! Amazon CloudFront: the distribution, the function in front of it, and the policies its behaviors share.

mod behavior;
mod cache;
mod distribution;
mod function;
mod headers;
mod key_value_store;
mod origin;

pub use behavior::{AllowedMethods, Behavior, ViewerProtocol, ViewerRequest};
pub use cache::{
    CachePolicy, CachePolicyAttribute, CachePolicyId, CacheTimes, ManagedCachePolicy,
    ManagedOriginRequestPolicy,
};
pub use distribution::{Distribution, DistributionAttribute, ErrorCaching, ViewerCertificate};
pub use function::{EDGE_CODE_LIMIT, Function, FunctionAttribute};
pub use headers::{
    ContentSecurityPolicy, Directive, ResponseHeadersPolicy, ResponseHeadersPolicyAttribute, Source,
};
pub use key_value_store::{KeyValueStore, KeyValueStoreAttribute};
pub use origin::{Origin, OriginAccessControl, OriginAccessControlAttribute, OriginId};
