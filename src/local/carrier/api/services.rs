//! `messaging.twilio.com/v1/Services`: where a messaging service's inbound texts go.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::local::carrier::fault::Fault;
use crate::local::carrier::fields::{self, SERVICE};
use crate::local::carrier::form::Params;
use crate::local::carrier::journal::Entry;
use crate::local::carrier::model::Resource;
use crate::local::carrier::text::iso8601;
use crate::local::carrier::world::Carrier;

/// The services of the account.
pub(super) async fn list(State(carrier): State<Arc<Carrier>>, uri: Uri) -> Json<Value> {
    let services: Vec<Value> = carrier.state(|state| {
        state
            .services()
            .iter()
            .map(|service| document(&carrier, service))
            .collect()
    });
    Json(json!({"services": services, "meta": meta(&carrier, "services", &uri)}))
}

/// One service.
pub(super) async fn fetch(
    State(carrier): State<Arc<Carrier>>,
    Path(sid): Path<String>,
    uri: Uri,
) -> Result<Json<Value>, Fault> {
    Ok(Json(document(&carrier, &found(&carrier, &sid, &uri)?)))
}

/// Changes settings of a service.
pub(super) async fn update(
    State(carrier): State<Arc<Carrier>>,
    Path(sid): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Fault> {
    let service = found(&carrier, &sid, &uri)?;
    let changed = Resource {
        settings: fields::changed(
            SERVICE,
            &service.settings,
            &Params::of_body(&headers, &body),
        )?,
        updated: Timestamp::now(),
        ..service
    };
    carrier.state(|state| state.put(Entry::Service(changed.clone())));
    Ok(Json(document(&carrier, &changed)))
}

/// The senders of a service: the account's one number.
pub(super) async fn phone_numbers(
    State(carrier): State<Arc<Carrier>>,
    Path(sid): Path<String>,
    uri: Uri,
) -> Result<Json<Value>, Fault> {
    let service = found(&carrier, &sid, &uri)?;
    let ours = carrier.credentials.number();
    let numbers: Vec<Value> = carrier.state(|state| {
        let pool = state
            .numbers()
            .iter()
            .filter(|number| number.text("phone_number") == Some(ours));
        pool.map(|number| {
            json!({
                "account_sid": carrier.credentials.account,
                "capabilities": ["SMS", "MMS", "Voice"],
                "country_code": "US",
                "date_created": iso8601(number.created),
                "date_updated": iso8601(number.updated),
                "phone_number": ours,
                "service_sid": service.sid,
                "sid": number.sid,
                "url": address(&carrier, &format!("/{}/PhoneNumbers/{}", service.sid, number.sid)),
            })
        })
        .collect()
    });
    Ok(Json(
        json!({"phone_numbers": numbers, "meta": meta(&carrier, "phone_numbers", &uri)}),
    ))
}

fn found(carrier: &Carrier, sid: &str, uri: &Uri) -> Result<Resource, Fault> {
    let found = carrier.state(|state| {
        state
            .services()
            .iter()
            .find(|service| service.sid == sid)
            .cloned()
    });
    found.ok_or_else(|| Fault::not_found(uri.path()))
}

fn address(carrier: &Carrier, rest: &str) -> String {
    format!("{}v1/Services{rest}", carrier.about.url)
}

/// All there is fits one page.
fn meta(carrier: &Carrier, key: &str, uri: &Uri) -> Value {
    let here = format!("{}{}", carrier.about.url.trim_end_matches('/'), uri.path());
    json!({
        "page": 0, "page_size": 50, "key": key, "previous_page_url": null, "next_page_url": null,
        "first_page_url": format!("{here}?PageSize=50&Page=0"), "url": format!("{here}?PageSize=50&Page=0"),
    })
}

/// A service as Twilio shows it.
fn document(carrier: &Carrier, service: &Resource) -> Value {
    let link = |name: &str| address(carrier, &format!("/{}/{name}", service.sid));
    let mut document = json!({
        "account_sid": carrier.credentials.account,
        "area_code_geomatch": true,
        "date_created": iso8601(service.created),
        "date_updated": iso8601(service.updated),
        "fallback_to_long_code": true,
        "links": {"phone_numbers": link("PhoneNumbers")},
        "mms_converter": true,
        "scan_message_content": "inherit",
        "sid": service.sid,
        "smart_encoding": true,
        "sticky_sender": true,
        "synchronous_validation": false,
        "url": address(carrier, &format!("/{}", service.sid)),
        "usecase": "undeclared",
        "us_app_to_person_registered": false,
        "validity_period": 36_000,
    });
    for (name, value) in &service.settings {
        // This interface says null where the older one says "".
        document[name] = if value == "" {
            Value::Null
        } else {
            value.clone()
        };
    }
    document
}
