//! Where the carrier has to send what customers write, compared with where it does. The address holds a signature
//! that opens our route, so a plan shows it without.

use std::collections::BTreeMap;

use qdn_shared::credentials::Sender;
use qdn_shared::mac::{self, CallbackRoute};
use qdn_shared::ring::KeyRing;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::Url;

use super::{Action, Layer, LayerPlan, PropertyChange, Reason, Step, Target};

/// What stands for the part of an address that is not shown.
const HIDDEN: &str = "…";
/// The ring's first key has this number.
const FIRST_KEY: u8 = 1;

/// The address that texts are to go to, signed with the ring's minting key. `public` is what people reach the system
/// by, without a slash at the end.
pub fn address(public: &str, ring: &KeyRing) -> SecretString {
    format!("{public}{}", mac::path(ring, CallbackRoute::Inbound)).into()
}

/// What has to be set for a sender, by the carrier's parameter. A number's texts go nowhere else while an application
/// is assigned to it; a service's go to the number's own address unless it is told otherwise. The fallback is the
/// same address: the carrier asks there once more when the first attempt failed, and a text that came twice is one.
///
/// Settings for calls, and the status callback (of a number it is for calls, of a service it would go beside that of
/// each message), are nobody's business here.
pub fn wanted(sender: &Sender, address: &SecretString) -> BTreeMap<String, String> {
    let address = address.expose_secret();
    let fields: &[(&str, &str)] = match sender {
        Sender::Number(_) => &[
            ("SmsApplicationSid", ""),
            ("SmsFallbackMethod", "POST"),
            ("SmsFallbackUrl", address),
            ("SmsMethod", "POST"),
            ("SmsUrl", address),
        ],
        Sender::Service(_) => &[
            ("FallbackMethod", "POST"),
            ("FallbackUrl", address),
            ("InboundMethod", "POST"),
            ("InboundRequestUrl", address),
            ("UseInboundWebhookOnNumber", "false"),
        ],
    };
    let owned = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    owned.collect()
}

/// Those of the wanted fields that are not set so.
pub fn differing(
    wanted: &BTreeMap<String, String>,
    found: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let is_set = |name: &str, value: &str| found.get(name).map_or("", String::as_str) == value;
    let differing = wanted.iter().filter(|(name, value)| !is_set(name, value));
    differing
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// A sender by its kind and its last four characters: enough to know it by, and no more than a log may hold.
pub fn subject(sender: &Sender) -> String {
    let text = sender.as_str();
    let end = text.get(text.len().saturating_sub(4)..).unwrap_or_default();
    match sender {
        Sender::Number(_) => format!("number {HIDDEN}{end}"),
        Sender::Service(_) => format!("messaging service {HIDDEN}{end}"),
    }
}

/// The layer's part of a plan. Without a ring, which the secrets layer is about to make, every address is new.
pub fn compare(
    public: &str,
    ring: Option<&KeyRing>,
    sender: &Sender,
    found: &BTreeMap<String, String>,
) -> LayerPlan {
    let address = ring.map_or_else(
        || format!("{public}/api/carrier/inbound/{FIRST_KEY}/{HIDDEN}").into(),
        |ring| address(public, ring),
    );
    let changes: Vec<PropertyChange> = differing(&wanted(sender, &address), found)
        .into_iter()
        .map(|(name, after)| {
            let before = found.get(&name).map_or("", String::as_str);
            change(&name, before, &after)
        })
        .collect();
    let step = (!changes.is_empty()).then(|| Step {
        action: Action::Update,
        reason: Reason::Declaration,
        target: Target::Webhook {
            subject: subject(sender),
            changes,
        },
    });
    LayerPlan {
        steps: step.into_iter().collect(),
        ..LayerPlan::unchanged(Layer::Carrier)
    }
}

/// A difference as it may be shown.
fn change(name: &str, before: &str, after: &str) -> PropertyChange {
    let (shown, mut next) = (shown(before), shown(after));
    if shown == next {
        next.push_str(" (signed anew)");
    }
    PropertyChange {
        path: name.to_owned(),
        before: (!shown.is_empty()).then(|| Value::from(shown)),
        after: Some(Value::from(next)),
    }
}

/// A value without what might open something: of an address of ours all but the signature, of anybody else's no more
/// than its host.
fn shown(value: &str) -> String {
    let Ok(url) = Url::parse(value) else {
        // `POST`, `true` or a SID; anything that may be an address is not shown.
        let is_word = value.bytes().all(|byte| byte.is_ascii_alphanumeric());
        return if is_word { value } else { HIDDEN }.to_owned();
    };
    let origin = url.origin().ascii_serialization();
    let mut parts = url.path().split('/').skip(1);
    match [0; 5].map(|_| parts.next()) {
        [
            Some("api"),
            Some("carrier"),
            Some("inbound"),
            Some(key),
            Some(_),
        ] if key.parse::<u8>().is_ok() => {
            format!("{origin}/api/carrier/inbound/{key}/{HIDDEN}")
        }
        _ => format!("{origin}/{HIDDEN}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use qdn_shared::phone::PhoneNumber;

    const PUBLIC: &str = "https://quickdumpnow.com";

    fn number() -> Sender {
        Sender::Number(PhoneNumber::parse("+15125550100").unwrap())
    }

    fn service() -> Sender {
        Sender::parse("MG2a1b2c3d4e5f60718293a4b5c6d7e8f9").unwrap()
    }

    fn ring(random: u8) -> KeyRing {
        KeyRing::generate([random; 32], Timestamp::UNIX_EPOCH)
    }

    fn changes(layer: &LayerPlan) -> Vec<String> {
        let targets = layer.steps.iter().map(|step| &step.target);
        let changes = targets.flat_map(|target| match target {
            Target::Webhook { changes, .. } => changes.clone(),
            other => panic!("{other:?}"),
        });
        let text = |value: Option<Value>| value.map_or_else(String::new, |value| value.to_string());
        changes
            .map(|change| {
                let (before, after) = (text(change.before), text(change.after));
                format!("{}: {before} -> {after}", change.path)
            })
            .collect()
    }

    #[test]
    fn what_is_set_as_it_should_be_is_left_alone() {
        for sender in [number(), service()] {
            let mut found = wanted(&sender, &address(PUBLIC, &ring(1)));
            // What nobody here manages makes no difference.
            found.insert("VoiceUrl".to_owned(), "https://else.where/voice".to_owned());
            found.insert(
                "StatusCallback".to_owned(),
                "https://else.where/s".to_owned(),
            );
            let layer = compare(PUBLIC, Some(&ring(1)), &sender, &found);
            assert_eq!(layer, LayerPlan::unchanged(Layer::Carrier));
        }
    }

    #[test]
    fn a_fresh_number_is_pointed_at_us() {
        let found = [("SmsMethod", "POST"), ("SmsFallbackMethod", "GET")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        let layer = compare(PUBLIC, None, &number(), &found);
        insta::assert_snapshot!(changes(&layer).join("\n"), @r#"
        SmsFallbackMethod: "GET" -> "POST"
        SmsFallbackUrl:  -> "https://quickdumpnow.com/api/carrier/inbound/1/…"
        SmsUrl:  -> "https://quickdumpnow.com/api/carrier/inbound/1/…"
        "#);
    }

    #[test]
    fn a_service_keeps_its_texts_from_its_numbers() {
        let found = [
            ("UseInboundWebhookOnNumber", "true"),
            ("InboundMethod", "POST"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let layer = compare(PUBLIC, Some(&ring(1)), &service(), &found);
        insta::assert_snapshot!(changes(&layer).join("\n"), @r#"
        FallbackMethod:  -> "POST"
        FallbackUrl:  -> "https://quickdumpnow.com/api/carrier/inbound/1/…"
        InboundRequestUrl:  -> "https://quickdumpnow.com/api/carrier/inbound/1/…"
        UseInboundWebhookOnNumber: "true" -> "false"
        "#);
    }

    #[test]
    fn no_signature_and_nobody_elses_path_is_shown() {
        let mut found = wanted(&number(), &address(PUBLIC, &ring(2)));
        let hook = "https://me:pass@hooks.example/catch/8f3a?key=9";
        found.insert("SmsFallbackUrl".to_owned(), hook.to_owned());
        found.insert("SmsApplicationSid".to_owned(), "AP00".to_owned());
        let layer = compare(PUBLIC, Some(&ring(1)), &number(), &found);
        insta::assert_snapshot!(changes(&layer).join("\n"), @r#"
        SmsApplicationSid: "AP00" -> ""
        SmsFallbackUrl: "https://hooks.example/…" -> "https://quickdumpnow.com/api/carrier/inbound/1/…"
        SmsUrl: "https://quickdumpnow.com/api/carrier/inbound/1/…" -> "https://quickdumpnow.com/api/carrier/inbound/1/… (signed anew)"
        "#);
    }

    #[test]
    fn a_sender_is_known_by_its_end() {
        insta::assert_snapshot!(subject(&number()), @"number …0100");
        insta::assert_snapshot!(subject(&service()), @"messaging service …e8f9");
    }
}
