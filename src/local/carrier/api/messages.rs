//! `/Messages`: creating, fetching and listing.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

use super::list::page;
use super::sid_of;
use crate::local::carrier::delivery;
use crate::local::carrier::door::Cut;
use crate::local::carrier::fault::{Fault, meaning};
use crate::local::carrier::form::Params;
use crate::local::carrier::magic::Effect;
use crate::local::carrier::model::{Direction, Message, Status};
use crate::local::carrier::order::Order;
use crate::local::carrier::text::rfc2822;
use crate::local::carrier::world::Carrier;

/// Creates a message and begins its delivery, or does what its numbers ask for.
pub(super) async fn create(
    State(carrier): State<Arc<Carrier>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Fault> {
    let order = Order::read(&carrier, &Params::of_body(&headers, &body))?;
    let effect = carrier.behaviour(|behaviour| behaviour.effect(&order.from, &order.to));
    match effect {
        Effect::Refused { code } => return Err(Fault::refusal(code, &order.to, &order.from)),
        Effect::TooManyRequests => return Err(Fault::too_many_requests()),
        Effect::ErrorBeforeStoring => return Err(Fault::internal()),
        Effect::DropBeforeStoring => return Ok(cut.now()),
        _ => {}
    }
    order.expect_opted_in(&carrier)?;
    let message = order.place(&carrier, effect);
    let answer = document(&message, &carrier.credentials.account);
    delivery::begin(&carrier, message.sid);
    match effect {
        Effect::ErrorAfterStoring => return Err(Fault::internal()),
        Effect::DropAfterStoring => return Ok(cut.now()),
        Effect::Slow { ms } => tokio::time::sleep(Duration::from_millis(ms)).await,
        _ => {}
    }
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// One message.
pub(super) async fn fetch(
    State(carrier): State<Arc<Carrier>>,
    Path((account, file)): Path<(String, String)>,
    uri: Uri,
) -> Result<Json<Value>, Fault> {
    let found = carrier.state(|state| {
        state
            .message(sid_of(&file))
            .filter(|message| is_listed(message))
            .cloned()
    });
    let message = found.ok_or_else(|| Fault::not_found(uri.path()))?;
    Ok(Json(document(&message, &account)))
}

/// Messages, the newest first.
pub(super) async fn list(
    State(carrier): State<Arc<Carrier>>,
    Path(account): Path<String>,
    uri: Uri,
) -> Result<Json<Value>, Fault> {
    let asked = Params::parse(uri.query().unwrap_or_default());
    let days = Days::read(&asked)?;
    let fits = |message: &&Message| {
        is_listed(message)
            && asked.filled("To").is_none_or(|to| to == message.to)
            && asked.filled("From").is_none_or(|from| from == message.from)
            && days.hold(message.sent)
    };
    let entries: Vec<(String, Value)> = carrier.state(|state| {
        let found = state.messages().iter().rev().filter(fits);
        found
            .map(|message| (message.sid.clone(), document(message, &account)))
            .collect()
    });
    page("messages", &uri, &asked, &entries).map(Json)
}

fn is_listed(message: &Message) -> bool {
    message.direction != Direction::OutboundReply
}

/// A message as Twilio shows it.
pub(super) fn document(message: &Message, account: &str) -> Value {
    let uri = format!("/2010-04-01/Accounts/{account}/Messages/{}", message.sid);
    // Twilio chooses the sender of a service after it has answered.
    let undecided = message.status == Status::Accepted;
    json!({
        "account_sid": account,
        "api_version": "2010-04-01",
        "body": message.body,
        "date_created": rfc2822(message.created),
        "date_sent": message.sent.map(rfc2822),
        "date_updated": rfc2822(message.updated),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": message.error_code.map(meaning),
        "from": (!undecided).then_some(&message.from),
        "messaging_service_sid": message.service,
        "num_media": "0",
        "num_segments": if undecided { "0".to_owned() } else { message.segments.to_string() },
        "price": Value::Null,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": format!("{uri}/Media.json")},
        "to": message.to,
        "uri": format!("{uri}.json"),
    })
}

/// The time in which listed messages were sent: from one instant up to, without, another.
#[derive(Debug, Default, PartialEq, Eq)]
struct Days {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl Days {
    fn read(asked: &Params) -> Result<Self, Fault> {
        let read = |name: &str| asked.filled(name).map(|text| span(name, text)).transpose();
        let on = read("DateSent")?;
        let (after, before) = (read("DateSent>")?, read("DateSent<")?);
        Ok(Self {
            from: after.or(on).map(|(start, _)| start),
            to: before.or(on).map(|(_, end)| end),
        })
    }

    /// Whether a message sent at this time is listed; one that has not been sent is not, once days are asked for.
    fn hold(&self, sent: Option<Timestamp>) -> bool {
        match sent {
            Some(sent) => {
                self.from.is_none_or(|from| from <= sent) && self.to.is_none_or(|to| sent < to)
            }
            None => *self == Self::default(),
        }
    }
}

/// A day in GMT, or the second that a time names.
fn span(name: &str, text: &str) -> Result<(Timestamp, Timestamp), Fault> {
    let day = || {
        let day: Date = text.parse().ok()?;
        let midnight = |day: Date| {
            day.to_zoned(TimeZone::UTC)
                .ok()
                .map(|time| time.timestamp())
        };
        Some((midnight(day)?, midnight(day.tomorrow().ok()?)?))
    };
    let second = || {
        let time: Timestamp = text.parse().ok()?;
        Some((time, time.checked_add(1.second()).ok()?))
    };
    let found = if text.len() <= "2026-01-02".len() {
        day()
    } else {
        second()
    };
    found.ok_or_else(|| {
        Fault::bad(
            20001,
            format!("{name} is neither a date nor a time: {text}"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_times_exact() {
        let hold = |query: &str, sent: &str| {
            Days::read(&Params::parse(query))
                .unwrap()
                .hold(Some(sent.parse().unwrap()))
        };
        let (first, last) = ("2026-01-02T00:00:00Z", "2026-01-02T23:59:59.9Z");
        let (before, after) = ("2026-01-01T23:59:59Z", "2026-01-03T00:00:00Z");
        for (query, held) in [
            ("", [true, true, true, true]),
            ("DateSent=2026-01-02", [false, true, true, false]),
            ("DateSent%3E=2026-01-02", [false, true, true, true]),
            ("DateSent%3C=2026-01-02", [true, true, true, false]),
            (
                "DateSent%3E=2026-01-02T00:00:00Z&DateSent%3C=2026-01-02T12:00:00Z",
                [false, true, false, false],
            ),
        ] {
            assert_eq!(
                [before, first, last, after].map(|sent| hold(query, sent)),
                held,
                "{query}"
            );
        }
        assert!(Days::default().hold(None));
        assert!(
            !Days::read(&Params::parse("DateSent=2026-01-02"))
                .unwrap()
                .hold(None)
        );
        assert_eq!(
            Days::read(&Params::parse("DateSent=yesterday"))
                .unwrap_err()
                .code,
            20001
        );
    }
}
