//! The magic numbers: what happens to a text that is sent to one, or from one. The stand-in, its page and
//! `docs/local-carrier.md` all read these tables; a number that is not in them is ordinary.

use serde::{Deserialize, Serialize};

/// The sender of a new local environment. Twilio's test credentials accept it as well.
pub const SENDER: &str = "+15005550006";
/// The customer whom `local demo` plays.
pub const CUSTOMER: &str = "+15005550100";
/// The internal lines of a new local environment, in the order of the cascade.
pub const LINES: [&str; 3] = ["+15005550190", "+15005550191", "+15005550192"];

/// What happens to a request that creates a message, or to the message it created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "camelCase")]
pub enum Effect {
    /// Accepted and delivered, with one status callback for every change, in order.
    #[default]
    Ordinary,
    /// Refused with this error code.
    Refused {
        /// One of Twilio's error codes.
        code: u32,
    },
    /// Accepted and sent; then the phone's network does not deliver it.
    Undelivered {
        /// One of Twilio's error codes.
        code: u32,
    },
    /// Accepted; then Twilio fails to send it.
    Failed {
        /// One of Twilio's error codes.
        code: u32,
    },
    /// Accepted and sent; no final status ever comes.
    StaysSent,
    /// Accepted; it stays in the queue.
    StaysQueued,
    /// Delivered, but no status callback is made.
    NoCallbacks,
    /// Delivered, and the status callbacks come in the reverse order, after the last change.
    CallbacksReversed,
    /// Delivered, and every status callback comes twice.
    CallbacksTwice,
    /// Refused with 429, nothing is stored.
    TooManyRequests,
    /// Stored and delivered, but answered with 500.
    ErrorAfterStoring,
    /// Answered with 500, nothing is stored.
    ErrorBeforeStoring,
    /// Stored and delivered, but the connection ends without an answer.
    DropAfterStoring,
    /// The connection ends without an answer, nothing is stored.
    DropBeforeStoring,
    /// Stored and delivered; the answer comes late.
    Slow {
        /// How late, in milliseconds.
        ms: u64,
    },
}

/// A magic number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Magic {
    /// E.164.
    pub number: &'static str,
    /// What it does.
    pub effect: Effect,
    /// How many requests in a row are hit before one is treated as an ordinary one; always when none.
    pub tries: Option<u32>,
    /// The effect, for people.
    pub says: &'static str,
}

/// The recipients with an effect: first those that Twilio documents for test credentials, then our own.
pub const RECIPIENTS: &[Magic] = &[
    always(
        "+15005550001",
        Effect::Refused { code: 21211 },
        "refused: not a valid number (21211)",
    ),
    always(
        "+15005550002",
        Effect::Refused { code: 21612 },
        "refused: no route to it (21612)",
    ),
    always(
        "+15005550003",
        Effect::Refused { code: 21408 },
        "refused: its region is not enabled (21408)",
    ),
    always(
        "+15005550004",
        Effect::Refused { code: 21610 },
        "refused: opted out (21610)",
    ),
    always(
        "+15005550009",
        Effect::Refused { code: 21614 },
        "refused: cannot receive texts (21614)",
    ),
    always(
        "+15005550101",
        Effect::Undelivered { code: 30003 },
        "sent, then undelivered: phone unreachable (30003)",
    ),
    always(
        "+15005550102",
        Effect::Undelivered { code: 30005 },
        "sent, then undelivered: unknown number (30005)",
    ),
    always(
        "+15005550103",
        Effect::Undelivered { code: 30006 },
        "sent, then undelivered: landline (30006)",
    ),
    always(
        "+15005550104",
        Effect::Undelivered { code: 30007 },
        "sent, then undelivered: filtered as spam (30007)",
    ),
    always(
        "+15005550105",
        Effect::Failed { code: 30008 },
        "queued, then failed: unknown error (30008)",
    ),
    always(
        "+15005550106",
        Effect::StaysSent,
        "sent, but never a final status",
    ),
    always("+15005550107", Effect::StaysQueued, "stays in the queue"),
    always(
        "+15005550108",
        Effect::NoCallbacks,
        "delivered, but no status callback comes",
    ),
    always(
        "+15005550109",
        Effect::CallbacksReversed,
        "delivered; status callbacks come in reverse order",
    ),
    always(
        "+15005550110",
        Effect::CallbacksTwice,
        "delivered; every status callback comes twice",
    ),
    Magic {
        tries: Some(2),
        ..always(
            "+15005550111",
            Effect::TooManyRequests,
            "429 twice, then accepted",
        )
    },
    always(
        "+15005550112",
        Effect::ErrorAfterStoring,
        "500, although the text was sent",
    ),
    Magic {
        tries: Some(1),
        ..always(
            "+15005550113",
            Effect::ErrorBeforeStoring,
            "500 once and nothing sent, then accepted",
        )
    },
    always(
        "+15005550114",
        Effect::DropAfterStoring,
        "connection drops, although the text was sent",
    ),
    Magic {
        tries: Some(1),
        ..always(
            "+15005550115",
            Effect::DropBeforeStoring,
            "connection drops once and nothing sent, then accepted",
        )
    },
    always(
        "+15005550116",
        Effect::Slow { ms: 3_000 },
        "accepted, but the answer takes 3 s",
    ),
];

/// The senders with an effect. Any other sender has to be a number of the account.
pub const SENDERS: &[Magic] = &[
    always(
        "+15005550001",
        Effect::Refused { code: 21212 },
        "refused: not a valid sender (21212)",
    ),
    always(
        "+15005550007",
        Effect::Refused { code: 21606 },
        "refused: not a number of the account (21606)",
    ),
    always(
        "+15005550008",
        Effect::Refused { code: 21611 },
        "refused: its queue is full (21611)",
    ),
];

const fn always(number: &'static str, effect: Effect, says: &'static str) -> Magic {
    Magic {
        number,
        effect,
        tries: None,
        says,
    }
}

/// The entry of a number, when it has one.
pub fn find(table: &'static [Magic], number: &str) -> Option<&'static Magic> {
    table.iter().find(|magic| magic.number == number)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write as _;

    use super::*;
    use crate::local::carrier::fault::Fault;

    /// The tables as the documentation shows them.
    fn markdown() -> String {
        let mut text = String::new();
        for (title, table) in [("to", RECIPIENTS), ("from", SENDERS)] {
            write!(text, "| {title} | what happens |\n|---|---|\n").unwrap();
            for magic in table {
                writeln!(text, "| `{}` | {} |", magic.number, magic.says).unwrap();
            }
            text.push('\n');
        }
        text
    }

    #[test]
    fn every_number_stands_once_and_none_is_one_of_ours() {
        for table in [RECIPIENTS, SENDERS] {
            let numbers: BTreeSet<&str> = table.iter().map(|magic| magic.number).collect();
            assert_eq!(numbers.len(), table.len());
            for ours in LINES.iter().chain([&SENDER, &CUSTOMER]) {
                assert!(!numbers.contains(ours), "{ours}");
            }
        }
    }

    #[test]
    fn every_refusal_has_its_own_words() {
        for magic in RECIPIENTS.iter().chain(SENDERS) {
            if let Effect::Refused { code } = magic.effect {
                assert_eq!(Fault::refusal(code, "+1", "+2").code, code);
                assert!(magic.says.contains(&code.to_string()));
            }
        }
    }

    #[test]
    fn the_documentation_shows_these_tables() {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/local-carrier.md");
        let text = std::fs::read_to_string(file).unwrap();
        assert!(
            text.contains(&markdown()),
            "expected in docs/local-carrier.md:\n{}",
            markdown()
        );
    }

    #[test]
    fn effects_are_written_as_a_test_asks_for_them() {
        let effect: Effect =
            serde_json::from_str(r#"{"effect": "undelivered", "code": 30003}"#).unwrap();
        assert_eq!(effect, Effect::Undelivered { code: 30003 });
        assert_eq!(
            serde_json::to_string(&Effect::DropAfterStoring).unwrap(),
            r#"{"effect":"dropAfterStoring"}"#
        );
    }
}
