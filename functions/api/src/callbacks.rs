//! `POST /api/carrier/status/…`: the carrier says that a message's status changed. Anybody could have sent the body:
//! it only says which message to ask about.

use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use qdn_shared::message::Sid;

use crate::Api;
use crate::asked::Asked;
use crate::auth::Carrier;
use crate::refusal::Refusal;

/// Asks the carrier for the message and writes down what it says.
pub async fn status(api: &Api, carrier: Carrier, asked: &Asked) -> Result<Response, Refusal> {
    let message = carrier
        .message()
        .ok_or(Refusal::Broken("a status has no message"))?;
    let mut reader = asked.reader();
    let sid = reader.form_field::<Sid>("MessageSid");
    let sid = reader.done(sid)?;
    if let Some(fetched) = api.messaging.fetch(&sid).await? {
        api.messaging.observe(message, &fetched).await?;
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}
