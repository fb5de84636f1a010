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
            let what = format!("{} {logical_id}", noun(resource_type));
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
            format!("{} {logical_id} {fate}: {consequence}", noun(resource_type))
        }
        Risk::NotOurs { subject } => {
            format!("{subject} is not ours: its owner's site is served by it, too")
        }
        Risk::EveryVisitor { logical_id } => {
            format!("edge function {logical_id} changes: it runs for every visitor of the site")
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
