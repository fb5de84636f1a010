//! What happens at the edge before an origin is asked: the viewer-request function with its keys, and the cache and
//! header policies of its behaviors. They exist in both site modes: an adopted distribution is given the same ones.

use super::{Error, edge_source, names};
use crate::config::StackFile;
use crate::resource::cloudfront::{
    CachePolicy, CacheTimes, ContentSecurityPolicy, Directive, Function, KeyValueStore,
    ResponseHeadersPolicy, Source,
};
use crate::template::{Handle, TemplateBuilder};

/// The parts of the edge.
pub(super) struct Edge {
    /// Rewrites, closes and strips what a viewer asks.
    pub(super) function: Handle<Function>,
    /// Holds the keys that the function checks tokens with. They are kept elsewhere too: it goes with the stack.
    pub(super) keys: Handle<KeyValueStore>,
    /// For `/track` and `/track/*`.
    pub(super) track_cache: Handle<CachePolicy>,
    /// For `/track` and `/track/*`, never for the main site.
    pub(super) track_headers: Handle<ResponseHeadersPolicy>,
    /// For `/data/*`.
    pub(super) data_cache: Handle<CachePolicy>,
    /// For `/data/*`: lets pages of the allowed origins read what they were let through to.
    pub(super) data_headers: Handle<ResponseHeadersPolicy>,
}

/// The function's logical id.
pub const FUNCTION: &str = "EdgeFunction";

/// The function's name.
pub(super) fn function_name(file: &StackFile) -> String {
    names::of(file, "edge")
}

/// A page without a lifetime of its own is fetched again after a day; one with an immutable name lives a year.
const TRACK_TIMES: CacheTimes = CacheTimes {
    minimum: 0,
    default: 86_400,
    maximum: 31_536_000,
};

pub(super) fn declare(
    stack: &mut TemplateBuilder,
    file: &StackFile,
    source: &str,
) -> Result<Edge, Error> {
    let keys = KeyValueStore {
        name: names::key_value_store(file).into(),
        comment: "Keys that the function at the edge checks tokens with".to_owned(),
    };
    let keys = stack.add("EdgeKeys", keys)?;
    let source = edge_source::with_settings(source, file)?;
    let comment = "Sees requests to the site, /track and /data first";
    let function = stack.add(
        FUNCTION,
        Function::new(function_name(file).into(), comment, &source, &keys)?,
    )?;

    // The job token is part of the query, and the key of neither cache holds a query.
    let track_cache = CachePolicy::by_path(
        names::of(file, "track"),
        "The tracking page, by path alone",
        TRACK_TIMES,
    )?;
    let data_times = CacheTimes::exactly(file.cache.data_seconds);
    let data_cache = CachePolicy::by_path(
        names::of(file, "data"),
        "Maintenance data, by path alone",
        data_times,
    )?;

    let headers = ResponseHeadersPolicy::private_page(
        names::of(file, "track").into(),
        "The tracking page: strict, and no search engine",
        &content_security_policy(),
        "/track",
    );
    let origins = file.api.allowed_origins.iter();
    let data_headers = ResponseHeadersPolicy::shared_data(
        names::of(file, "data").into(),
        "Maintenance data: for pages of these origins alone",
        origins.map(|origin| origin.as_str().to_owned()).collect(),
    );
    Ok(Edge {
        function,
        keys,
        track_cache: stack.add("TrackCachePolicy", track_cache)?,
        track_headers: stack.add("TrackHeadersPolicy", headers)?,
        data_cache: stack.add("DataCachePolicy", data_cache)?,
        data_headers: stack.add("DataHeadersPolicy", data_headers)?,
    })
}

/// The page is ours from top to bottom: nothing inline, nothing from elsewhere, and it sits in nobody's frame.
fn content_security_policy() -> ContentSecurityPolicy {
    ContentSecurityPolicy::new([
        (Directive::Default, Source::Nothing),
        (Directive::Script, Source::Own),
        (Directive::Style, Source::Own),
        (Directive::Image, Source::Own),
        (Directive::Connect, Source::Own),
        (Directive::Manifest, Source::Own),
        (Directive::Worker, Source::Own),
        (Directive::BaseUri, Source::Nothing),
        (Directive::FormAction, Source::Own),
        (Directive::FrameAncestors, Source::Nothing),
    ])
}
