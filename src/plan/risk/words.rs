//! Risks in words, without their fix.

use std::fmt;

use super::{Fate, Risk};

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&words(self))
    }
}

fn words(risk: &Risk) -> String {
    match risk {
        Risk::DataLoss {
            logical_id,
            resource_type,
            fate,
        } => {
            let what = named(&noun(resource_type), logical_id);
            match fate {
                Fate::Replaced => format!("{what} is replaced: the new one begins empty"),
                Fate::MayBeReplaced => {
                    format!(
                        "{what} may be replaced, which is known only while it runs: a new one begins empty"
                    )
                }
                Fate::Removed => format!("{what} goes, and what it holds with it or out of reach"),
            }
        }
        Risk::RouteRemoval { route } => {
            format!("{route} goes: whoever calls it is refused")
        }
        Risk::PageRemovals { count, limit } => format!(
            "{count} page objects would go, more than the limit of {limit}: \
             is the page's folder complete?"
        ),
        Risk::Interruption {
            logical_id,
            resource_type,
            fate,
        } => {
            let fate = match fate {
                Fate::Replaced => "is replaced",
                Fate::MayBeReplaced => "may be replaced",
                Fate::Removed => "goes",
            };
            let consequence = consequence(resource_type);
            let what = named(&noun(resource_type), logical_id);
            format!("{what} {fate}: {consequence}")
        }
        Risk::NotOurs { subject } => {
            format!("{subject} is not ours: its owner's site is served by it, too")
        }
        Risk::EveryVisitor { logical_id } => {
            let what = named("edge function", logical_id);
            format!("{what} changes: it runs for every visitor of the site")
        }
    }
}

/// What people notice when a resource of this type goes.
fn consequence(resource_type: &str) -> &'static str {
    match resource_type {
        "AWS::ApiGateway::RestApi" => "the API gets another address",
        "AWS::CloudFront::Distribution" => "the site gets another address, and DNS has to follow",
        "AWS::CloudFront::KeyValueStore" => {
            "tracking links are refused until its keys are there again"
        }
        "AWS::Logs::LogGroup" => "its log goes",
        "AWS::SQS::Queue" => "what waits in it goes; the table still holds every message",
        _ => "people may notice",
    }
}

/// A resource by its noun and its logical id, or by the id alone where that says the noun already: `table Jobs`,
/// `SiteBucket`, `Distribution`.
fn named(noun: &str, logical_id: &str) -> String {
    let says_it = logical_id
        .to_ascii_lowercase()
        .ends_with(&noun.to_ascii_lowercase().replace(' ', ""));
    if says_it {
        logical_id.to_owned()
    } else {
        format!("{noun} {logical_id}")
    }
}

/// What a resource of this type is called in a sentence.
fn noun(resource_type: &str) -> String {
    match resource_type {
        "AWS::ApiGateway::RestApi" => "API".to_owned(),
        "AWS::CloudFront::KeyValueStore" => "key value store".to_owned(),
        "AWS::Logs::LogGroup" => "log group".to_owned(),
        other => other
            .rsplit("::")
            .next()
            .unwrap_or(other)
            .to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_noun_is_said_twice() {
        for (noun, id, said) in [
            ("table", "Jobs", "table Jobs"),
            ("distribution", "Distribution", "Distribution"),
            ("bucket", "SiteBucket", "SiteBucket"),
            ("edge function", "EdgeFunction", "EdgeFunction"),
            ("log group", "ApiLogGroup", "ApiLogGroup"),
            ("API", "Api", "Api"),
            ("queue", "Undelivered", "queue Undelivered"),
        ] {
            assert_eq!(named(noun, id), said);
        }
    }
}
