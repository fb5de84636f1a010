//! Rules across the keys of a stack file that no single key's type can hold.

use qdn_shared::message::SEND_SECONDS;
use qdn_shared::package::FunctionName;

use super::path::KeyPath;
use super::types::{Account, ArchitectureChoice, Cloud, DataPolicy, Site, StackFile};

/// A key that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Violation {
    pub(super) path: KeyPath,
    pub(super) message: String,
}

/// Longest time that `CloudFront` is told to cache, in seconds: a year.
const YEAR: u32 = 31_536_000;
const WEEK_MINUTES: u32 = 7 * 24 * 60;
const OLD_ASSETS_MOST: u32 = 3_650;

/// API Gateway's own limit for a whole account in a region, in requests a second.
const THROTTLE_MOST: u32 = 10_000;

/// Seconds after which API Gateway ends a request.
const REQUEST_MOST: u32 = 29;

/// Seconds that a function needs which sends: time for one message, and for what comes before it.
const SENDING_LEAST: u32 = SEND_SECONDS + 20;

/// Lambda's own limit for a function's time, in seconds.
const LAMBDA_MOST: u32 = 900;

/// The carrier's fastest senders do less.
const SENDS_MOST: u32 = 1_000;

/// A day, in seconds: who has not got a text by then is told otherwise.
const CASCADE_MOST: u32 = 86_400;

/// Lambda's own limit.
const BATCHES_MOST: u32 = 10;

/// Tags that a resource may carry beside the few that are put on by AWS.
const TAGS_MOST: usize = 40;

/// The first rule that `file` breaks, in the order in which its keys are declared.
pub(super) fn first_violation(file: &StackFile) -> Option<Violation> {
    cloud(file)
        .or_else(|| site(file))
        .or_else(|| api(file))
        .or_else(|| numbers(file))
        .or_else(|| tags(file))
}

fn violation(path: KeyPath, message: impl Into<String>) -> Violation {
    Violation {
        path,
        message: message.into(),
    }
}

/// What the choice of cloud demands of other keys.
fn cloud(file: &StackFile) -> Option<Violation> {
    match file.cloud {
        Cloud::Local if file.data != DataPolicy::Discard => Some(violation(
            KeyPath::of("data"),
            "expected discard with cloud: local, found keep",
        )),
        Cloud::Local => None,
        Cloud::Aws => {
            if matches!(file.account, Account::Fixed(_)) {
                return Some(violation(
                    KeyPath::of("account"),
                    "expected `env: NAME` with cloud: aws (a fixed account id is for the local cloud alone)",
                ));
            }
            if file.data != DataPolicy::Keep {
                return Some(violation(
                    KeyPath::of("data"),
                    "expected keep with cloud: aws, found discard",
                ));
            }
            if !file.confirm {
                return Some(violation(
                    KeyPath::of("confirm"),
                    "expected true with cloud: aws, found false",
                ));
            }
            let mut functions = FunctionName::ALL.iter();
            let hosted = functions.find(|function| {
                file.functions.of(**function).architecture == ArchitectureChoice::Host
            })?;
            Some(violation(
                KeyPath::of(&format!("functions.{hosted}.architecture")),
                "expected arm64 or x86_64 with cloud: aws, found host (a stack must not depend on the machine \
                 that deploys it)",
            ))
        }
    }
}

fn site(file: &StackFile) -> Option<Violation> {
    let Site::Managed {
        domains: Some(domains),
    } = &file.site
    else {
        return None;
    };
    let path = KeyPath::of("site.domains.names");
    if domains.names.is_empty() {
        return Some(violation(
            path,
            "expected at least one domain name (or no `domains` at all)",
        ));
    }
    let repeated = first_repeated(&domains.names)?;
    Some(violation(
        path.index(repeated),
        "this domain name is already in the list",
    ))
}

fn api(file: &StackFile) -> Option<Violation> {
    let path = KeyPath::of("api.allowed_origins");
    let origins = &file.api.allowed_origins;
    if origins.is_empty() {
        return Some(violation(path, "expected at least one origin"));
    }
    if let Some(repeated) = first_repeated(origins) {
        return Some(violation(
            path.index(repeated),
            "this origin is already in the list",
        ));
    }
    if !origins.contains(&file.api.dashboard_origin) {
        let known: Vec<String> = origins.iter().map(ToString::to_string).collect();
        return Some(violation(
            KeyPath::of("api.dashboard_origin"),
            format!(
                "expected one of api.allowed_origins ({}), found {}",
                known.join(", "),
                file.api.dashboard_origin
            ),
        ));
    }
    None
}

fn numbers(file: &StackFile) -> Option<Violation> {
    let ranges = [
        (
            "api.throttle.rate",
            file.api.throttle.rate,
            1,
            THROTTLE_MOST,
        ),
        (
            "api.throttle.burst",
            file.api.throttle.burst,
            1,
            THROTTLE_MOST,
        ),
        (
            "functions.api.timeout_seconds",
            file.functions.api.timeout_seconds.get(),
            1,
            REQUEST_MOST,
        ),
        (
            "functions.relay.timeout_seconds",
            file.functions.relay.timeout_seconds.get(),
            SENDING_LEAST,
            LAMBDA_MOST,
        ),
        (
            "functions.upkeep.timeout_seconds",
            file.functions.upkeep.timeout_seconds.get(),
            SENDING_LEAST,
            LAMBDA_MOST,
        ),
        (
            "messages.sends_per_second",
            file.messages.sends_per_second,
            1,
            SENDS_MOST,
        ),
        (
            "messages.cascade_seconds",
            file.messages.cascade_seconds,
            1,
            CASCADE_MOST,
        ),
        (
            "messages.batches_per_shard",
            file.messages.batches_per_shard,
            1,
            BATCHES_MOST,
        ),
        ("plan_minutes", file.plan_minutes, 1, WEEK_MINUTES),
        ("cache.data_seconds", file.cache.data_seconds, 0, YEAR),
        (
            "cache.old_assets_days",
            file.cache.old_assets_days,
            0,
            OLD_ASSETS_MOST,
        ),
    ];
    let (key, found, least, most) = ranges
        .into_iter()
        .find(|(_, found, least, most)| !(least..=most).contains(&found))?;
    let message = format!("expected a whole number from {least} to {most}, found {found}");
    Some(violation(KeyPath::of(key), message))
}

fn tags(file: &StackFile) -> Option<Violation> {
    let path = KeyPath::of("tags");
    if file.tags.len() > TAGS_MOST {
        return Some(violation(
            path,
            format!(
                "expected at most {TAGS_MOST} tags, found {}",
                file.tags.len()
            ),
        ));
    }
    for (key, value) in &file.tags {
        let path = path.clone().key(key);
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Some(violation(
                path,
                "tag keys that begin with aws: belong to AWS",
            ));
        }
        if !(1..=128).contains(&key.chars().count()) || !key.chars().all(is_tag_character) {
            return Some(violation(
                path,
                format!("expected a tag key of 1 to 128 {TAG_CHARACTERS}"),
            ));
        }
        if value.chars().count() > 256 || !value.chars().all(is_tag_character) {
            return Some(violation(
                path,
                format!("expected a tag value of at most 256 {TAG_CHARACTERS}"),
            ));
        }
    }
    None
}

/// What every AWS service allows in tags.
const TAG_CHARACTERS: &str = "letters, digits, spaces and + - = . _ : / @";

fn is_tag_character(character: char) -> bool {
    character.is_alphanumeric() || " +-=._:/@".contains(character)
}

/// Index of the first element that an earlier one equals.
fn first_repeated<T: PartialEq>(list: &[T]) -> Option<usize> {
    list.iter().enumerate().find_map(|(index, element)| {
        let is_repeated = list.iter().take(index).any(|earlier| earlier == element);
        is_repeated.then_some(index)
    })
}
