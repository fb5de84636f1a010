//! Finding a message of ours in the carrier's list. The list does not return our id: recipient, text and time are
//! all there is.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use qdn_shared::message::{Looked, Sid};
use qdn_shared::text::LINK_PLACEHOLDER;

use super::Fetched;

/// How far the carrier's clock may be from ours.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(30);

/// Which of the carrier's messages is the one with this stored text, posted between `from` and `to`. Messages whose
/// id is known to belong to somebody else are left out.
pub fn find(
    listed: &[Fetched],
    stored: &str,
    known: &BTreeSet<Sid>,
    from: Timestamp,
    to: Timestamp,
) -> Looked {
    let is_it = |fetched: &&Fetched| {
        !known.contains(&fetched.sid)
            && fetched.created_at.duration_since(from) >= -CLOCK_SKEW
            && to.duration_since(fetched.created_at) >= -CLOCK_SKEW
            && is_rendering(&fetched.body, stored)
    };
    let mut found = listed.iter().filter(is_it);
    match (found.next(), found.next()) {
        (None, _) => Looked::Nothing,
        (Some(one), None) => match one.status {
            Some(status) => Looked::Found {
                sid: one.sid.clone(),
                status,
                code: one.code,
            },
            None => Looked::Several,
        },
        (Some(_), Some(_)) => Looked::Several,
    }
}

/// Whether `body` is `stored` with a link in place of each placeholder.
pub(crate) fn is_rendering(body: &str, stored: &str) -> bool {
    let mut parts = stored.split(LINK_PLACEHOLDER);
    let Some(mut rest) = parts.next().and_then(|first| body.strip_prefix(first)) else {
        return false;
    };
    for part in parts {
        let Some(after) = after_link(rest).and_then(|after| after.strip_prefix(part)) else {
            return false;
        };
        rest = after;
    }
    rest.is_empty()
}

/// What follows a tracking link at the beginning of a text. Such a link ends with the token, whose length is fixed.
fn after_link(text: &str) -> Option<&str> {
    const TOKEN: (&str, usize) = ("jobToken=", 56);
    let (address, rest) = text.split_once(TOKEN.0)?;
    let is_address = address.starts_with("http") && !address.contains(char::is_whitespace);
    let (token, after) = rest.split_at_checked(TOKEN.1)?;
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (is_address && token.bytes().all(is_token)).then_some(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use qdn_shared::message::CarrierStatus;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn fetched(number: u32, body: &str, seconds: i64) -> Fetched {
        Fetched {
            sid: format!("SM{number:032x}").parse().unwrap(),
            to: "+15005550100".to_owned(),
            from: "+15005550006".to_owned(),
            body: body.to_owned(),
            status: Some(CarrierStatus::Sent),
            code: None,
            created_at: at(seconds),
        }
    }

    fn sid(number: u32) -> Sid {
        format!("SM{number:032x}").parse().unwrap()
    }

    #[test]
    fn a_rendered_link_is_the_placeholder() {
        let stored = "See [link], then call.";
        let link = format!("https://q.example/track?jobToken={}", "aZ0_-b1".repeat(8));
        assert!(is_rendering(&format!("See {link}, then call."), stored));
        for body in [
            "See [link], then call.".to_owned(),
            format!("See {link}x, then call."),
            format!("See {link}, then call. Now."),
            format!("See {}, then call.", link.trim_end_matches('1')),
            "See , then call.".to_owned(),
            String::new(),
        ] {
            assert!(!is_rendering(&body, stored), "{body}");
        }
        assert!(is_rendering("No link.", "No link."));
    }

    #[test]
    fn one_fitting_message_is_found_two_are_several() {
        let listed = [
            fetched(1, "Hello", 100),
            fetched(2, "Hello", 5000),
            fetched(3, "Goodbye", 100),
        ];
        let look = |known: &[u32], from, to| {
            let known = known.iter().map(|number| sid(*number)).collect();
            find(&listed, "Hello", &known, at(from), at(to))
        };
        assert!(matches!(look(&[], 90, 160), Looked::Found { sid: found, .. } if found == sid(1)));
        assert_eq!(look(&[], 90, 6000), Looked::Several);
        assert!(
            matches!(look(&[1], 90, 6000), Looked::Found { sid: found, .. } if found == sid(2))
        );
        assert_eq!(look(&[1, 2], 90, 6000), Looked::Nothing);
        assert_eq!(look(&[], 200, 300), Looked::Nothing);
    }
}
