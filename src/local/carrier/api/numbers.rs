//! `/IncomingPhoneNumbers`: the account's numbers and the addresses they call.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::list::page;
use super::sid_of;
use crate::local::carrier::fault::Fault;
use crate::local::carrier::fields::{self, NUMBER};
use crate::local::carrier::form::Params;
use crate::local::carrier::journal::Entry;
use crate::local::carrier::model::Resource;
use crate::local::carrier::sid;
use crate::local::carrier::text::{is_e164, rfc2822};
use crate::local::carrier::world::Carrier;

/// Twilio's test numbers that cannot be bought.
const TAKEN: &str = "+15005550000";
const INVALID: &str = "+15005550001";

/// The numbers of the account.
pub(super) async fn list(
    State(carrier): State<Arc<Carrier>>,
    Path(account): Path<String>,
    uri: Uri,
) -> Result<Json<Value>, Fault> {
    let asked = Params::parse(uri.query().unwrap_or_default());
    let is = |number: &Resource, parameter: &str, name: &str| {
        asked
            .filled(parameter)
            .is_none_or(|wanted| number.text(name) == Some(wanted))
    };
    let entries: Vec<(String, Value)> = carrier.state(|state| {
        let found = state.numbers().iter().filter(|number| {
            is(number, "PhoneNumber", "phone_number") && is(number, "FriendlyName", "friendly_name")
        });
        found
            .map(|number| (number.sid.clone(), document(number, &account)))
            .collect()
    });
    page("incoming_phone_numbers", &uri, &asked, &entries).map(Json)
}

/// Buys a number.
pub(super) async fn create(
    State(carrier): State<Arc<Carrier>>,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Fault> {
    let parameters = Params::of_body(&headers, &body);
    let wanted = parameters.get("PhoneNumber").unwrap_or_default();
    if !is_e164(wanted) || wanted == INVALID {
        return Err(Fault::bad(
            21421,
            format!("PhoneNumber {wanted} is invalid"),
        ));
    }
    let unavailable = || Fault::bad(21422, format!("{wanted} is not available"));
    if wanted == TAKEN {
        return Err(unavailable());
    }
    let mut settings = fields::changed(NUMBER, &fields::initial(NUMBER, wanted), &parameters)?;
    settings.insert("phone_number".into(), wanted.into());
    let now = Timestamp::now();
    let number = Resource {
        sid: sid::random("PN"),
        created: now,
        updated: now,
        settings,
    };
    carrier.state(|state| {
        if state
            .numbers()
            .iter()
            .any(|number| number.text("phone_number") == Some(wanted))
        {
            return Err(unavailable());
        }
        state.put(Entry::Number(number.clone()));
        Ok(())
    })?;
    Ok((StatusCode::CREATED, Json(document(&number, &account))))
}

/// One number.
pub(super) async fn fetch(
    State(carrier): State<Arc<Carrier>>,
    Path((account, file)): Path<(String, String)>,
    uri: Uri,
) -> Result<Json<Value>, Fault> {
    Ok(Json(document(&found(&carrier, &file, &uri)?, &account)))
}

/// Changes settings of a number.
pub(super) async fn update(
    State(carrier): State<Arc<Carrier>>,
    Path((account, file)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Fault> {
    let number = found(&carrier, &file, &uri)?;
    let changed = Resource {
        settings: fields::changed(NUMBER, &number.settings, &Params::of_body(&headers, &body))?,
        updated: Timestamp::now(),
        ..number
    };
    carrier.state(|state| state.put(Entry::Number(changed.clone())));
    Ok(Json(document(&changed, &account)))
}

fn found(carrier: &Carrier, file: &str, uri: &Uri) -> Result<Resource, Fault> {
    let sid = sid_of(file);
    let found = carrier.state(|state| {
        state
            .numbers()
            .iter()
            .find(|number| number.sid == sid)
            .cloned()
    });
    found.ok_or_else(|| Fault::not_found(uri.path()))
}

/// A number as Twilio shows it.
fn document(number: &Resource, account: &str) -> Value {
    let mut document = json!({
        "account_sid": account,
        "address_requirements": "none",
        "address_sid": null,
        "api_version": "2010-04-01",
        "beta": false,
        "bundle_sid": null,
        "capabilities": {"fax": false, "mms": true, "sms": true, "voice": true},
        "date_created": rfc2822(number.created),
        "date_updated": rfc2822(number.updated),
        "emergency_address_sid": null,
        "emergency_status": "Inactive",
        "identity_sid": null,
        "origin": "twilio",
        "sid": number.sid,
        "status": "in-use",
        "trunk_sid": null,
        "uri": format!("/2010-04-01/Accounts/{account}/IncomingPhoneNumbers/{}.json", number.sid),
        "voice_application_sid": "",
        "voice_caller_id_lookup": false,
    });
    for (name, value) in &number.settings {
        document[name] = value.clone();
    }
    document
}
