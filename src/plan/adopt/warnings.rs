//! What the rest of a configuration, which is not ours to change, does to our paths.

use super::parts::{Config, is_ours, items, path};
use super::pattern;
use super::{Ours, Refusal};

/// What is worth a person's look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Warnings {
    /// Whether standard logs are written, each line with the viewer's query string and so with job tokens. Logs
    /// that are set up by another interface (delivery sources of `CloudWatch` Logs) are not in a configuration, and
    /// our behaviors have no real-time logs.
    pub logs_queries: bool,
    /// Codes, 403 and 404 alone, for which viewers get a page of the site, also where our API answered.
    pub error_pages: Vec<u16>,
    /// Codes whose answers CloudFront keeps for a while by path: one caller's 404 is the next one's.
    pub kept_errors: Vec<u16>,
    /// Behaviors that take a part of our paths, because they lie inside one of ours and stand before it.
    pub inside: Vec<String>,
}

/// The codes of our own answers that CloudFront keeps unless it is told otherwise.
const KEPT: [u16; 8] = [404, 405, 414, 500, 501, 502, 503, 504];

/// Codes, 403 and 404 alone, that viewers get another code for, also where our API answered so: a job that is not
/// theirs, or that is over, would look like one that is there.
pub(super) fn rewritten_errors(config: &Config) -> Vec<u16> {
    let errors = items(config.root(), "CustomErrorResponses");
    let is_rewritten = |code: &u16| {
        let code = code.to_string();
        errors.iter().any(|one| {
            let answered = one.text_of("ResponseCode");
            one.text_of("ErrorCode") == code && !answered.is_empty() && answered != code
        })
    };
    [403, 404].into_iter().filter(is_rewritten).collect()
}

/// Whether a distribution answers at all. A configuration that cannot be read is refused elsewhere.
pub fn is_enabled(config: &str) -> bool {
    Config::parse(config).map_or(true, |config| config.root().text_of("Enabled") == "true")
}

/// Looks through the configuration that CloudFront returned.
pub fn warnings(config: &str, ours: &Ours) -> Result<Warnings, Refusal> {
    let config = Config::parse(config)?;
    let errors = items(config.root(), "CustomErrorResponses");
    let response = |code: u16| {
        errors
            .iter()
            .find(|one| one.text_of("ErrorCode") == code.to_string())
    };
    let has_page =
        |code: &u16| response(*code).is_some_and(|one| !one.text_of("ResponsePagePath").is_empty());
    let is_kept =
        |code: &u16| response(*code).is_none_or(|one| one.text_of("ErrorCachingMinTTL") != "0");
    let behaviors = config.behaviors();
    let inside = behaviors.iter().filter(|one| !is_ours(one)).map(path);
    Ok(Warnings {
        logs_queries: config
            .root()
            .child("Logging")
            .is_some_and(|logging| logging.text_of("Enabled") == "true"),
        error_pages: [403, 404].into_iter().filter(has_page).collect(),
        kept_errors: KEPT.into_iter().filter(is_kept).collect(),
        inside: inside
            .filter(|theirs| {
                ours.behaviors
                    .iter()
                    .any(|(path, _)| pattern::inside(theirs, path))
            })
            .collect(),
    })
}
