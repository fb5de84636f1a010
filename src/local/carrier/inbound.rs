//! Texts from a person: kept, STOP and START obeyed, and passed on to the address of the number or of its
//! messaging service.

use std::sync::Arc;

use jiff::Timestamp;

use super::delivery::{note, post};
use super::form::encoded;
use super::journal::Entry;
use super::magic::Effect;
use super::model::{Direction, Message, OptOut, Resource, Status};
use super::sid;
use super::text::segments;
use super::world::Carrier;

/// The error that Twilio reports to a fallback address: the first one did not answer as it should.
const UNREACHABLE: &str = "11200";

const STOP: [&str; 8] = [
    "STOP",
    "STOPALL",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "REVOKE",
    "OPTOUT",
];
const START: [&str; 3] = ["START", "YES", "UNSTOP"];

const STOPPED: &str = "You have successfully been unsubscribed. You will not receive any more messages from this \
                       number. Reply START to resubscribe.";
const STARTED: &str = "You have successfully been re-subscribed to messages from this number. Reply HELP for help. \
                       Reply STOP to unsubscribe. Msg&Data Rates May Apply.";

/// Takes a person's text in. It is passed on without being waited for.
pub(super) fn receive(carrier: &Arc<Carrier>, from: &str, to: &str, body: &str) -> Message {
    let message = made(Direction::Inbound, from, to, body, Status::Received);
    carrier.state(|state| {
        state.put(Entry::Message(message.clone()));
        if let Some(answer) = obey(&message.body) {
            let opt_out = OptOut {
                sender: to.to_owned(),
                phone: from.to_owned(),
            };
            let is_out = state.opted_out().contains(&opt_out);
            if is_out != answer.out {
                state.put(if answer.out {
                    Entry::OptedOut(opt_out)
                } else {
                    Entry::OptedIn(opt_out)
                });
                let reply = made(
                    Direction::OutboundReply,
                    to,
                    from,
                    answer.text,
                    Status::Delivered,
                );
                state.put(Entry::Message(reply));
            }
        }
    });
    carrier.say(&format!("{} received", message.sid));
    tokio::spawn(pass_on(Arc::clone(carrier), message.clone()));
    message
}

/// What Twilio does about a text that is a keyword and nothing else.
struct Answer {
    out: bool,
    text: &'static str,
}

fn obey(body: &str) -> Option<Answer> {
    let word = body.trim().to_ascii_uppercase();
    if STOP.contains(&word.as_str()) {
        Some(Answer {
            out: true,
            text: STOPPED,
        })
    } else {
        START.contains(&word.as_str()).then_some(Answer {
            out: false,
            text: STARTED,
        })
    }
}

fn made(direction: Direction, from: &str, to: &str, body: &str, status: Status) -> Message {
    let now = Timestamp::now();
    Message {
        sid: sid::random("SM"),
        direction,
        from: from.to_owned(),
        to: to.to_owned(),
        body: body.to_owned(),
        service: None,
        status,
        error_code: None,
        segments: segments(body),
        created: now,
        updated: now,
        sent: Some(now),
        status_callback: None,
        effect: Effect::Ordinary,
        callbacks: Vec::new(),
        revision: 0,
    }
}

/// An address that wants to hear of texts, and how it wants to be called.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Address {
    method: String,
    url: String,
}

/// Where texts to a number go: first, and when that fails.
fn addresses(number: &Resource, service: Option<&Resource>) -> [Option<Address>; 2] {
    let read = |from: &Resource, names: [&str; 2]| {
        let [url, method] = names;
        Some(Address {
            url: from.text(url)?.to_owned(),
            method: from.text(method).unwrap_or("POST").to_owned(),
        })
    };
    match service.filter(|service| !service.flag("use_inbound_webhook_on_number")) {
        Some(service) => [
            read(service, ["inbound_request_url", "inbound_method"]),
            read(service, ["fallback_url", "fallback_method"]),
        ],
        None => [
            read(number, ["sms_url", "sms_method"]),
            read(number, ["sms_fallback_url", "sms_fallback_method"]),
        ],
    }
}

async fn pass_on(carrier: Arc<Carrier>, message: Message) {
    let service = carrier.state(|state| state.services().first().cloned());
    // The account's own number is in the service's pool, others are not.
    let service = service.filter(|_| message.to == carrier.credentials.number());
    let number = carrier.state(|state| {
        let mut numbers = state.numbers().iter();
        numbers
            .find(|number| number.text("phone_number") == Some(&message.to))
            .cloned()
    });
    let Some(number) = number else {
        return;
    };
    let [first, fallback] = addresses(&number, service.as_ref());
    let Some(first) = first else {
        return;
    };
    let segments = message.segments.to_string();
    let mut parameters = vec![
        ("AccountSid", carrier.credentials.account.as_str()),
        ("ApiVersion", "2010-04-01"),
        ("Body", &message.body),
        ("From", &message.from),
        ("FromCountry", "US"),
        ("MessageSid", &message.sid),
        ("NumMedia", "0"),
        ("NumSegments", &segments),
        ("SmsMessageSid", &message.sid),
        ("SmsSid", &message.sid),
        ("SmsStatus", "received"),
        ("To", &message.to),
        ("ToCountry", "US"),
    ];
    if let Some(service) = &service {
        parameters.push(("MessagingServiceSid", &service.sid));
    }
    let answer = post(
        &carrier,
        &first.method,
        &first.url,
        &encoded(parameters.iter().copied()),
    )
    .await;
    note(&carrier, &message.sid, message.status, answer);
    if answer.is_some_and(|answer| answer < 400) {
        return;
    }
    if let Some(fallback) = fallback {
        parameters.extend([("ErrorCode", UNREACHABLE), ("ErrorUrl", &first.url)]);
        let answer = post(
            &carrier,
            &fallback.method,
            &fallback.url,
            &encoded(parameters),
        )
        .await;
        note(&carrier, &message.sid, message.status, answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_keyword_alone_is_obeyed() {
        for stop in ["STOP", " stop\n", "Unsubscribe", "optout"] {
            assert!(obey(stop).is_some_and(|answer| answer.out), "{stop}");
        }
        for start in ["START", "yes"] {
            assert!(obey(start).is_some_and(|answer| !answer.out), "{start}");
        }
        for other in ["please stop", "STOP it", "", "HELP"] {
            assert!(obey(other).is_none(), "{other}");
        }
    }

    #[test]
    fn a_service_decides_unless_it_leaves_it_to_the_number() {
        let resource = |settings: serde_json::Value| Resource {
            sid: String::new(),
            created: Timestamp::UNIX_EPOCH,
            updated: Timestamp::UNIX_EPOCH,
            settings: settings.as_object().unwrap().clone(),
        };
        let number = resource(
            serde_json::json!({"sms_url": "http://n/", "sms_method": "GET", "sms_fallback_url": ""}),
        );
        let service = |leaves: bool| {
            resource(
                serde_json::json!({"inbound_request_url": "", "use_inbound_webhook_on_number": leaves}),
            )
        };
        let to_number = Address {
            method: "GET".into(),
            url: "http://n/".into(),
        };
        assert_eq!(addresses(&number, None), [Some(to_number.clone()), None]);
        assert_eq!(
            addresses(&number, Some(&service(true))),
            [Some(to_number), None]
        );
        assert_eq!(addresses(&number, Some(&service(false))), [None, None]);
    }
}
