//! `/_local/…`: what tests and the inbox page ask of the stand-in. None of it exists at Twilio.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::about::{About, HEALTH};
use super::behaviour::{Behaviour, Change};
use super::fault::meaning;
use super::inbound;
use super::magic::{self, RECIPIENTS};
use super::model::Message;
use super::text::is_e164;
use super::world::Carrier;

pub(super) fn router() -> Router<Arc<Carrier>> {
    Router::new()
        .route(HEALTH, get(health))
        .route("/_local/messages", get(messages))
        .route("/_local/phones", get(phones))
        .route("/_local/behaviour", get(behaviour).post(behave))
        .route("/_local/inbound", post(inbound))
        .route("/_local/reset", post(reset))
}

async fn health(State(carrier): State<Arc<Carrier>>) -> Json<About> {
    Json(carrier.about.clone())
}

/// Which messages.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    to: Option<String>,
    from: Option<String>,
    /// Only those that changed after this revision.
    since: Option<u64>,
    /// The epoch that `since` belongs to; of another one everything is news.
    epoch: Option<String>,
}

/// Messages in the order they were made, with all that the stand-in knows of them.
async fn messages(State(carrier): State<Arc<Carrier>>, Query(asked): Query<Asked>) -> Json<Value> {
    carrier.state(|state| {
        let known = asked
            .epoch
            .as_deref()
            .is_none_or(|epoch| epoch == state.epoch());
        let since = asked.since.filter(|_| known).unwrap_or_default();
        let fits = |message: &&Message| {
            message.revision > since
                && asked.to.as_ref().is_none_or(|to| *to == message.to)
                && asked.from.as_ref().is_none_or(|from| *from == message.from)
        };
        Json(json!({
            "epoch": state.epoch(),
            "revision": state.revision(),
            "messages": state.messages().iter().filter(fits).map(document).collect::<Vec<_>>(),
            "optedOut": state.opted_out(),
        }))
    })
}

fn document(message: &Message) -> Value {
    let mut document = json!(message);
    document["phone"] = message.phone().into();
    document["errorMessage"] = message.error_code.map(meaning).into();
    document
}

/// What the page says of numbers: the sender, names of ours, effects of the magic ones.
async fn phones(State(carrier): State<Arc<Carrier>>) -> Json<Value> {
    let mut names: BTreeMap<&str, &str> = BTreeMap::from([(magic::CUSTOMER, "Customer")]);
    names.extend(
        carrier
            .credentials
            .lines
            .iter()
            .map(|(called, number)| (number.as_str(), *called)),
    );
    let magic: Vec<Value> = RECIPIENTS
        .iter()
        .map(|magic| json!({"number": magic.number, "says": magic.says}))
        .collect();
    Json(json!({"sender": carrier.credentials.number(), "names": names, "magic": magic}))
}

async fn behaviour(State(carrier): State<Arc<Carrier>>) -> Json<Behaviour> {
    Json(carrier.behaviour(|behaviour| behaviour.clone()))
}

async fn behave(
    State(carrier): State<Arc<Carrier>>,
    Json(change): Json<Change>,
) -> Json<Behaviour> {
    Json(carrier.behaviour(|behaviour| {
        behaviour.change(change);
        behaviour.clone()
    }))
}

/// A text that a person sends; to the account's number unless another one is named.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    from: String,
    to: Option<String>,
    body: String,
}

async fn inbound(State(carrier): State<Arc<Carrier>>, Json(text): Json<Text>) -> Response {
    let to = text
        .to
        .unwrap_or_else(|| carrier.credentials.number().to_owned());
    let ours = carrier.state(|state| {
        state
            .numbers()
            .iter()
            .any(|number| number.text("phone_number") == Some(&to))
    });
    let wrong = if !is_e164(&text.from) {
        "`from` is not a number in E.164 form, as +15005550100"
    } else if !ours {
        "`to` is not a number of the account"
    } else if text.body.trim().is_empty() {
        "`body` is empty"
    } else {
        let message = inbound::receive(&carrier, &text.from, &to, &text.body);
        return (StatusCode::CREATED, Json(document(&message))).into_response();
    };
    (StatusCode::UNPROCESSABLE_ENTITY, format!("{wrong}\n")).into_response()
}

/// What to forget besides messages, opt-outs and behaviour.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Forget {
    /// The addresses of numbers and services.
    settings: bool,
}

async fn reset(State(carrier): State<Arc<Carrier>>, Json(forget): Json<Forget>) -> StatusCode {
    carrier.state(|state| state.reset(forget.settings));
    carrier.behaviour(|behaviour| *behaviour = Behaviour::default());
    carrier.say("emptied");
    StatusCode::NO_CONTENT
}
